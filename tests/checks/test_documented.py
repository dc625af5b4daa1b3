"""Whatever can be listed is documented: settings, commands, hooks and events, on pages that are written from the code."""

import re

from app import __version__
from app.settings import Settings
from tests.checks.project import ROOT, tool


def test_the_pages_say_what_the_code_has() -> None:
    code, said = tool("packaging/pages.py", "--check")

    assert code == 0, said


def test_every_setting_is_on_its_page() -> None:
    page = (ROOT / "packaging" / "settings.md").read_text()

    assert [name for name in Settings.model_fields if f"| `{name}` |" not in page] == []


def test_links_between_pages_lead_somewhere() -> None:
    pages = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "packaging").glob("*.md"), ROOT / "plugins" / "README.md"]
    links = [(page, link) for page in pages for link in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text())]

    assert [f"{page.name}: {link}" for page, link in links if not (page.parent / link).exists()] == []


def test_the_version_is_the_same_everywhere() -> None:
    project = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)

    assert project
    assert project[1] == __version__
    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text()
