"""One way of writing: ruff's rules and its formatting."""

import pytest

from tests.checks.project import tool


def test_everything_keeps_to_the_rules() -> None:
    code, said = tool("-m", "ruff", "check", "--no-cache", ".")

    assert code == 0, said


def test_everything_is_formatted() -> None:
    code, said = tool("-m", "ruff", "format", "--no-cache", "--check", ".")

    assert code == 0, said


FAULTS = {
    "F401": "import os\n",
    "DTZ005": "from datetime import datetime\n\nNOW = datetime.now()\n",
    "BLE001": "try:\n    x = 1\nexcept Exception:\n    pass\n",
}


@pytest.mark.parametrize(("rule", "fault"), FAULTS.items())
def test_a_fault_is_caught(rule: str, fault: str) -> None:
    code, said = tool("-m", "ruff", "check", "--no-cache", "--stdin-filename", "app/planted.py", "-", stdin=fault)

    assert code == 1
    assert rule in said


def test_a_crooked_line_is_caught() -> None:
    code, _ = tool("-m", "ruff", "format", "--no-cache", "--check", "--stdin-filename", "app/planted.py", "-", stdin="x   =  1\n")

    assert code == 1
