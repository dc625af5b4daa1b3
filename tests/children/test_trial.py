"""The self-test at start tells layers that hold from layers that are missing, or that are there and do not hold."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from app.children import Trial, Verdict, try_sandbox
from app.children.compiling import compile_for_children
from app.children.layers import find_bubblewrap, find_layers
from app.children.places import ROOT
from app.children.sandbox import NONE, Layers
from app.ops.enclosure import sandbox_findings

FULL = pytest.mark.skipif(not (find_layers().landlock and find_layers().seccomp), reason="this system has not all layers")


def states(verdict: Verdict | None) -> dict[str, bool | None]:
    return {finding.name: finding.ok for finding in sandbox_findings(verdict)}


@FULL
def test_all_that_is_tried_is_refused_here(tmp_path: Path) -> None:
    verdict = try_sandbox(tmp_path)

    assert verdict == Verdict(find_layers())
    assert verdict.whole
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_closed_gets_through_and_is_a_warning_no_fault(tmp_path: Path) -> None:
    verdict = try_sandbox(tmp_path, layers=NONE)

    assert verdict.through == {"files", "network", "processes"}
    assert states(verdict) == {
        "sandbox-files": None, "sandbox-network": None, "sandbox-processes": None, "sandbox-memory": True, "sandbox-end": True,
    }  # fmt: skip
    assert all(finding.mend for finding in sandbox_findings(verdict) if finding.ok is None)


@FULL
@pytest.mark.parametrize(
    ("layers", "through"),
    [(replace(find_layers(), seccomp=False), {"network", "processes"}), (Layers(seccomp=True), {"files"})],
)
def test_each_layer_is_told_from_the_others(tmp_path: Path, layers: Layers, through: set[str]) -> None:
    assert try_sandbox(tmp_path, layers=layers).through == through


@pytest.mark.skipif(not find_bubblewrap(), reason="bubblewrap is not installed, or cannot work here")
def test_bubblewrap_closes_files_and_the_network(tmp_path: Path) -> None:
    assert try_sandbox(tmp_path, layers=Layers(bubblewrap=find_bubblewrap())).through == {"processes"}
    assert try_sandbox(tmp_path, layers=Layers(bubblewrap=find_bubblewrap(), seccomp=True)).whole


def test_a_layer_that_is_there_and_does_not_hold_is_a_fault() -> None:
    leaky = Verdict(Layers(landlock=7, seccomp=True), through=frozenset({"files", "network", "processes", "memory"}))

    assert [states(leaky)[f"sandbox-{name}"] for name in ("files", "network", "processes", "memory")] == [False] * 4


def test_a_sandbox_in_which_nothing_starts_is_a_fault_with_its_reason(tmp_path: Path) -> None:
    broken = tmp_path / "bwrap"
    broken.write_text("#!/bin/sh\necho 'bwrap: no permissions' >&2; exit 1\n")
    broken.chmod(0o755)
    verdict = try_sandbox(tmp_path, layers=Layers(bubblewrap=str(broken)))

    assert states(verdict) == {"sandbox": False}
    assert "bwrap: no permissions" in sandbox_findings(verdict)[0].text


def test_it_is_tried_in_the_background_and_said(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    trial = Trial(tmp_path)
    assert states(trial.verdict) == {"sandbox": True}
    trial.start()
    trial.stop()

    assert trial.verdict == Verdict(find_layers())
    assert "sandbox of the children" in "".join(capfd.readouterr())


@FULL
def test_a_data_folder_inside_a_system_folder_is_found_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A folder that everybody may read holds the data: the layer is there, and closes nothing."""
    monkeypatch.setattr("app.children.places.facts", lambda: (str(tmp_path),))

    assert "files" in try_sandbox(tmp_path).through


def test_what_children_import_is_compiled_for_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "app", tmp_path / "app", ignore=shutil.ignore_patterns("__pycache__", "_*"))
    monkeypatch.setattr("app.children.compiling.ROOT", tmp_path)
    compile_for_children()

    assert list((tmp_path / "app" / "media" / "__pycache__").glob("probe_child.*.pyc"))
