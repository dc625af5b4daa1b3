"""Types are strict everywhere in the program. The cache is mypy's own, so that only what changed is looked at again."""

from pathlib import Path

import pytest

from tests.checks.project import ROOT, tool

FAULTS = """

def planted() -> int:
    return new_id()


def untyped(x):
    return x
"""
pytestmark = pytest.mark.timeout(400)  # the first time, on a small machine, it reads every library


@pytest.mark.xdist_group("mypy")
def test_types_are_strict_and_right() -> None:
    code, said = tool("-m", "mypy", "--strict")

    assert code == 0, said


@pytest.mark.xdist_group("mypy")
def test_a_wrong_type_is_caught(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text(
        (ROOT / "app" / "ids.py").read_text() + "\n\ndef planted() -> int:\n    return new_id()\n\n\ndef untyped(x):\n    return x\n"
    )

    shadowed = ("--shadow-file", "app/ids.py", planted, "--cache-dir", tmp_path / "cache")
    code, said = tool("-m", "mypy", "--strict", *shadowed, "-m", "app.ids")

    assert code == 1
    assert 'expected "int"' in said
    assert "Function is missing a type annotation" in said
