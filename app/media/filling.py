"""The background: makes all that is missing of a film's renditions, several from one decode, behind those who watch."""

import time
from collections.abc import Callable, Sequence
from threading import Event

from app.errors import HomereelError, MediaError
from app.i18n import _
from app.media.crew import Crew, Stopped
from app.media.governor import Governor, Pause, Verdict
from app.media.grid import CELL, segments
from app.media.order import Rank
from app.media.pace import Pace, Report
from app.media.packing import packed_table
from app.media.planning import together
from app.media.rendition import Rendition
from app.media.run import EndsShort, Run
from app.media.steps import CAREFUL, Step, next_step

_LOOK = 0.5  # seconds between looks at how things are
_LEAST_RUN = 4  # cells: shorter runs cost half as much again, so one is not ended for another number of threads before


class Filling:
    """One pass. `work` blocks until all is made, or `stop` is set."""

    def __init__(
        self,
        crew: Crew,
        governor: Governor,
        renditions: Sequence[Rendition],
        *,
        rank: Rank,
        progress: Callable[[Report], None] | None,
        stop: Event,
    ) -> None:
        self._crew, self._governor, self._rank, self._progress, self._stop = crew, governor, rank, progress, stop
        self._by_name = {rendition.rung.name: rendition for rendition in renditions}
        self._groups = [[each.rung.name for each in group] for group in together(crew.planner, renditions)]
        self._numbers = {name: crew.numbers(rendition) for name, rendition in self._by_name.items()}
        self._missing = {name: self._lacking(name) for name in self._by_name}
        self._careful: set[int] = set()
        self._failed: dict[str, HomereelError] = {}
        self._pace = Pace()

    def work(self) -> bool:
        while step := self._next():
            if self._stop.is_set():
                return False
            if run := self._begin(step):
                try:
                    self._follow(run)
                finally:
                    self._crew.end([run])  # it has ended, unless whoever is told of the progress raised
                self._learn(run)
        if self._failed:
            raise next(iter(self._failed.values()))
        self._tell("")
        return not self._stop.is_set()

    def _next(self) -> Step | None:
        """Looked up anew each time: viewers' runs make cells as well."""
        self._missing = {name: set() if name in self._failed else self._lacking(name) for name in self._by_name}
        return next_step(self._groups, self._numbers, self._missing, careful=self._careful)

    def _lacking(self, name: str) -> set[int]:
        rendition = self._by_name[name]
        if packed_table(rendition.folder, name):
            return set()
        return set(self._numbers[name]) - made_cells(rendition)

    def _begin(self, step: Step) -> Run | None:
        """A run for this step, if it may begin now; else look again in a while."""
        verdict = self._verdict()
        with self._crew.changed:
            renditions = [self._by_name[name] for name in step.names]
            self._raise_what_is_known(renditions, step.cells[0])
            if any(rendition.rung.name in self._failed for rendition in renditions):
                return None
            if verdict.pause is not Pause.REST and self._crew.may_begin(self._rank) and not self._stop.is_set():
                return self._crew.begin(renditions, step.cells, rank=self._rank, threads=verdict.threads)
            self._crew.changed.wait(_LOOK)
        self._tell(self._why_not(verdict))
        return None

    def _raise_what_is_known(self, renditions: Sequence[Rendition], cell: int) -> None:
        for rendition in renditions:
            try:
                self._crew.raise_if_hopeless(rendition, cell)
            except (EndsShort, Stopped):
                raise
            except MediaError as error:
                self._failed[rendition.rung.name] = error

    def _follow(self, run: Run) -> None:
        """Stay with a run until it ends, telling how far the whole is."""
        made, looked = [0] * len(run.lanes), time.monotonic()
        while run.at_work:
            verdict = self._verdict()
            with self._crew.changed:
                self._crew.changed.wait(_LOOK)
                self._crew.tidy()
                if self._stop.is_set():
                    self._crew.end([run])
                elif verdict.threads != run.threads and run.made >= _LEAST_RUN:
                    run.finish()
                paused = run.paused_at is not None
            now, before = time.monotonic(), made
            made = [lane.made for lane in run.lanes]
            if not paused and made != before:
                self._note_pace(run, [new - old for new, old in zip(made, before, strict=True)], now - looked)
            if paused or made != before:
                looked = now
            self._tell(self._why_not(verdict) if paused else self._at_work(verdict))
        run.join(5)
        with self._crew.changed:
            self._crew.tidy()  # takes note of what came of it

    def _note_pace(self, run: Run, cells: Sequence[int], seconds: float) -> None:
        weight = sum(count * weight_of(lane.rendition) for count, lane in zip(cells, run.lanes, strict=True))
        self._pace.add(seconds, weight=weight, film=CELL * sum(cells) / len(cells))

    def _learn(self, run: Run) -> None:
        """What a run that ended means for those that follow."""
        if run.fell_apart:
            place = self._numbers[run.rendition.rung.name].index(run.failed_at)
            self._careful |= set(self._numbers[run.rendition.rung.name][place : place + CAREFUL])
        if run.error is None:
            return
        if isinstance(run.error, EndsShort | Stopped) or not isinstance(run.error, MediaError):
            raise run.error
        self._failed[run.rendition.rung.name] = run.error

    def _verdict(self) -> Verdict:
        verdict = self._governor.verdict(watching=self._crew.watching)
        self._crew.rest(verdict.pause is Pause.REST)
        return verdict

    def _why_not(self, verdict: Verdict) -> str:
        """Why nothing is being made now, for people."""
        if verdict.pause is Pause.REST:
            return str(verdict)
        if self._crew.viewers_at_work:
            return _("Waiting: somebody is watching")
        return _("Waiting for another video")

    def _at_work(self, verdict: Verdict) -> str:
        speed = self._pace.speed
        doing = _("Encoding at {speed} times its length").format(speed=f"{speed:.1f}") if speed else _("Encoding")
        return f"{doing} ({verdict})" if verdict.pause is Pause.SLOW else doing

    def _tell(self, doing: str) -> None:
        if self._progress is None:
            return
        whole = sum(weight_of(each) * len(self._numbers[name]) for name, each in self._by_name.items())
        left = sum(weight_of(each) * len(self._lacking(name)) for name, each in self._by_name.items())
        share = 1.0 if left == 0 else (whole - left) / whole
        self._progress(Report(share, self._pace.speed, self._pace.eta(left), doing))


def count_made(rendition: Rendition) -> int:
    """How many of its cells can be played now."""
    if packed_table(rendition.folder, rendition.rung.name):
        return len(segments(rendition.facts, rendition.index, rendition.rung))
    return len(made_cells(rendition))


def made_cells(rendition: Rendition) -> set[int]:
    """The cells that lie in its folder as segments."""
    try:
        return {int(path.stem) for path in rendition.home.iterdir() if path.suffix == ".m4s" and path.stem.isdigit()}
    except FileNotFoundError:
        return set()


def weight_of(rendition: Rendition) -> float:
    """What a cell costs, roughly: its pixels, and a part that is the same for all (reading, decoding)."""
    return rendition.rung.width * rendition.rung.height + (100_000 if rendition.rung.kind == "video" else 20_000)
