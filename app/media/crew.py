"""The runs at work, and those who wait for them: one table under one lock. Who asks for what is in runs.py and filling.py."""

import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from app.errors import HomereelError, MediaError, Unavailable
from app.i18n import N_
from app.media.failures import Failures
from app.media.grid import is_known, segments
from app.media.homes import prepare_home, wipe_home
from app.media.order import Rank, Standing, gives_way, held, to_end
from app.media.packing import packed_table
from app.media.planning import Planner
from app.media.rendition import Rendition
from app.media.run import Run

REACH = 2  # cells: so near, waiting is sooner than a run of its own
AHEAD = {"video": 8, "audio": 24}  # cells that a run makes beyond what was asked for
_FRONT_EXTRA = 2  # viewers may have so many runs more than the background
_LONGEST_PAUSE = 20.0  # seconds, after which a paused run of the background gives its memory back
_BLOCKED_FOR = 600.0  # seconds; by then nobody holds on to a film that was deleted
_MOST_PREPARED = 512
_WATCHING = 15.0  # seconds after a segment was taken


class Stopped(MediaError):
    """The work was stopped because the film was deleted or the site closes."""

    def __init__(self) -> None:
        super().__init__(N_("This video is no longer being worked on."))


@dataclass(eq=False)
class Waiter:
    rendition: Rendition
    number: int
    since: float


