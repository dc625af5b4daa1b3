"""Real programs, really killed."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from app.children import Limits, Sandbox, run, start, stop_all
from app.children.sandbox import NONE

PYTHON = sys.executable
NOTHING = Sandbox()


def alive(pid: int) -> bool:
    """True while the process runs; a zombie has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def gone_within(seconds: float, *pids: int) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not any(alive(pid) for pid in pids):
            return True
        time.sleep(0.02)
    return False


def test_a_program_runs_in_its_folder_and_its_output_comes_back(tmp_path: Path) -> None:
    done = run(
        [PYTHON, "-c", "import os,sys; print(os.getcwd()); sys.stderr.write('hm'); sys.exit(3)"],
        folder=tmp_path,
        limits=Limits(),
        sandbox=NOTHING,
    )

    assert (done.code, done.stdout.decode().strip(), done.stderr) == (3, str(tmp_path), "hm")


def test_no_secret_of_the_environment_reaches_a_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOMEREEL_SECRET", "hunter2")

    done = run([PYTHON, "-I", "-c", "import os; print(sorted(os.environ))"], folder=tmp_path, limits=Limits(), sandbox=NOTHING)

    assert b"HOMEREEL_SECRET" not in done.stdout
    assert b"PATH" in done.stdout


def test_a_program_that_is_not_there_is_an_exit_code_with_its_name(tmp_path: Path) -> None:
    done = run(["/nowhere/ffmpeg"], folder=tmp_path, limits=Limits(), sandbox=NOTHING)

    assert done.code == 127
    assert "/nowhere/ffmpeg" in done.stderr


def test_a_child_that_spews_on_stderr_does_no_harm(tmp_path: Path) -> None:
    spew = "import sys; [sys.stderr.buffer.write(b'x' * 1_000_000) for _ in range(100)]; sys.stderr.write('the end')"
    done = run([PYTHON, "-c", spew], folder=tmp_path, limits=Limits(), sandbox=NOTHING)

    assert done.code == 0
    assert len(done.stderr) <= 8192
    assert done.stderr.endswith("the end")


def test_a_child_that_takes_too_long_is_killed(tmp_path: Path) -> None:
    began = time.monotonic()
    done = run([PYTHON, "-c", "import time; time.sleep(60)"], folder=tmp_path, limits=Limits(wall=0.5), sandbox=NOTHING)

    assert done.timed_out
    assert done.code == -signal.SIGKILL
    assert time.monotonic() - began < 5


def test_a_child_that_eats_memory_is_refused_it(tmp_path: Path) -> None:
    done = run([PYTHON, "-c", "b = bytearray(3 << 30)"], folder=tmp_path, limits=Limits(memory=1 << 30), sandbox=NOTHING)

    assert done.code == 1
    assert "MemoryError" in done.stderr


def test_a_child_that_burns_the_processor_is_ended(tmp_path: Path) -> None:
    done = run([PYTHON, "-c", "while True: pass"], folder=tmp_path, limits=Limits(cpu=1, wall=30), sandbox=NOTHING)

    assert done.code < 0
    assert not done.timed_out


def test_a_child_cannot_fill_the_disk(tmp_path: Path) -> None:
    write = "f = open('big', 'wb', 0)\nfor _ in range(100): f.write(b'x' * 1_000_000)"
    done = run([PYTHON, "-c", write], folder=tmp_path, limits=Limits(file_size=2_000_000), sandbox=Sandbox(write=(tmp_path,)))

    assert done.code != 0
    assert (tmp_path / "big").stat().st_size <= 2_000_000


def test_a_child_that_ignores_sigterm_is_killed_with_all_its_children(tmp_path: Path) -> None:
    deaf = "signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    code = f"import os,signal,time; {deaf}; p = os.fork(); print(os.getpid(), flush=True); time.sleep(60)"
    with start([PYTHON, "-c", code], folder=tmp_path, limits=Limits(), sandbox=NOTHING, layers=NONE) as child:
        pids = [int(child.stdout.readline()), int(child.stdout.readline())]

        assert child.stop(grace=0.2) == -signal.SIGKILL
        assert gone_within(2, *pids)


def test_children_outlive_the_thread_that_asked_for_them(tmp_path: Path) -> None:
    started = []
    thread = threading.Thread(target=lambda: started.append(start(["sleep", "60"], folder=tmp_path, limits=Limits(), sandbox=NOTHING)))
    thread.start()
    thread.join()
    time.sleep(0.3)

    with started[0] as child:
        assert child.alive
        stop_all()
        assert child.wait(2) == -signal.SIGKILL


def test_no_child_lives_two_seconds_after_kill_9_of_its_parent(tmp_path: Path) -> None:
    parent_code = (
        "import sys, time; from pathlib import Path; from app.children import Limits, Sandbox, start\n"
        "children = [start(['sleep', '60'], folder=Path(sys.argv[1]), limits=Limits(), sandbox=Sandbox()) for _ in range(3)]\n"
        "time.sleep(0.3); print(*[c.pid for c in children], flush=True); time.sleep(60)"
    )
    root = Path(__file__).parents[2]
    command = [PYTHON, "-c", parent_code, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=root, env=os.environ | {"PYTHONPATH": str(root)}) as parent:
        assert parent.stdout
        pids = [int(word) for word in parent.stdout.readline().split()]
        assert all(alive(pid) for pid in pids)
        parent.kill()

        assert gone_within(2, *pids)


def test_an_ordinary_stop_ends_children_that_the_system_would_let_live(tmp_path: Path) -> None:
    """As on systems without “die with your parent”: this child has put that off."""
    parent_code = (
        "import sys; from pathlib import Path; from app.children import Limits, Sandbox, start; from app.children.sandbox import NONE\n"
        "from app.server import Stopping\n"
        "code = 'import ctypes, time; ctypes.CDLL(None).prctl(1, 0); print(1, flush=True); time.sleep(60)'\n"
        "child = start([sys.executable, '-c', code], folder=Path(sys.argv[1]), limits=Limits(), sandbox=Sandbox(), layers=NONE)\n"
        "child.stdout.readline(); print(child.pid, flush=True); Stopping(None, None).leave()"
    )
    root = Path(__file__).parents[2]
    command = [PYTHON, "-c", parent_code, str(tmp_path)]
    done = subprocess.run(command, cwd=root, env=os.environ | {"PYTHONPATH": str(root)}, capture_output=True, timeout=30, check=True)

    assert gone_within(2, int(done.stdout))


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="this kernel groups no processes by session")
def test_a_child_that_steps_back_does_so_beyond_its_own_session(tmp_path: Path) -> None:
    with start(
        [PYTHON, "-c", "import time; print(1, flush=True); time.sleep(20)"], folder=tmp_path, limits=Limits(nice=10), sandbox=NOTHING
    ) as child:
        assert child.stdout.readline() == b"1\n"
        assert Path(f"/proc/{child.pid}/autogroup").read_text().split()[-1] == "10"
        assert os.getpriority(os.PRIO_PROCESS, child.pid) == 10
