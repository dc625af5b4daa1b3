"""Imports point down (the contract in pyproject.toml), and a package that was given no place is noticed."""

from pathlib import Path

import pytest

from tests.checks.project import ROOT, copy_of_the_house, tool

CHECK = ("-c", "from importlinter.cli import lint_imports_command as run; run()")


@pytest.fixture
def house(tmp_path: Path) -> Path:
    return copy_of_the_house(tmp_path)


def test_every_import_points_down() -> None:
    code, said = tool(*CHECK, "--no-cache", cwd=ROOT)

    assert code == 0, said
    assert "1 kept, 0 broken" in said


def test_an_import_that_points_up_is_caught(house: Path) -> None:
    with (house / "app" / "ids.py").open("a") as written:
        written.write("\nimport app.server  # noqa\n")

    code, said = tool(*CHECK, "--no-cache", cwd=house)

    assert code == 1
    assert "app.ids -> app.server" in said


def test_siblings_that_meet_are_caught(house: Path) -> None:
    (house / "app" / "storage" / "planted.py").write_text("import app.media\n")

    code, said = tool(*CHECK, "--no-cache", cwd=house)

    assert code == 1
    assert "app.storage.planted -> app.media" in said


def test_a_package_without_a_place_is_caught(house: Path) -> None:
    (house / "app" / "attic").mkdir()
    (house / "app" / "attic" / "__init__.py").touch()

    code, said = tool(*CHECK, "--no-cache", cwd=house)

    assert code == 1
    assert "app.attic" in said
