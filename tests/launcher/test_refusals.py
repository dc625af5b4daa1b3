"""What can be wrong with a machine: one sentence each, on standard error, saying what to do, and exit code 1."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.launcher.checkout import PROJECT, Checkout, Started, bare_path, disguised

pytestmark = [pytest.mark.skipif(os.name == "nt", reason="a POSIX shell's script"), pytest.mark.timeout(400)]
OLD, BARE = "sys.version_info = (3, 9, 2)", 'sys.modules["ensurepip"] = None'


def sentence(started: Started) -> str:
    """The one thing said, after the lines that show how far the set-up came."""
    assert started.code == 1
    assert started.out == ""
    steps, lines = ("Setting Homereel up", "  "), started.err.splitlines()
    [said] = [line for line in lines if not line.startswith(steps)]
    assert said.endswith(".")
    assert "Traceback" not in said
    return said


def test_no_python_at_all(fresh: Checkout, tmp_path: Path) -> None:
    said = sentence(fresh.start(PATH=str(bare_path(tmp_path / "bin")), HOMEREEL_PYTHON=""))

    assert "3.11 or newer" in said
    assert "apt install python3 python3-venv" in said


def test_an_old_python(fresh: Checkout, tmp_path: Path) -> None:
    disguised(bare_path(tmp_path / "bin"), "python3", OLD)

    said = sentence(fresh.start(PATH=str(tmp_path / "bin"), HOMEREEL_PYTHON=""))

    assert "this is Python 3.9" in said
    assert "HOMEREEL_PYTHON" in said


def test_a_python_without_the_venv_module(fresh: Checkout, tmp_path: Path) -> None:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    disguised(bare_path(tmp_path / "bin"), "python3.12", BARE)
    disguised(tmp_path / "bin", "python3", OLD)

    said = sentence(fresh.start(PATH=str(tmp_path / "bin"), HOMEREEL_PYTHON=""))

    assert f"apt install python{version}-venv" in said


@pytest.mark.slow
def test_a_good_python_is_found_behind_ones_that_are_not(fresh: Checkout, tmp_path: Path) -> None:
    tools = bare_path(tmp_path / "bin")
    broken = tools / "python3.13"
    broken.write_text("#!/bin/sh\necho 'version not installed' >&2; exit 127\n")
    broken.chmod(0o755)
    disguised(tools, "python3.12", BARE)
    (tools / "python3").symlink_to(sys.executable)

    assert fresh.start(PATH=str(tools), HOMEREEL_PYTHON="").code == 0


def test_a_named_python_that_is_none(fresh: Checkout) -> None:
    assert "HOMEREEL_PYTHON is /nowhere/python" in sentence(fresh.start(HOMEREEL_PYTHON="/nowhere/python"))


def test_no_network(fresh: Checkout) -> None:
    closed = {"PIP_NO_INDEX": "", "PIP_FIND_LINKS": "", "PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "0"}

    said = sentence(fresh.start(**closed))

    assert said.startswith("The packages could not be fetched: connect this machine to the internet")
    assert fresh.environments() == [], "nothing half made is left"


@pytest.mark.slow
def test_a_package_that_is_not_to_be_had(fresh: Checkout) -> None:
    fresh.want("9.9")

    said = sentence(fresh.start())

    assert "pebble==9.9" in said
    assert str(fresh.folder / ".venv-log") in said


def test_a_folder_that_may_not_be_written_to(fresh: Checkout) -> None:
    assert "make it writable, or move Homereel" in sentence(read_only(fresh, "serve"))


def test_a_folder_that_may_not_be_written_to_runs_what_is_set_up(ready: Checkout) -> None:
    started = read_only(ready, "serve")

    assert (started.code, started.err) == (0, "")


def read_only(checkout: Checkout, *arguments: str) -> Started:
    """Start it with its folder mounted read-only, which root feels too."""
    script = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && cd "$1" && shift && exec "$@"'
    inner = ["unshare", "--mount", "sh", "-c", script, "sh", checkout.folder, "./homereel", *arguments]
    if os.geteuid():
        inner[1:1] = ["--map-root-user"]
    if subprocess.run([*inner[: -len(arguments) - 1], "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine does not let us mount a folder read-only")
    ran = subprocess.run(inner, env=checkout.environment(), capture_output=True, text=True, check=False, timeout=60)
    return Started(ran.returncode, ran.stdout, ran.stderr)


def test_the_launcher_is_plain_posix_shell() -> None:
    """Started with the strictest shell here; bash stands in where there is no other."""
    for shell in ("dash", "busybox sh", "bash --posix"):
        if subprocess.run(["which", shell.split()[0]], capture_output=True, check=False).returncode == 0:
            assert subprocess.run([*shell.split(), "-n", PROJECT / "homereel"], check=False).returncode == 0
