"""homereel.cmd cannot run here; what can be held is that its text takes the same steps and keeps the rules of its shell."""

import re

from tests.launcher.checkout import PROJECT

TEXT = (PROJECT / "homereel.cmd").read_bytes().decode("ascii")


def test_lines_end_as_the_shell_needs_them() -> None:
    assert TEXT.count("\n") == TEXT.count("\r\n"), "labels are not found reliably after bare line feeds"


def test_every_label_that_is_called_is_there() -> None:
    labels = set(re.findall(r"^:(\w+)", TEXT, re.MULTILINE))
    called = set(re.findall(r"(?:goto|call) :?(\w+)", TEXT)) - {"set"}

    assert called == labels


def test_it_takes_the_same_steps_as_the_other_launcher() -> None:
    other = (PROJECT / "homereel").read_text()
    for step in ("--tests=", "--python=", "-P -m app", "run_tests.py", "-m tests.bench", "HOMEREEL_PYTHON", "(3, 11)"):
        assert step in TEXT, step
        assert step in other, step
    for name in ("environment.py", "constraints.txt", "pyproject.toml", "stamp"):
        assert name in TEXT


def test_every_refusal_is_a_sentence_on_standard_error() -> None:
    spoken = [line for line in TEXT.splitlines() if "echo" in line and "echo off" not in line]

    assert len(spoken) == 2
    assert all(line.startswith(">&2 echo ") and line.endswith(".") for line in spoken)
