"""Every sentence that people see goes through gettext: errors hold a marked template, pages have no bare text."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import app.errors
from app.errors import HomereelError
from app.i18n import N_, _, current_language, ntranslate, use_language
from app.settings import bundled
from tests.serving import CHECKOUT

ERRORS = {name for name, kind in inspect.getmembers(app.errors, inspect.isclass) if issubclass(kind, HomereelError)}
NAMES = ("Homereel", "openapi.json")
WORD = re.compile(r"[A-Za-z]{3,}")


def modules() -> list[Path]:
    return sorted(path for path in (CHECKOUT / "app").rglob("*.py") if "_web" not in path.parts)


def bare_sentences(tree: ast.AST) -> Iterator[str]:
    """Errors that are raised with a string that nobody marked for translation."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ERRORS and node.args:
            given = node.args[0]
            if isinstance(given, ast.JoinedStr) or (
                isinstance(given, ast.Constant) and WORD.search(re.sub(r"{\w+}", "", str(given.value)))
            ):
                yield f"line {node.lineno}: {ast.unparse(node)[:120]}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_errors_are_raised_with_marked_sentences(path: Path) -> None:
    assert list(bare_sentences(ast.parse(path.read_text()))) == []


def test_the_check_finds_a_planted_fault() -> None:
    planted = ast.parse(
        'raise Missing("There is nothing here.")\nraise Conflict(f"no {x}")\nraise Missing(N_("Fine."))\nraise Missing(NO_VIDEO)'
    )

    assert [found[:7] for found in bare_sentences(planted)] == ["line 1:", "line 2:"]


def bare_text(template: str) -> list[str]:
    """Words that stand between tags of a template, outside of expressions."""
    plain = re.sub(r"{#.*?#}|{%-?\s*trans.*?endtrans\s*-?%}|{%.*?%}|{{.*?}}", " ", template, flags=re.DOTALL)
    plain = re.sub(r"<(script|style|svg|pre|code)\b.*?</\1>", " ", plain, flags=re.DOTALL | re.IGNORECASE)
    plain = re.sub(r"&\w+;", " ", plain)
    found = [" ".join(text.split()) for text in re.findall(r">([^<>]+)<", plain) if WORD.search(text)]
    return [text for text in found if text not in NAMES and "=" not in text]  # a tag that an expression ends early leaves attributes


def templates() -> list[Path]:
    return sorted(path for path in (bundled("web") / "templates").rglob("*.html") if "styleguide" not in path.parts)


@pytest.mark.parametrize("path", templates(), ids=lambda path: "/".join(path.parts[-2:]))
def test_pages_have_no_bare_words(path: Path) -> None:
    assert bare_text(path.read_text()) == []


def test_the_check_of_pages_finds_a_planted_fault() -> None:
    assert bare_text('<p>{{ _("Fine") }}</p> <p>Not fine</p> {# fine #}') == ["Not fine"]


def test_a_language_that_is_not_there_falls_back_to_what_is_written() -> None:
    use_language("xx")
    try:
        assert _("Please sign in first.") == "Please sign in first."
        assert ntranslate("{n} video", "{n} videos", 2) == "{n} videos"
        assert current_language() == "xx"
    finally:
        use_language("en")
    assert N_("x") == "x"
