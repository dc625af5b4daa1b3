"""Makes segments: on demand for those who watch, in the background for the rest.

A run is one ffmpeg process that makes cells of a rendition from k on, in order. Nothing is visible before it was compared
with the index of the source, written aside, fsynced and renamed.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Event

from app.errors import Missing, Unavailable
from app.i18n import N_
from app.media.crew import Crew, Stopped
from app.media.filling import Filling
from app.media.governor import Governor
from app.media.grid import is_known
from app.media.index import load_index
from app.media.order import Rank
from app.media.pace import Report
from app.media.planning import Planner, Software, Tool
from app.media.rendition import Rendition
from app.media.run import EndsShort

__all__ = ["EndsShort", "Rank", "Rendition", "Report", "RunManager", "Stopped", "Tool"]

_COUNTING = 600.0  # seconds that the background waits for a film to be counted


class RunManager:
    """Thread-safe; its callers block. `workers` is how many runs the background may have at a time.

    `planner` says how cells are made (in software, if nothing else is said), `governor` when the background rests.
    """

    def __init__(self, tool: Tool, *, workers: int = 1, planner: Planner | None = None, governor: Governor | None = None) -> None:
        self.tool = tool
        self.governor = governor or Governor()
        self._crew = Crew(planner or Software(tool), workers=workers)

    def init(self, rendition: Rendition, *, timeout: float = 30) -> Path:
        """The path of the init part, made if need be. Blocks; call from any thread."""
        first = self._crew.numbers(rendition)[0]
        return self._wait(rendition, first, rendition.init_path, timeout)

    def segment(self, rendition: Rendition, number: int, *, timeout: float = 30) -> Path:
        """The path of a whole, checked segment. Blocks until it exists; call from any thread, also for one that exists:
        what the viewer needs next is then made in time.

        Raises Missing for a number the rendition does not have, EndsShort, Stopped, MediaError, Unavailable (took too long).
        """
        return self._wait(rendition, number, rendition.segment_path(number), timeout)

    def warm(self, renditions: Sequence[Rendition], *, timeout: float = 60) -> None:
        """Make the first segment of each, at the same time, and no more: what a player asks for before anything else."""
        firsts = [(rendition, self._crew.numbers(rendition)[0]) for rendition in renditions]
        with self._crew.changed:
            for rendition, number in firsts:
                self._crew.raise_if_hopeless(rendition, number)
                if not rendition.segment_path(number).exists() and self._crew.coming(rendition, number) is None:
                    self._crew.begin_for_viewer(rendition, number, ahead=0)
        for rendition, number in firsts:
            self._wait(rendition, number, rendition.segment_path(number), timeout, watched=False)

    def fill(
        self,
        renditions: Sequence[Rendition],
        *,
        rank: Rank = Rank.REST,
        progress: Callable[[Report], None] | None = None,
        stop: Event | None = None,
    ) -> bool:
        """Make all that is missing, in the order given, yielding to viewers. True when everything exists, False when stopped.

        A rendition that cannot be made holds up no other: its error is raised when the others are done. Raises as `segment` does.
        """
        deadline = time.monotonic() + _COUNTING
        counted = [self._counted(rendition, None, deadline) for rendition in renditions]
        return Filling(self._crew, self.governor, counted, rank=rank, progress=progress, stop=stop or Event()).work()

    def stop(self, folder: Path) -> None:
        """Stop all work in a film's folder; returns when no child works there. Requests are answered by Stopped until `allow`."""
        for run in self._crew.block(folder):
            run.join(5)

    def allow(self, folder: Path) -> None:
        """Work may go on in this folder (a delete was undone, or the film was examined again)."""
        self._crew.allow(folder)

    def close(self) -> None:
        """Kill every run. The manager answers Stopped from here on."""
        for run in self._crew.close():
            run.join(2)

    def _wait(self, rendition: Rendition, number: int, path: Path, timeout: float, *, watched: bool = True) -> Path:
        if path.exists():
            if watched:
                self._crew.take_note(rendition, number)
            return path
        deadline = time.monotonic() + timeout
        rendition = self._counted(rendition, number, deadline)
        if number not in self._crew.numbers(rendition):
            raise Missing
        with self._crew.waiter(rendition, number):
            while not path.exists():
                self._crew.tidy()
                self._crew.raise_if_hopeless(rendition, number)
                if self._crew.coming(rendition, number, viewer=watched) is None:
                    self._crew.begin_for_viewer(rendition, number)
                if time.monotonic() > deadline:
                    raise Unavailable(N_("This part of the video is taking long to prepare. Please try again in a moment."))
                self._crew.changed.wait(min(0.5, max(0.01, deadline - time.monotonic())))
        return path

    def _counted(self, rendition: Rendition, number: int | None, deadline: float) -> Rendition:
        """After a first look, the frames of later cells are still being counted: wait until the index lists them (None: all)."""
        while not (rendition.index.whole if number is None else is_known(rendition.facts, rendition.index, rendition.rung, number)):
            self._crew.raise_if_hopeless(rendition, -1)
            if time.monotonic() > deadline:
                raise Unavailable(N_("This video is still being examined. Please try again in a moment."))
            time.sleep(0.05)
            rendition = replace(rendition, index=load_index(rendition.folder))
        return rendition
