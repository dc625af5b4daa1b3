"""Start a child and keep hold of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from app.children.limits import Limits
from app.errors import HomereelError


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
    """A running program. `stdout` is ours to read; its stderr is drained and capped."""

    stdout: BinaryIO

    def kill(self) -> None:
        """SIGKILL to its process group, at once."""
        raise NotImplementedError


def start(argv: Sequence[str], *, folder: Path, limits: Limits) -> Child:
    """Start a program with `folder` as its working folder, in its own process group, with a clean environment."""
    raise NotImplementedError


def run(argv: Sequence[str], *, folder: Path, limits: Limits, cap: int = 16 << 20) -> Finished:
    """Run a program to its end; output beyond `cap` bytes is dropped. Never raises for what the program does."""
    raise NotImplementedError


def stop_all() -> None:
    """Kill every child that still lives."""
    raise NotImplementedError
