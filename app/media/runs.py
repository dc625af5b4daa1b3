"""Makes segments: on demand for those who watch, in the background for the rest.

A run is one ffmpeg process that makes cells of one rendition from k on, in order. Nothing is visible before it was compared
with the index of the source, written aside, fsynced and renamed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from app.errors import MediaError
from app.media.facts import Facts
from app.media.ffmpegs import Candidate
from app.media.index import Index
from app.media.ladder import Rung


@dataclass(frozen=True)
class Rendition:
    """A rung of one film. `folder` is the film's folder of renditions; ours is `folder/<rung name>`."""

    source: Path
    folder: Path
    facts: Facts
    rung: Rung
    index: Index


class EndsShort(MediaError):
    """The film ends before its file says so. `at` is in seconds: cut the manifest there, say so to the owner."""

    def __init__(self, template: str, *, at: float, **values: object) -> None:
        super().__init__(template, at=at, **values)
        self.at = at


class Stopped(MediaError):
    """The run was stopped because the film was deleted or the site closes."""


class RunManager:
    def __init__(self, ffmpeg: Candidate, *, workers: int = 1) -> None:
        raise NotImplementedError

    def init(self, rendition: Rendition, *, timeout: float = 30) -> Path:
        """The path of the init segment, made if need be. Blocks; call from any thread."""
        raise NotImplementedError

    def segment(self, rendition: Rendition, number: int, *, timeout: float = 30) -> Path:
        """The path of a whole, checked segment. Blocks until it exists; call from any thread.

        Raises Missing for a number the rendition does not have, EndsShort, Stopped, MediaError, Unavailable (took too long).
        """
        raise NotImplementedError

    def fill(self, renditions: Sequence[Rendition], *, progress: Callable[[float], None] | None = None, stop: Event | None = None) -> bool:
        """Make all that is missing, lowest rung first, yielding to viewers. True when everything exists, False when stopped."""
        raise NotImplementedError

    def stop(self, folder: Path) -> None:
        """Stop all work in a film's folder; returns when no child works there. New requests are answered by Stopped until `allow`."""
        raise NotImplementedError

    def allow(self, folder: Path) -> None:
        """Work may go on in this folder (a delete was undone)."""
        raise NotImplementedError

    def close(self) -> None:
        """Kill every run. The manager answers Stopped from here on."""
        raise NotImplementedError
