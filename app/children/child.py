"""Start a child and keep hold of it."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Self, cast

import app
from app.children.drain import Drain
from app.children.limits import Limits
from app.children.starter import popen
from app.errors import HomereelError
from app.i18n import N_

_SHIM = Path(__file__).with_name("shim.py")
_ROOT = Path(app.__file__).parent.parent
# No secret of the server's environment reaches a child.
_KEPT = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "LIBVA_DRIVER_NAME", "TZ")
_living: "set[Child]" = set()
_lock = threading.Lock()


class ChildError(HomereelError):
    """A program could not be started."""

    slug = "child"


@dataclass(frozen=True)
class Finished:
    code: int  # below 0: killed by that signal
    stdout: bytes
    stderr: str  # at most its first and last kilobytes
    timed_out: bool = False


class Child:
    """A running program. `stdout` is ours to read; its stderr is drained and capped.

    Use it in a `with`: at its end the program is killed, if it still runs, and its pipes are closed.
    """

    def __init__(self, process: "subprocess.Popen[bytes]", wall: float | None) -> None:
        self._process = process
        self.pid = process.pid
        self.stdout: BinaryIO = cast(BinaryIO, process.stdout)
        self.timed_out = False
        self._stderr = Drain(cast(BinaryIO, process.stderr))
        self._timer = threading.Timer(wall, self._late) if wall is not None else None
        if self._timer:
            self._timer.daemon = True
            self._timer.start()
        with _lock:
            _living.add(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self.wait()
        self.stdout.close()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def wait(self, timeout: float | None = None) -> int:
        """The exit code; below 0 when a signal ended it. Raises TimeoutError."""
        try:
            code = self._process.wait(timeout)
        except subprocess.TimeoutExpired as error:
            raise TimeoutError from error
        if self._timer:
            self._timer.cancel()
        with _lock:
            _living.discard(self)
        return code

    def kill(self) -> None:
        """SIGKILL to its process group, at once."""
        self._signal(getattr(signal, "SIGKILL", signal.SIGTERM))

    def stop(self, grace: float = 3.0) -> int:
        """Ask it to end, and after `grace` seconds end it: ffmpeg can ignore SIGTERM for minutes."""
        self._signal(signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            return self.wait(grace)
        self.kill()
        return self.wait()

    def stderr(self) -> str:
        """What it complained of: the first and last kilobytes."""
        return self._stderr.text()

    def _late(self) -> None:
        self.timed_out = True
        self.kill()

    def _signal(self, number: int) -> None:
        if self._process.returncode is not None:
            return
        if os.name == "posix":
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, number)  # it leads its own group, so no other process can be meant
        else:
            self._process.send_signal(number)


def start(argv: Sequence[str], *, folder: Path, limits: Limits, module: str = "") -> Child:
    """Start a program with `folder` as its working folder, in its own process group, with a clean environment.

    With `module`, a module of ours is run instead (its `main()`), and `argv` are its arguments.
    """
    options: dict[str, Any] = {"start_new_session": True} if os.name == "posix" else {"creationflags": 0x200}
    if sys.platform == "linux":
        options["pipesize"] = 1 << 20
    try:
        process = popen(
            _command(list(argv), limits, module),
            cwd=folder,
            env=_environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            **options,
        )
    except OSError as error:
        name = Path(argv[0]).name if argv else module
        raise ChildError(N_("The program {name} could not be started: {why}."), name=name, why=error.strerror) from error
    return Child(process, limits.wall)


def run(argv: Sequence[str], *, folder: Path, limits: Limits, cap: int = 16 << 20, module: str = "") -> Finished:
    """Run a program to its end; output beyond `cap` bytes is dropped. Never raises for what the program does."""
    child = start(argv, folder=folder, limits=limits, module=module)
    output = Drain(child.stdout, head=cap, tail=0)
    code = child.wait()
    return Finished(code, output.bytes(), child.stderr(), child.timed_out)


def stop_all() -> None:
    """Kill every child that still lives."""
    with _lock:
        children = list(_living)
    for child in children:
        child.kill()


def _command(argv: list[str], limits: Limits, module: str) -> list[str]:
    if os.name != "posix" and not module:  # no limits of this kind there; the admin page says so
        return argv
    order = {
        "parent": os.getpid(),
        "limits": limits.for_kernel(),
        "nice": limits.nice,
        "idle_disk": limits.idle_disk,
        "module": module,
        "root": str(_ROOT),
        "argv": argv,
    }
    flags = ["-I"] if module else ["-I", "-S"]
    return [sys.executable, *flags, str(_SHIM), json.dumps(order)]


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | {"LANG": "C.UTF-8", "HOME": str(folder), "TMPDIR": str(folder)}