class Crew:
    """Thread-safe. `changed` is its lock, and is notified whenever something moved; methods take it themselves unless they say so."""

    def __init__(self, planner: Planner, *, workers: int) -> None:
        self.planner, self.workers = planner, workers
        self.changed = threading.Condition(threading.RLock())
        self.runs: list[Run] = []
        self.failures = Failures()
        self.resting = False  # the governor's word: the background stands still
        self._waiters: list[Waiter] = []
        self._asked_at = float("-inf")
        self._blocked: dict[Path, float] = {}
        self._prepared: dict[Path, None] = {}
        self._closed = False
        self._cores = os.cpu_count() or 1

    # -- those who ask

    @property
    def watching(self) -> bool:
        """Whether somebody took a segment just now."""
        return bool(self._waiters) or time.monotonic() - self._asked_at < _WATCHING

    @property
    def viewers_at_work(self) -> bool:
        """Whether something is being made for a viewer."""
        return bool(self._waiters) or any(not run.background for run in self.runs)

    @contextmanager
    def waiter(self, rendition: Rendition, number: int) -> Iterator[None]:
        """Hold the lock while somebody waits for a cell; inside, `changed.wait` lets others in."""
        with self.changed:
            me = Waiter(rendition, number, time.monotonic())
            self._waiters.append(me)
            try:
                yield
            finally:
                self._waiters.remove(me)
                self._asked_at = time.monotonic()
                self.arrange()

    def take_note(self, rendition: Rendition, number: int) -> None:
        """A viewer took a cell that exists: a run just ahead of them is still wanted, and what they need next is made in time."""
        with self.changed:
            self._asked_at = time.monotonic()
            ahead = AHEAD[rendition.rung.kind]
            for run in self.runs:
                cell = run.next_cell
                if not run.background and run.rendition.home == rendition.home and cell is not None and 0 <= cell - number <= ahead + 1:
                    run.asked, run.asked_at, run.ahead = max(run.asked, number), time.monotonic(), None
                    return
            if self._waiters or self._blocked_or_closed(rendition.folder) or not self._front_room(rendition):
                return
            if gap := self._soon(rendition, number, ahead):
                with suppress(HomereelError, OSError):  # who took a cell that exists is not told of what might be wrong with another
                    self.begin((rendition,), gap, rank=Rank.SOON).asked = number

    def _soon(self, rendition: Rendition, number: int, ahead: int) -> tuple[int, ...]:
        """The missing cells that a viewer at `number` comes to before long."""
        if packed_table(rendition.folder, rendition.rung.name):
            return ()
        for cell in self.numbers(rendition):
            if number < cell <= number + ahead and not rendition.segment_path(cell).exists():
                return () if self._on_its_way(rendition, cell) else self.gap_from(rendition, cell)
        return ()

    def coming(self, rendition: Rendition, number: int, *, viewer: bool = True) -> Run | None:
        """The run that will reach this cell soon enough to wait for; it goes on for a viewer who waits. Under the lock."""
        for run in self.runs:
            cell = run.next_cell
            alone = len(run.lanes) == 1  # one that makes several renditions is far slower than a run for this alone
            if alone and run.rendition.home == rendition.home and cell is not None and cell <= number <= min(cell + REACH, run.last_cell):
                run.asked, run.asked_at = max(run.asked, number), time.monotonic()
                run.ahead = None if viewer else run.ahead
                return run
        return None

    def begin_for_viewer(self, rendition: Rendition, number: int, *, ahead: int | None = None) -> Run | None:
        """A run from this cell on, or None while every place is taken by others who wait as well. Under the lock."""
        if not self._front_room(rendition):
            front = self._front(rendition)
            place = to_end([self._standing(run) for run in front])
            if place is None:
                return None
            self.end([front[place]])
        run = self.begin((rendition,), self.gap_from(rendition, number), rank=Rank.VIEWER)
        run.ahead = ahead
        return run

    def _front(self, rendition: Rendition) -> list[Run]:
        return [run for run in self.runs if not run.background and run.rendition.rung.kind == rendition.rung.kind]

    def _front_room(self, rendition: Rendition) -> bool:
        return len(self._front(rendition)) < self.workers + _FRONT_EXTRA

    # -- runs

    def begin(self, renditions: Sequence[Rendition], cells: Sequence[int], *, rank: Rank, threads: int = 0) -> Run:
        """Start a run, its folders prepared. Under the lock."""
        for rendition in renditions:
            if packed_table(rendition.folder, rendition.rung.name):  # packed since it was looked for: there is nothing to make
                raise Unavailable(N_("This video has just been tidied up. Please try again."))
            self._prepare(rendition)
        run = Run(
            self.planner, renditions, cells[: self._most_cells(renditions)], rank=rank, wanted=self._wanted, told=self.tell, threads=threads
        )
        self.runs.append(run)
        self.arrange()
        run.begin()
        return run

    def may_begin(self, rank: Rank) -> bool:
        """Whether the background may start a run of this rank now; a run of a lower one is ended for it. Under the lock."""
        self.tidy()
        background = [run for run in self.runs if run.background]
        standings = [*(self._standing(run) for run in self.runs), Standing(rank)]
        if self._waiters or held(standings, cores=self._cores, resting=self.resting)[-1]:
            return False
        if len(background) < self.workers:
            return True
        last = max(background, key=lambda run: run.rank)
        if last.rank <= rank:
            return False
        self.end([last])
        return True

    def end(self, runs: Sequence[Run]) -> None:
        with self.changed:
            for run in runs:
                run.kill()
                if run in self.runs:
                    self.runs.remove(run)
            self.arrange()
            self.changed.notify_all()

    def tidy(self) -> None:
        """Take note of runs that ended; end attempts that make nothing, and pauses that last too long. Under the lock."""
        for run in list(self.runs):
            if not run.at_work:
                self.runs.remove(run)
                self._take_note_of_end(run)
            elif run.stalled:
                run.kick()
            elif run.background and run.paused_at is not None and time.monotonic() - run.paused_at > _LONGEST_PAUSE:
                self.end([run])
        self.arrange()

    def rest(self, resting: bool) -> None:
        """The governor's word on the background."""
        with self.changed:
            if resting is not self.resting:
                self.resting = resting
                self.arrange()

    def tell(self) -> None:
        with self.changed:
            self.arrange()
            self.changed.notify_all()

    def arrange(self) -> None:
        """Let those go on whose turn it is, and hold the others. Under the lock."""
        working = [run for run in self.runs if run.at_work]
        still = held([self._standing(run) for run in working], cores=self._cores, waiting=bool(self._waiters), resting=self.resting)
        for run, pause in zip(working, still, strict=True):
            run.pause() if pause else run.resume()

    def _standing(self, run: Run) -> Standing:
        return Standing(run.rank, self._waited_since(run), run.asked_at)

    def _waited_since(self, run: Run) -> float | None:
        cell = run.next_cell
        if cell is None or len(run.lanes) > 1:
            return None
        home = run.rendition.home
        reach = (each.since for each in self._waiters if each.rendition.home == home and cell <= each.number <= cell + REACH)
        return min(reach, default=None)

    def _wanted(self, run: Run, cell: int) -> bool:
        """Asked by a run before it goes on."""
        with self.changed:
            if run.background:
                return True
            if cell > run.asked + (AHEAD[run.rendition.rung.kind] if run.ahead is None else run.ahead):
                return False
            kind = run.rendition.rung.kind
            queued = (
                each.since
                for each in self._waiters
                if each.rendition.rung.kind == kind and not self._on_its_way(each.rendition, each.number)
            )
            return not gives_way(self._waited_since(run), queued)

    def _on_its_way(self, rendition: Rendition, number: int) -> bool:
        if rendition.segment_path(number).exists():
            return True
        home = rendition.home
        nexts = (run.next_cell for run in self.runs if run.rendition.home == home and len(run.lanes) == 1)
        return any(cell is not None and cell <= number <= cell + REACH for cell in nexts)

    def _most_cells(self, renditions: Sequence[Rendition]) -> int | None:
        found = [most for rendition in renditions if (most := self.planner.most_cells(rendition)) is not None]
        return min(found, default=None)

    def _prepare(self, rendition: Rendition) -> None:
        home = rendition.home
        if home not in self._prepared or not home.exists():
            prepare_home(rendition, self.planner.tool)
            self._prepared[home] = None
            busy = {lane.rendition.home for run in self.runs for lane in run.lanes}
            while len(self._prepared) > _MOST_PREPARED and (idle := next((each for each in self._prepared if each not in busy), None)):
                del self._prepared[idle]

    def _take_note_of_end(self, run: Run) -> None:
        if run.init_changed:
            home = run.init_changed.home
            self.end([other for other in self.runs if any(lane.rendition.home == home for lane in other.lanes)])
            wipe_home(home)
            self._prepared.pop(home, None)
        if run.error and len(run.lanes) == 1:
            self.failures.remember(run.rendition.home, run.failed_at, run.error)

    # -- films

    def raise_if_hopeless(self, rendition: Rendition, number: int) -> None:
        with self.changed:
            if self._blocked_or_closed(rendition.folder):
                raise Stopped
            if error := self.failures.concerning(rendition, number):
                raise error

    def _blocked_or_closed(self, folder: Path) -> bool:
        return self._closed or any(until > time.monotonic() and _within(folder, each) for each, until in self._blocked.items())

    def block(self, folder: Path) -> list[Run]:
        """Nothing more is made in this folder; the runs that were at work there, killed."""
        with self.changed:
            now = time.monotonic()
            self._blocked = {each: until for each, until in self._blocked.items() if until > now} | {folder: now + _BLOCKED_FOR}
            ours = [run for run in self.runs if _within(run.rendition.folder, folder)]
            self.end(ours)
            for home in [home for home in self._prepared if _within(home.parent, folder)]:
                del self._prepared[home]
            self.failures.forget(folder)
            return ours

    def allow(self, folder: Path) -> None:
        with self.changed:
            self._blocked.pop(folder, None)

    def close(self) -> list[Run]:
        with self.changed:
            self._closed = True
            ours = list(self.runs)
            self.end(ours)
            return ours

    # -- cells

    def numbers(self, rendition: Rendition) -> tuple[int, ...]:
        return tuple(segment.number for segment in segments(rendition.facts, rendition.index, rendition.rung))

    def gap_from(self, rendition: Rendition, number: int) -> tuple[int, ...]:
        """The missing cells from `number` on, up to the first that exists."""
        gap = []
        for cell in self.numbers(rendition):
            if cell >= number:
                if rendition.segment_path(cell).exists() or not is_known(rendition.facts, rendition.index, rendition.rung, cell):
                    break
                gap.append(cell)
        return tuple(gap)


def _within(folder: Path, film: Path) -> bool:
    """Whether this is a film's folder, or that of a piece beside one of its cuts."""
    return folder == film or film in folder.parents
