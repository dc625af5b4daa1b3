"""Try the sandbox for real, at every start: what is counted on and does not hold is said before a stranger finds out."""

import contextlib
import os
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from app.children.child import ChildError, run
from app.children.compiling import compile_for_children
from app.children.layers import find_layers
from app.children.limits import GIB, Limits
from app.children.sandbox import Layers, Sandbox

log = structlog.get_logger(__name__)
SUBJECTS = ("files", "network", "processes", "memory")
_CANARY = Path(__file__).with_name("canary.py")
_LIMITS = Limits(wall=10, cpu=5, memory=GIB, file_size=1 << 20)


@dataclass(frozen=True)
class Verdict:
    """`through`: the subjects in which a child did what it may not. `problem`: why it could not even begin, in its own words."""

    layers: Layers
    through: frozenset[str] = frozenset()
    problem: str = ""

    @property
    def whole(self) -> bool:
        return not self.through and not self.problem


def try_sandbox(scratch: Path, *, layers: Layers | None = None) -> Verdict:
    """In a folder under `scratch`, beside things that it may not touch: best where the data folder is. Takes about a fifth of a second."""
    layers = find_layers() if layers is None else layers
    with tempfile.TemporaryDirectory(dir=scratch, prefix="canary-") as folder, _listener() as listener, _datagrams() as datagrams:
        outside, inside = Path(folder) / "outside", Path(folder) / "inside"
        outside.write_bytes(b"x")
        inside.mkdir()
        server = 0 if layers.bubblewrap else os.getpid()  # numbers mean others in there
        numbers = (listener.getsockname()[1], datagrams.getsockname()[1], server)
        words = [sys.executable, "-I", "-S", str(_CANARY), str(outside), *map(str, numbers)]
        try:
            done = run(words, folder=inside, limits=_LIMITS, sandbox=Sandbox(write=(inside,)), layers=layers)
        except ChildError as error:
            return Verdict(layers, problem=str(error))
        said = done.stdout.decode("utf-8", "replace").split()
        if done.code != 0 or said[:1] != ["tried"]:
            return Verdict(layers, problem=done.stderr.strip()[-300:] or f"{done.code}")
        # What it wrote or sent counts where it arrived: in a place of its own it may do what it likes.
        arrived = (["files"] if outside.with_name("written").exists() else []) + (["network"] if _came(datagrams) else [])
        return Verdict(layers, through=frozenset([*said[1:], *arrived]) & frozenset(SUBJECTS))


@contextlib.contextmanager
def _listener() -> Iterator[socket.socket]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener


@contextlib.contextmanager
def _datagrams() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        datagrams.bind(("127.0.0.1", 0))
        datagrams.setblocking(False)
        yield datagrams


def _came(datagrams: socket.socket) -> bool:
    try:
        return bool(datagrams.recv(1))
    except OSError:  # nothing there
        return False


@dataclass
class Trial:
    """The verdict of this start, found in the background: nobody waits for it."""

    scratch: Path
    verdict: Verdict | None = None
    _thread: threading.Thread | None = field(default=None, repr=False)

    def start(self) -> None:
        self._thread = threading.Thread(target=self._try, name="sandbox trial", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        if self._thread:
            self._thread.join(_LIMITS.wall)

    def _try(self) -> None:
        try:
            self.verdict = try_sandbox(self.scratch)
        except OSError as error:
            self.verdict = Verdict(find_layers(), problem=str(error))
        layers, verdict = self.verdict.layers, self.verdict
        tell = log.info if verdict.whole else log.warning
        tell(
            "sandbox of the children",
            landlock=layers.landlock,
            seccomp=layers.seccomp,
            bubblewrap=bool(layers.bubblewrap),
            not_closed=sorted(verdict.through),
            problem=verdict.problem,
        )
        compile_for_children()
