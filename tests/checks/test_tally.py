"""CI's closing line adds up what its runs of pytest reported, and a run that reported nothing is a fault."""

from pathlib import Path

from tests.checks.project import ROOT, tool

MIXED = """import pytest

def test_good(): pass
def test_bad(): assert False
def test_broken(missing): pass
@pytest.mark.skip
def test_left_out(): pass
"""
GOOD = "def test_good(): pass\n"
TALLY = ROOT / ".ci" / "tally.py"


def report(folder: Path, name: str, tests: str) -> Path:
    """What a real run of pytest writes about these tests."""
    (folder / f"test_{name}.py").write_text(tests)
    tool("-m", "pytest", "-p", "no:cacheprovider", "-c", "/dev/null", f"--junitxml={name}.xml", f"test_{name}.py", cwd=folder)
    return folder / f"{name}.xml"


def test_what_passed_and_failed_is_added_up(tmp_path: Path) -> None:
    good, mixed = report(tmp_path, "good", GOOD), report(tmp_path, "mixed", MIXED)

    assert tool(TALLY, good) == (0, "1 passed, 0 failed, 0 skipped\n")
    assert tool(TALLY, good, mixed) == (1, "2 passed, 2 failed, 1 skipped\n")


def test_a_run_that_reported_nothing_is_a_fault(tmp_path: Path) -> None:
    good, cut_off = report(tmp_path, "good", GOOD), tmp_path / "cut.xml"
    cut_off.write_text("<testsuites><tests")

    for missing in (tmp_path / "none.xml", cut_off):
        code, said = tool(TALLY, good, missing)
        assert code == 1
        assert said.splitlines()[-1] == "1 passed, 1 failed, 0 skipped"
