"""What templates, styles and scripts may not hold: code between the lines (the content policy stops it) and other people's hosts."""

import re
from collections.abc import Iterator
from pathlib import Path

INLINE = {
    "an event handler in an attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "code in an address": re.compile(r"""(?:href|src|action|formaction)\s*=\s*["']?\s*(?:javascript|vbscript):""", re.IGNORECASE),
    "htmx code in an attribute": re.compile(r"""\s(?:data-)?hx-(?:on|vals\s*=\s*["']?js:|headers\s*=\s*["']?js:)""", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "a document inside an attribute": re.compile(r"\ssrcdoc\s*=", re.IGNORECASE),
}
SCRIPT = re.compile(r"<script\b([^>]*)>", re.IGNORECASE)
ELSEWHERE = re.compile(
    r"""(?:\b(?:src|srcset|href|action|poster|data|content)\s*=\s*["']?|url\(\s*["']?|@import\s*["']|\bfrom\s+["']|import\(\s*["']|fetch\(\s*["'])"""
    r"""\s*(?:https?:)?//[a-z0-9]""",
    re.IGNORECASE,
)
# Links that a person follows are no requests of the page.
LINK = re.compile(r"<a\b[^>]*>", re.IGNORECASE)
COMMENT = re.compile(r"\{#.*?#\}|<!--.*?-->|/\*.*?\*/", re.DOTALL)
BLANK = str.maketrans(dict.fromkeys(map(chr, range(33, 592)), " "))


def faults(path: Path, text: str) -> list[str]:
    bare = COMMENT.sub(_hidden, text)
    found = list(_elsewhere(path, LINK.sub(_hidden, bare)))
    if path.suffix in (".html", ".svg", ".xml", ".jinja"):
        found += _inline(path, bare)
    return found


def _inline(path: Path, text: str) -> Iterator[str]:
    tags = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", _hidden, text, flags=re.DOTALL)  # `>` in an expression would end a tag too soon
    for what, pattern in INLINE.items():
        yield from (f"{_at(path, tags, match)} has {what}" for match in pattern.finditer(tags))
    for match in SCRIPT.finditer(text):
        data = re.search(r"""type\s*=\s*["'](?:application/(?:ld\+)?json|speculationrules)["']""", match[1])
        if not data and not re.search(r"\bsrc\s*=", match[1]):
            yield f"{_at(path, text, match)} has a script between the lines"


def _elsewhere(path: Path, text: str) -> Iterator[str]:
    yield from (f"{_at(path, text, match)} asks another host" for match in ELSEWHERE.finditer(text))


def _at(path: Path, text: str, match: re.Match[str]) -> str:
    return f"{path}:{text.count(chr(10), 0, match.start()) + 1}"


def _hidden(match: re.Match[str]) -> str:
    """As many lines as before, and nothing on them."""
    return match[0].translate(BLANK)
