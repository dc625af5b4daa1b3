"""A child that is held stands still, goes on, and never outlives us, not even one that was stopped before it had begun."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.children import Limits, Sandbox, pause, resume, start
from tests.children.test_children import gone_within

PARENT = """
import os, signal, sys, time
from pathlib import Path
from app.children import Limits, Sandbox, pause, start
child = start(["/bin/sleep", "60"], folder=Path(sys.argv[1]), limits=Limits(), sandbox=Sandbox())
pause(child)
print(child.pid, flush=True)
time.sleep(float(sys.argv[2]))
os.kill(os.getpid(), signal.SIGKILL)
"""
ROOT = Path(__file__).parents[2]


def state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]


def becomes(pid: int, wanted: str) -> bool:
    deadline = time.monotonic() + 5
    while state(pid) not in wanted and time.monotonic() < deadline:
        time.sleep(0.01)
    return state(pid) in wanted


@pytest.mark.skipif(sys.platform != "linux", reason="only there a child dies with us by the word of the system")
@pytest.mark.parametrize("after", [0, 0.05, 1])
def test_one_that_is_held_from_its_first_moment_does_not_outlive_us(tmp_path: Path, after: float) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PARENT, str(tmp_path), str(after)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == -signal.SIGKILL, done.stderr
    assert gone_within(2, int(done.stdout))


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_one_that_is_held_at_once_stands_still_and_goes_on_when_it_may(tmp_path: Path) -> None:
    with start(["/bin/sleep", "60"], folder=tmp_path, limits=Limits(), sandbox=Sandbox()) as child:
        pause(child)
        assert becomes(child.pid, "T")
        resume(child)
        assert becomes(child.pid, "S")
        pause(child)
        resume(child)  # before it took effect, or after: it goes on
        time.sleep(0.2)
        assert state(child.pid) == "S"
