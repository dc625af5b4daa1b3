"""A child that waits its turn: stopped where it is, nothing lost, and going on later as if nothing had been."""

import contextlib
import os
import signal
import sys
import threading
import time

import psutil

from app.children.child import Child

_BEFORE_IT_DIES_WITH_US = 10.0  # seconds at most until the program has taken the shim's place
_LOOK = 0.01
_lock = threading.Lock()  # between a pause that comes late and the word to go on


def pause(child: Child) -> None:
    """It uses no processor from here on; its memory it keeps. A child that ended is left alone.

    One that has only just been started is stopped as soon as it is sure to die with us: stopped before, it would outlive us for ever.
    """
    with _lock:
        child.held = True
        if _dies_with_us(child.pid):
            _send(child, stop=True)
            return
    threading.Thread(target=_pause_later, args=(child,), name=f"pause {child.pid}", daemon=True).start()


def resume(child: Child) -> None:
    with _lock:
        child.held = False
        _send(child, stop=False)


def _pause_later(child: Child) -> None:
    deadline = time.monotonic() + _BEFORE_IT_DIES_WITH_US
    while child.held and child.alive and not _dies_with_us(child.pid) and time.monotonic() < deadline:
        time.sleep(_LOOK)
    with _lock:
        if child.held:
            _send(child, stop=True)


def _dies_with_us(pid: int) -> bool:
    """Whether the shim has done its work and become the program. Only on Linux has it such work to do."""
    if sys.platform != "linux":
        return True
    try:
        return os.readlink(f"/proc/{pid}/exe") != os.readlink("/proc/self/exe")  # noqa: PTH115 - also one that was deleted
    except OSError:
        return True


def _send(child: Child, *, stop: bool) -> None:
    if not child.alive:
        return
    if os.name == "posix":
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGSTOP if stop else signal.SIGCONT)  # it leads its own group
        return
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(child.pid)
        process.suspend() if stop else process.resume()
