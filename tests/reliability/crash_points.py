"""Kills at system calls: strace attached to a running server ends it at the N-th call of a set (RELIABILITY, crash-point sweep).

Only the server itself is killed: children are let go of when they begin another program.
"""

import re
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SETS = {
    "write": "pwrite64,write,pwritev",
    "sync": "fsync,fdatasync",
    "rename": "rename,renameat,renameat2,link,linkat",
    "unlink": "unlink,unlinkat",
    "truncate": "ftruncate",
    "send": "sendto,sendmsg,writev",
}
_LINE = re.compile(r"^(\d+)\s+(?:<\.\.\. )?(\w+)")

needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed; CI installs it")


@contextmanager
def killing(pid: int, calls: str, number: int, *, action: str = "signal=KILL") -> Iterator[None]:
    """While inside, the `number`-th of these calls that a thread makes from now on ends the process (or does `action`)."""
    with _attached(pid, ["-o", "/dev/null", "-e", f"trace={calls}", "-e", f"inject={calls}:{action}:when={number}"]):
        yield


@contextmanager
def attached_with_faults(pid: int, calls: str, fault: str, *, path: Path, children: bool = False) -> Iterator[None]:
    """While inside, these calls on one file go wrong as `fault` says: `error=ENOSPC:when=3`; with `children` also in other programs."""
    options = ["-o", "/dev/null", "-P", str(path), "-e", f"trace={calls}", "-e", f"inject={calls}:{fault}"]
    with _attached(pid, options, children=children):
        yield


@contextmanager
def counting(pid: int, into: Path) -> Iterator[Counter[str]]:
    """Afterwards: for each set, how many of its calls the busiest thread made."""
    most: Counter[str] = Counter()
    with _attached(pid, ["-o", str(into), "-e", "trace=" + ",".join(SETS.values())]):
        yield most
    of_thread: Counter[tuple[str, str]] = Counter()
    names = {call: name for name, calls in SETS.items() for call in calls.split(",")}
    for line in into.read_text(errors="replace").splitlines():
        found = _LINE.match(line)
        if found and found[2] in names and "resumed>" not in line:
            of_thread[found[1], names[found[2]]] += 1
    for (_, name), count in of_thread.items():
        most[name] = max(most[name], count)


@contextmanager
def _attached(pid: int, options: list[str], *, children: bool = False) -> Iterator[None]:
    let_go = [] if children else ["-b", "execve"]
    tracer = subprocess.Popen(["strace", "-f", "-qq", *let_go, "-p", str(pid), *options], stderr=subprocess.PIPE)
    try:
        _until_attached(pid, tracer)
        yield
    finally:
        _end(pid, tracer)


def _status(task: Path) -> str:
    try:
        return (task / "status").read_text()
    except OSError:  # the thread has ended
        return ""


def _end(pid: int, tracer: "subprocess.Popen[bytes]") -> None:
    """strace ends by itself with the process that it killed; told to end meanwhile, it may wait for ever."""
    deadline = time.monotonic() + 5
    while tracer.poll() is None and not _alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    if tracer.poll() is None:
        tracer.terminate()
    try:
        tracer.wait(timeout=3)
    except subprocess.TimeoutExpired:
        tracer.kill()
        tracer.wait(timeout=5)
    assert tracer.stderr is not None
    tracer.stderr.close()


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def _until_attached(pid: int, tracer: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 10
    tasks = Path(f"/proc/{pid}/task")
    while time.monotonic() < deadline and tracer.poll() is None:
        states = [_status(task) for task in tasks.iterdir()]
        if all(f"TracerPid:\t{tracer.pid}\n" in state for state in states if state):
            return
        time.sleep(0.01)
    raise AssertionError(f"strace could not attach: {tracer.stderr.read().decode() if tracer.stderr and tracer.poll() is not None else ''}")


def spread(most: int, points: int) -> list[int]:
    """So many numbers from 1 to `most`, evenly, the first and last among them."""
    if most <= points:
        return list(range(1, most + 1))
    return sorted({1 + round(step * (most - 1) / (points - 1)) for step in range(points)})
