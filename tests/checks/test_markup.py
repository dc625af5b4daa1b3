"""Pages hold no code and no styles between their lines, and ask no other host."""

from pathlib import Path

import pytest

from tests.checks.markup import faults
from tests.checks.project import ROOT

KINDS = {".html", ".css", ".js", ".svg", ".xml", ".jinja"}


def ours() -> list[Path]:
    found = [path for folder in ("web", "plugins") for path in sorted((ROOT / folder).rglob("*")) if path.suffix in KINDS]
    return [path for path in found if "vendor" not in path.parts]


def test_pages_hold_no_code_and_ask_no_other_host() -> None:
    assert [fault for path in ours() for fault in faults(path.relative_to(ROOT), path.read_text())] == []


@pytest.mark.parametrize(
    "line",
    [
        '<button class="a" onclick="go()">',
        "<img src=x onerror=go()>",
        '<a href="javascript:go()">',
        "<a href=' JavaScript:go()'>",
        '<div hx-on:click="go()">',
        '<div hx-on::after-request="go()">',
        """<div hx-vals='js:{a: go()}'>""",
        "<script>go()</script>",
        '<script type="module">go()</script>',
        '<script type="importmap">{}</script>',
        "<style>p { color: red }</style>",
        '<p {% if a > b %}class="x"{% endif %} onclick="go()">',
        '<script src="https://cdn.example.org/a.js"></script>',
        '<link rel="stylesheet" href="//fonts.example.org/a.css">',
        '<img src="http://example.org/a.png">',
    ],
)
def test_a_fault_in_a_template_is_caught(line: str) -> None:
    assert faults(Path("web/templates/planted.html"), "<p>\n" + line)[0].startswith("web/templates/planted.html:2 ")


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("planted.css", "@import 'https://fonts.example.org/a.css';"),
        ("planted.css", "a { background: url(//example.org/a.png) }"),
        ("planted.js", 'import { a } from "https://esm.example.org/a.js"'),
        ("planted.js", 'await fetch("https://example.org/")'),
    ],
)
def test_another_host_in_a_style_or_script_is_caught(name: str, line: str) -> None:
    assert faults(Path(name), line) == [f"{name}:1 asks another host"]


@pytest.mark.parametrize(
    "line",
    [
        '<script type="module" src="/static/js/app.js"></script>',
        '<script type="application/json" id="i18n">{}</script>',
        '<a href="https://www.gnu.org/licenses/">the licence</a>',
        '<svg xmlns="http://www.w3.org/2000/svg">',
        "{# https://example.org/ why this is so: onclick= #}",
        '<div hx-get="/w/1" hx-trigger="load">',
        "<p>Turn it on = off</p>",
        '<i style="inline-size: {{ percent }}%"></i>',
    ],
)
def test_what_is_harmless_is_let_be(line: str) -> None:
    assert faults(Path("web/templates/fine.html"), line) == []
