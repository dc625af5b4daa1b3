"""Templates, styles and scripts fit together, as far as reading them shows."""

import json
import re

from app.http.pages import static_folder
from app.main import environment
from tests.browser.styleguide import SHELL

TEMPLATES = static_folder().parent / "templates"
SCRIPTS = static_folder() / "js"


def templates() -> str:
    return "\n".join(path.read_text() for path in sorted(TEMPLATES.rglob("*.html")))


def scripts() -> str:
    return "\n".join(path.read_text() for path in sorted(SCRIPTS.rglob("*.js")))


def test_every_style_file_is_in_the_order() -> None:
    css = static_folder() / "css"

    assert sorted((css / "order.txt").read_text().split()) == sorted(path.name for path in css.glob("*.css"))


def test_every_script_is_announced_with_the_page() -> None:
    html = environment().get_template("ui/modules.html").render()
    announced = set(re.findall(r'/js-[0-9a-f]+/([\w/]+\.js)"', html))

    assert announced == {str(path.relative_to(SCRIPTS).as_posix()) for path in SCRIPTS.rglob("*.js")} - {"app.js"}


def test_every_icon_that_is_named_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (static_folder() / "icons.svg").read_text()))
    named = set(re.findall(r"icon\('([\w-]+)'", templates() + scripts())) | set(re.findall(r"'icon': '([\w-]+)'", templates()))
    named |= set(re.findall(r"swapIcon\([^,]+, '([\w-]+)'", scripts()))

    assert len(named) > 30
    assert named <= drawn


def test_every_sentence_that_scripts_speak_is_on_the_page() -> None:
    html = environment().get_template("ui/i18n.html").render(SHELL)
    there = set(json.loads(re.search(r">(\{.*\})<", html, re.DOTALL)[1]))  # type: ignore[index]
    spoken = set(re.findall(r"say\('([a-z_]+)'", scripts())) | set(re.findall(r"'((?:key|fail|unit)_[a-z]+)'", scripts()))

    assert len(spoken) > 60
    assert spoken <= there
    assert [key for key in sorted(there) if f"'{key}'" not in scripts()] == [], "nobody says these any more"


def test_no_script_needs_what_plain_http_lacks() -> None:
    """`crypto.subtle`, `randomUUID`, service workers are not there; clipboard and wake lock only behind a question."""
    for path in SCRIPTS.rglob("*.js"):
        text = path.read_text()
        assert not re.search(r"crypto\.|serviceWorker|navigator\.share|navigator\.storage", text), path
        if "navigator.clipboard" in text:
            assert "if (!navigator.clipboard)" in text, path
