"""A child that waits its turn: stopped where it is, nothing lost, and going on later as if nothing had been."""

import contextlib
import os
import signal

import psutil

from app.children.child import Child


def pause(child: Child) -> None:
    """It uses no processor from here on; its memory it keeps. A child that ended is left alone."""
    _send(child, stop=True)


def resume(child: Child) -> None:
    _send(child, stop=False)


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
