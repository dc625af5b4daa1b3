"""Makes segments: on demand for those who watch, in the background for the rest.

A run is one ffmpeg process that makes cells of one rendition from k on, in order. Nothing is visible before it was compared
with the index of the source, written aside, fsynced and renamed.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Event

from app.errors import HomereelError, MediaError, Missing, Unavailable
from app.i18n import N_
from app.media.grid import is_known, segments
from app.media.homes import prepare_home, wipe_home
from app.media.index import load_index
from app.media.packing import packed_table
from app.media.rendition import Rendition
from app.media.run import EndsShort, Run, Tool

__all__ = ["EndsShort", "Rendition", "RunManager", "Stopped", "Tool"]

_REACH = 2  # cells: so near, waiting is sooner than a run of its own
_AHEAD = {"video": 8, "audio": 24}  # cells that a run makes beyond what was asked for
_IDLE = 12.0  # seconds without a question after which a viewer's run may be ended for another
_FRONT_EXTRA = 2  # viewers may have so many runs more than the background
_COUNTING = 600.0  # seconds that the background waits for a film to be counted
_REMEMBERED = 60.0  # seconds for which a failure answers at once


class Stopped(MediaError):
    """The work was stopped because the film was deleted or the site closes."""

    def __init__(self) -> None:
        super().__init__(N_("This video is no longer being worked on."))


class RunManager:
    """Thread-safe; its callers block. `workers` is how many runs the background may have at a time."""

    def __init__(self, tool: Tool, *, workers: int = 1) -> None:
        self.tool = tool
        self._workers = workers
        self._changed = threading.Condition(threading.RLock())
        self._runs: list[Run] = []
        self._waiting = 0  # viewers who wait for a cell now
        self._failures: dict[tuple[Path, int], tuple[float, HomereelError]] = {}
        self._blocked: set[Path] = set()
        self._prepared: set[Path] = set()
        self._closed = False

    def init(self, rendition: Rendition, *, timeout: float = 30) -> Path:
        """The path of the init part, made if need be. Blocks; call from any thread."""
        first = self._numbers(rendition)[0]
        return self._wait(rendition, first, rendition.init_path, timeout)

    def segment(self, rendition: Rendition, number: int, *, timeout: float = 30) -> Path:
        """The path of a whole, checked segment. Blocks until it exists; call from any thread.

        Raises Missing for a number the rendition does not have, EndsShort, Stopped, MediaError, Unavailable (took too long).
        """
        return self._wait(rendition, number, rendition.segment_path(number), timeout)

    def warm(self, renditions: Sequence[Rendition], *, timeout: float = 60) -> None:
        """Make the first segment of each, at the same time: what a player asks for before anything else."""
        firsts = [(rendition, self._numbers(rendition)[0]) for rendition in renditions]
        with self._changed:
            for rendition, number in firsts:
                self._raise_if_hopeless(rendition, number)
                if not rendition.segment_path(number).exists() and self._coming(rendition, number) is None:
                    self._begin_for_viewer(rendition, number)
        for rendition, number in firsts:
            self.segment(rendition, number, timeout=timeout)

    def fill(self, renditions: Sequence[Rendition], *, progress: Callable[[float], None] | None = None, stop: Event | None = None) -> bool:
        """Make all that is missing, in the order given, yielding to viewers. True when everything exists, False when stopped."""
        deadline = time.monotonic() + _COUNTING
        renditions = [self._counted(rendition, None, deadline) for rendition in renditions]
        total = sum(len(self._numbers(rendition)) for rendition in renditions)
        for rendition in renditions:
            if packed_table(rendition.folder, rendition.rung.name):
                continue
            while gap := self._first_gap(rendition):
                if stop and stop.is_set():
                    return False
                run = self._begin_background(rendition, gap, stop)
                self._watch(run, renditions, total, progress, stop)
        return not (stop and stop.is_set())

    def stop(self, folder: Path) -> None:
        """Stop all work in a film's folder; returns when no child works there. Requests are answered by Stopped until `allow`."""
        with self._changed:
            self._blocked.add(folder)
            ours = [run for run in self._runs if run.rendition.folder == folder]
            self._end(ours)
            self._prepared = {home for home in self._prepared if home.parent != folder}
            self._failures = {key: value for key, value in self._failures.items() if key[0].parent != folder}
        for run in ours:
            run.join(5)

    def allow(self, folder: Path) -> None:
        """Work may go on in this folder (a delete was undone, or the film was examined again)."""
        with self._changed:
            self._blocked.discard(folder)

    def close(self) -> None:
        """Kill every run. The manager answers Stopped from here on."""
        with self._changed:
            self._closed = True
            ours = list(self._runs)
            self._end(ours)
        for run in ours:
            run.join(2)

    def _wait(self, rendition: Rendition, number: int, path: Path, timeout: float) -> Path:
        if path.exists():
            self._note(rendition, number)
            return path
        deadline = time.monotonic() + timeout
        rendition = self._counted(rendition, number, deadline)
        if number not in self._numbers(rendition):
            raise Missing
        with self._changed:
            self._waiting += 1
            try:
                while not path.exists():
                    self._tidy()
                    self._raise_if_hopeless(rendition, number)
                    if self._coming(rendition, number) is None:
                        self._begin_for_viewer(rendition, number)
                    if time.monotonic() > deadline:
                        raise Unavailable(N_("This part of the video is taking long to prepare. Please try again in a moment."))
                    self._changed.wait(min(0.5, max(0.01, deadline - time.monotonic())))
            finally:
                self._waiting -= 1
        return path

    def _counted(self, rendition: Rendition, number: int | None, deadline: float) -> Rendition:
        """After a first look, the frames of later cells are still being counted: wait until the index lists them (None: all)."""
        while not (rendition.index.whole if number is None else is_known(rendition.facts, rendition.index, rendition.rung, number)):
            self._raise_if_hopeless(rendition, -1)
            if time.monotonic() > deadline:
                raise Unavailable(N_("This video is still being examined. Please try again in a moment."))
            time.sleep(0.05)
            rendition = replace(rendition, index=load_index(rendition.folder))
        return rendition

    def _note(self, rendition: Rendition, number: int) -> None:
        """A viewer took a cell that exists: a run just ahead of them is still wanted."""
        with self._changed:
            for run in self._runs:
                cell = run.next_cell
                if run.rendition.home == rendition.home and cell is not None and 0 <= cell - number <= _AHEAD[run.rendition.rung.kind] + 1:
                    run.asked, run.asked_at = max(run.asked, number), time.monotonic()

    def _coming(self, rendition: Rendition, number: int) -> Run | None:
        """The run that will reach this cell soon enough to wait for."""
        for run in self._runs:
            cell = run.next_cell
            if run.rendition.home == rendition.home and cell is not None and cell <= number <= min(cell + _REACH, run.last_cell):
                run.asked, run.asked_at = max(run.asked, number), time.monotonic()
                return run
        return None

    def _begin_for_viewer(self, rendition: Rendition, number: int) -> None:
        kind = rendition.rung.kind
        front = [run for run in self._runs if not run.background and run.rendition.rung.kind == kind]
        self._end([run for run in self._runs if run.background and run.rendition.rung.kind == kind])
        if len(front) >= self._workers + _FRONT_EXTRA:
            oldest = min(front, key=lambda run: run.asked_at)
            if time.monotonic() - oldest.asked_at < _IDLE:
                return  # every run has somebody waiting for it: so do we
            self._end([oldest])
        self._begin(rendition, self._gap_from(rendition, number), background=False)

    def _begin_background(self, rendition: Rendition, gap: tuple[int, ...], stop: Event | None) -> Run | None:
        with self._changed:
            self._tidy()
            busy = sum(run.background for run in self._runs) >= self._workers
            if busy or self._waiting or any(not run.background for run in self._runs):
                self._changed.wait(0.5)
                return None
            if stop and stop.is_set():
                return None
            self._raise_if_hopeless(rendition, gap[0])
            return self._begin(rendition, gap, background=True)

    def _begin(self, rendition: Rendition, cells: tuple[int, ...], *, background: bool) -> Run:
        if packed_table(rendition.folder, rendition.rung.name):  # packed since it was looked for: there is nothing to make
            raise Unavailable(N_("This video has just been tidied up. Please try again."))
        if rendition.home not in self._prepared:
            prepare_home(rendition, self.tool)
            self._prepared.add(rendition.home)
        run = Run(self.tool, rendition, cells, background=background, wanted=self._wanted, told=self._tell)
        self._runs.append(run)
        run.begin()
        return run

    def _wanted(self, run: Run, cell: int) -> bool:
        """Asked by a run before it goes on."""
        if run.rendition.segment_path(cell).exists():
            return False
        return run.background or cell <= run.asked + _AHEAD[run.rendition.rung.kind]

    def _watch(
        self, run: Run | None, renditions: Sequence[Rendition], total: int, progress: Callable[[float], None] | None, stop: Event | None
    ) -> None:
        """Stay with a background run until it ends, telling how far the whole is."""
        while run and run.next_cell is not None:
            with self._changed:
                self._changed.wait(0.5)
                self._tidy()
                if stop and stop.is_set():
                    self._end([run])
            if progress:
                progress(sum(self._made(rendition) for rendition in renditions) / max(total, 1))
        if run:
            run.join(5)
            with self._changed:
                self._tidy()

    def _tidy(self) -> None:
        """Take note of runs that ended; end attempts that make nothing."""
        for run in list(self._runs):
            if run.next_cell is None:
                self._runs.remove(run)
                self._take_note(run)
            elif run.stalled:
                run.kick()

    def _take_note(self, run: Run) -> None:
        home = run.rendition.home
        if run.init_changed:
            self._end([other for other in self._runs if other.rendition.home == home])
            wipe_home(home)
            self._prepared.discard(home)
        if run.error:
            self._failures[home, run.last_cell] = (time.monotonic(), run.error)

    def _raise_if_hopeless(self, rendition: Rendition, number: int) -> None:
        if self._closed or rendition.folder in self._blocked:
            raise Stopped
        for (home, cell), (when, error) in list(self._failures.items()):
            if time.monotonic() - when > _REMEMBERED:
                del self._failures[home, cell]
            elif home == rendition.home and _concerns(error, cell, rendition, number):
                raise error

    def _end(self, runs: Sequence[Run]) -> None:
        for run in runs:
            run.kill()
            if run in self._runs:
                self._runs.remove(run)
        self._changed.notify_all()

    def _tell(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _numbers(self, rendition: Rendition) -> tuple[int, ...]:
        return tuple(segment.number for segment in segments(rendition.facts, rendition.index, rendition.rung))

    def _gap_from(self, rendition: Rendition, number: int) -> tuple[int, ...]:
        """The missing cells from `number` on, up to the first that exists."""
        gap = []
        for cell in self._numbers(rendition):
            if cell >= number:
                if rendition.segment_path(cell).exists() or not is_known(rendition.facts, rendition.index, rendition.rung, cell):
                    break
                gap.append(cell)
        return tuple(gap)

    def _first_gap(self, rendition: Rendition) -> tuple[int, ...]:
        missing = next((cell for cell in self._numbers(rendition) if not rendition.segment_path(cell).exists()), None)
        return () if missing is None else self._gap_from(rendition, missing)

    def _made(self, rendition: Rendition) -> int:
        if packed_table(rendition.folder, rendition.rung.name):
            return len(self._numbers(rendition))
        return sum(rendition.segment_path(cell).exists() for cell in self._numbers(rendition))


def _concerns(error: HomereelError, cell: int, rendition: Rendition, number: int) -> bool:
    """Whether a failure at `cell` is one at `number`; a film that is now listed as ending there is whole."""
    if isinstance(error, EndsShort):
        cut_at = rendition.facts.cut_at
        return number >= cell and (cut_at is None or cut_at > error.at + 0.001)
    return number == cell
