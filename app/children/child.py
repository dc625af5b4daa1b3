"""Start a child and keep hold of it."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Self, cast

from app.children.bubblewrap import wrapped
from app.children.drain import Drain
from app.children.layers import find_layers
from app.children.limits import Limits
from app.children.order import shim_order
from app.children.sandbox import Layers, Sandbox
from app.children.starter import popen
from app.errors import HomereelError
from app.i18n import N_

_SHIM = Path(__file__).with_name("shim.py")
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
    """A running program. `stdout` is ours to read, and so are `outputs`; its stderr is drained and capped.

    Use it in a `with`: at its end the program is killed, if it still runs, and its pipes are closed.
    """

    def __init__(self, process: "subprocess.Popen[bytes]", wall: float | None, *, outputs: Sequence[BinaryIO] = (), wrapped: bool) -> None:
        self._process, self._wrapped = process, wrapped
        self.pid = process.pid
        self.stdout: BinaryIO = cast(BinaryIO, process.stdout)
        self.outputs = tuple(outputs)
        self.timed_out = False
        self.held = False  # it is to stand still (`pausing.py`)
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
        for pipe in (self.stdout, *self.outputs):
            pipe.close()

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
        return _as_signal(code) if self._wrapped else code

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


def start(
    argv: Sequence[str],
    *,
    folder: Path,
    limits: Limits,
    sandbox: Sandbox,
    module: str = "",
    outputs: int = 0,
    layers: Layers | None = None,
) -> Child:
    """Start a program with `folder` as its working folder, in its own process group, with a clean environment, enclosed in `sandbox`.

    With `module`, a module of ours is run instead (its `main()`), and `argv` are its arguments. With `outputs`, that many pipes beside
    standard output are opened: 3, 4 and so on for the program, `Child.outputs` for us (POSIX alone). `layers` is for tests: what encloses
    the child is what this machine has.
    """
    layers = find_layers() if layers is None else layers
    pipes = [os.pipe() for _ in range(outputs)]
    ours, theirs = [pipe[0] for pipe in pipes], [pipe[1] for pipe in pipes]
    program = "" if module else argv[0]
    bare = os.name != "posix" and not module  # there is nothing to be done beforehand; the admin page says so
    command = list(argv) if bare else _command(argv, module)
    if layers.bubblewrap:
        command = wrapped(layers.bubblewrap, command, program=program, sandbox=sandbox, folder=folder)
    try:
        process = popen(
            command, cwd=folder, env=_environment(folder), stdin=subprocess.DEVNULL if bare else subprocess.PIPE, **_options(theirs)
        )
    except OSError as error:
        for end in ours:
            os.close(end)
        name = Path(argv[0]).name if argv else module
        raise ChildError(N_("The program {name} could not be started: {why}."), name=name, why=error.strerror) from error
    finally:
        for end in theirs:
            os.close(end)
    child = Child(process, limits.wall, outputs=[os.fdopen(end, "rb") for end in ours], wrapped=bool(layers.bubblewrap))
    if process.stdin:
        with contextlib.suppress(BrokenPipeError), process.stdin as order:
            order.write(shim_order(limits=limits, sandbox=sandbox, layers=layers, program=program, outputs=theirs))
    return child


def run(
    argv: Sequence[str],
    *,
    folder: Path,
    limits: Limits,
    sandbox: Sandbox,
    cap: int = 16 << 20,
    module: str = "",
    layers: Layers | None = None,
) -> Finished:
    """Run a program to its end; output beyond `cap` bytes is dropped. Never raises for what the program does."""
    child = start(argv, folder=folder, limits=limits, sandbox=sandbox, module=module, layers=layers)
    output = Drain(child.stdout, head=cap, tail=0)
    code = child.wait()
    return Finished(code, output.bytes(), child.stderr(), child.timed_out)


def stop_all() -> None:
    """Kill every child that still lives."""
    with _lock:
        children = list(_living)
    for child in children:
        child.kill()


def _command(argv: Sequence[str], module: str) -> list[str]:
    """The arguments are those of the program, so that a list of processes says what is at work."""
    return [sys.executable, *(["-I"] if module else ["-I", "-S"]), str(_SHIM), *([module] if module else []), *argv]


def _options(inherited: Sequence[int]) -> dict[str, Any]:
    options: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    options |= {"start_new_session": True, "pass_fds": inherited} if os.name == "posix" else {"creationflags": 0x200}
    if sys.platform == "linux":
        options["pipesize"] = 1 << 20
    return options


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | {"LANG": "C.UTF-8", "HOME": str(folder), "TMPDIR": str(folder)}


def _as_signal(code: int) -> int:
    """bubblewrap tells of a signal as a shell does."""
    return 128 - code if 128 < code < 160 else code
