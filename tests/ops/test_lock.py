import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.errors import StartError
from app.ops.lock import DataLock, is_held

HOLD = """
import sys, time
from pathlib import Path
from app.ops.lock import DataLock
lock = DataLock(Path(sys.argv[1]))
lock.take()
print("held", flush=True)
time.sleep(60)
"""


def holder(data: Path) -> "subprocess.Popen[str]":
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(data)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_process_is_told_who_holds_the_folder(tmp_path: Path) -> None:
    with holder(tmp_path) as process:
        assert is_held(tmp_path)
        with pytest.raises(StartError, match=f"process {process.pid}"):
            DataLock(tmp_path).take()
        process.kill()


def test_after_kill_9_nothing_has_to_be_unlocked(tmp_path: Path) -> None:
    with holder(tmp_path) as process:
        process.kill()
    assert not is_held(tmp_path)
    with DataLock(tmp_path):
        assert (tmp_path / ".lock").read_text() == str(os.getpid())
        assert is_held(tmp_path)
    assert not is_held(tmp_path)


def test_of_many_that_start_at_once_one_gets_the_folder(tmp_path: Path) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for _ in range(6)
    ]
    try:
        deadline = time.monotonic() + 30
        while sum(process.poll() is None for process in processes) > 1 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert sum(process.poll() is None for process in processes) == 1
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def test_asking_whether_a_folder_is_held_creates_nothing(tmp_path: Path) -> None:
    assert not is_held(tmp_path / "nothing")
    assert list(tmp_path.iterdir()) == []
