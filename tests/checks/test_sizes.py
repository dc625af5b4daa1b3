"""Modules and functions stay small, and no module is named for being a place to put things."""

from pathlib import Path

from tests.checks.project import ROOT, python_files, tool

BANNED = {"utils", "util", "helpers", "helper", "common", "base", "misc"}


def test_nothing_is_too_large() -> None:
    code, said = tool("packaging/sizes.py")

    assert code == 0, said


def test_a_module_that_grew_is_caught(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "grown.py").write_text("x = 1\n" * 401)
    (tmp_path / "app" / "at_the_limit.py").write_text("x = 1\n" * 400)

    code, said = tool(ROOT / "packaging" / "sizes.py", tmp_path)

    assert code == 1
    assert said.splitlines() == ["app/grown.py: the module has 401 lines; 150 is the aim, 400 the limit"]


def test_a_function_that_grew_is_caught(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "grown.py").write_text("class A:\n    async def long(self):\n" + "        x = 1\n" * 60)

    code, said = tool(ROOT / "packaging" / "sizes.py", tmp_path)

    assert code == 1
    assert "app/grown.py:2: long has 61 lines" in said


def test_notes_tell_what_is_larger_than_it_should_be(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "middling.py").write_text("x = 1\n" * 151)

    assert tool(ROOT / "packaging" / "sizes.py", tmp_path) == (0, "")
    assert "middling.py" in tool(ROOT / "packaging" / "sizes.py", "--notes", tmp_path)[1]


def names_for_anything(paths: list[Path]) -> list[Path]:
    return [path for path in paths if BANNED & {part.removesuffix(".py") for part in path.parts}]


def test_no_module_is_named_for_anything_at_all() -> None:
    assert names_for_anything(python_files("app", "plugins", "packaging", "tests")) == []


def test_such_a_name_is_caught() -> None:
    planted = [Path("app/videos/utils.py"), Path("app/common/access.py"), Path("app/videos/access.py")]

    assert names_for_anything(planted) == planted[:2]
