"""One run: an ffmpeg process that makes cells of a rendition in order (or of several, from one decode), and the threads that
publish them."""

import errno
import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from typing import BinaryIO

from app.children import Child, ChildError, Limits, pause, resume, start
from app.errors import HomereelError, MediaError, NoSpace, Unavailable
from app.i18n import N_
from app.media.boxes import BadBoxesError
from app.media.cells import MismatchError
from app.media.grid import segments
from app.media.lane import InitChangedError, Lane
from app.media.order import Rank
from app.media.planning import Order, Planned, Planner, Tool
from app.media.rendition import Rendition

__all__ = ["EndsShort", "Run", "Tool"]

log = logging.getLogger(__name__)
_MEMORY = (16 << 30) + (os.cpu_count() or 1) * (256 << 20)  # address space; each thread reserves much that it never uses
_FRONT = Limits(wall=None, memory=_MEMORY)
_BACK = Limits(wall=None, memory=_MEMORY, nice=19, idle_disk=True)
_FROM_THE_START = 1 << 60
_ATTEMPTS = (0, 1, _FROM_THE_START, 1)  # how many keyframes further back to begin
_SALVAGE = len(_ATTEMPTS) - 1  # the last takes what can be read of a damaged film
_STALL = 60.0
_KILLED = (-9, 137)
_ENDING = 0.3  # seconds
_KILLS = 3  # so often may something else kill it before we give up


class EndsShort(MediaError):
    """The film ends before its file says so. `at` is in seconds: cut the manifest there, say so to the owner."""

    def __init__(self, *, at: float) -> None:
        super().__init__(
            N_("This video stops at {at:.0f} seconds although it says that it is longer: the file was cut off or is damaged."), at=at
        )
        self.at = at


class Run:
    """Makes `cells` one after another until it is told to stop, or until `wanted` says that the next is not needed.

    With several renditions it makes no second attempt: `fell_apart` says that something was not right, so that each is made
    by a run of its own.
    """

    def __init__(
        self,
        planner: Planner,
        renditions: Sequence[Rendition],
        cells: Sequence[int],
        *,
        rank: Rank,
        wanted: Callable[["Run", int], bool],
        told: Callable[[], None],
        threads: int = 0,
    ) -> None:
        self.lanes = tuple(Lane(rendition, cells) for rendition in renditions)
        self.rank, self.threads = rank, threads
        self.error: HomereelError | None = None
        self.failed_at = -1
        self.fell_apart = False
        self.init_changed: Rendition | None = None
        self.asked, self.asked_at = cells[0], time.monotonic()
        self.ahead: int | None = None  # cells beyond `asked` that are made for a viewer; None: as many as is usual
        self.paused_at: float | None = None
        self._planner, self._wanted, self._told = planner, wanted, told
        self._child: Child | None = None
        self._attempt = self._kills = 0
        self._came: tuple[int, ...] = ()  # the frames of the cell that was not right
        self._moved_at = time.monotonic()
        self._patience: float | None = None
        self._stopping = threading.Event()
        self._gate = threading.Lock()  # of the child, the pause and the problems
        self._problems: list[Exception] = []
        self._code: int | None = None  # how the process ended by itself
        self._kicked = self._ended = self._last = False
        self._thread = threading.Thread(target=self._work, name=f"run {self.rendition.rung.name} {cells[0]}", daemon=True)

    def begin(self) -> None:
        self._thread.start()

    @property
    def rendition(self) -> Rendition:
        return self.lanes[0].rendition

    @property
    def background(self) -> bool:
        return self.rank in (Rank.NEW, Rank.REST)

    @property
    def next_cell(self) -> int | None:
        """The cell that is being made; None when it has ended."""
        left = self.lanes[0].left
        return left[0] if left and not self._ended and not self._stopping.is_set() else None

    @property
    def at_work(self) -> bool:
        return not self._ended and not self._stopping.is_set()

    @property
    def last_cell(self) -> int:
        left = self.lanes[0].left
        return left[-1] if left else -1

    @property
    def made(self) -> int:
        """Cells of the rendition that has fewest."""
        return min(lane.made for lane in self.lanes)

    @property
    def stalled(self) -> bool:
        return self.paused_at is None and time.monotonic() - self._moved_at > (self._patience or _STALL * (1 + 4 * self._attempt))

    def kill(self) -> None:
        """SIGKILL; what was not published is dropped (a TERM would leave a short cell that looks whole)."""
        self._stopping.set()
        if child := self._child:
            child.kill()

    def finish(self) -> None:
        """End with the cell that is being made."""
        self._last = True

    def join(self, timeout: float) -> None:
        if self._thread is not threading.current_thread():
            self._thread.join(timeout)

    def kick(self) -> None:
        """It makes nothing: end this attempt, so that the next begins."""
        self._kicked = True
        if child := self._child:
            child.kill()

    def pause(self) -> None:
        """Stand still while others are waited for; nothing is lost."""
        with self._gate:
            if self.paused_at is None:
                self.paused_at = time.monotonic()
                if self._child:
                    pause(self._child)

    def resume(self) -> None:
        with self._gate:
            if self.paused_at is not None:
                self._moved_at += time.monotonic() - self.paused_at
                self.paused_at = None
                if self._child:
                    resume(self._child)

    def _work(self) -> None:
        try:
            while any(lane.left for lane in self.lanes) and not (self._stopping.is_set() or self.fell_apart):
                self._try()
        except HomereelError as error:
            self.error = error
        except InitChangedError as changed:
            self.init_changed = changed.rendition
        except OSError as error:
            log.warning("a run could not write: %s", error)
            self.error = _of_the_disk(error)
        except Exception:
            log.exception("a run failed")
            self.error = MediaError(N_("This part of the video could not be made."))
        finally:
            self.failed_at = next((lane.left[0] for lane in self.lanes if lane.left), -1)
            self._ended = True
            self._told()

    def _try(self) -> None:
        """One process, from the next cell on. A cell that is not right is tried again from further back."""
        cells = self._cells()
        lead = self.rank is not Rank.VIEWER and self._attempt == 0  # who waits gets the first picture sooner
        order = Order(tuple(lane.rendition for lane in self.lanes), cells, _ATTEMPTS[self._attempt], self._attempt, self.threads, lead=lead)
        planned = self._planner.plan(order)
        self._patience = planned.patience
        self._problems, self._kicked, self._code = [], False, None
        limits = _BACK if self.background else _FRONT
        further = len(self.lanes) - 1
        try:
            with start(planned.argv, folder=self.rendition.home, limits=limits, sandbox=planned.sandbox, outputs=further) as child:
                self._take(child)
                if not self._stopping.is_set():
                    self._read_all(child, cells)
                if self._problems and not self._stopping.is_set():
                    child.kill()
                    self._go_on_after(self._problems[0], child, order, planned)
        except ChildError as error:
            raise Unavailable(str(error)) from error
        finally:
            self._take(None)

    def _take(self, child: Child | None) -> None:
        with self._gate:
            self._child = child
            if child and self.paused_at is not None:
                pause(child)

    def _cells(self) -> tuple[int, ...]:
        """What this attempt makes. The last ones begin a cell earlier: only if that one comes out right, and the next does not,
        has the film ended; otherwise it is this ffmpeg that cannot."""
        left = max((lane.left for lane in self.lanes), key=len)
        if self._attempt < _SALVAGE - 1:
            return tuple(left)
        before = [
            part.number for part in segments(self.rendition.facts, self.rendition.index, self.rendition.rung) if part.number < left[0]
        ]
        return (*before[-1:], *left)

    def _read_all(self, child: Child, cells: tuple[int, ...]) -> None:
        """Each rendition by a thread of its own: ffmpeg stands still when one of its pipes is full."""
        pipes = (child.stdout, *child.outputs)
        others = [
            threading.Thread(target=self._read, args=(child, lane, pipe, cells), name=f"lane {lane.rendition.rung.name}", daemon=True)
            for lane, pipe in zip(self.lanes[1:], pipes[1:], strict=True)
        ]
        for thread in others:
            thread.start()
        self._read(child, self.lanes[0], pipes[0], cells)
        if self._stopping.is_set():
            child.kill()
        for thread in others:
            thread.join()

    def _read(self, child: Child, lane: Lane, pipe: BinaryIO, cells: tuple[int, ...]) -> None:
        try:
            lane.read(pipe, cells, salvage=self._attempt == _SALVAGE, came=self._came_out, over=self._stopping.is_set)
        except Exception as problem:  # noqa: BLE001 - the first is looked at where the process is; those that follow come of its end
            with self._gate:
                self._problems.append(problem)
            code = _own_end(child)
            if self._problems[0] is problem:
                self._code = code
            child.kill()

    def _came_out(self, lane: Lane) -> None:
        self._attempt, self._moved_at = 0, time.monotonic()
        self._told()
        if lane.left and (self._last or all(each.next_exists for each in self.lanes) or not self._wanted(self, lane.left[0])):
            self._stopping.set()
            if child := self._child:
                child.kill()

    def _go_on_after(self, problem: Exception, child: Child, order: Order, planned: Planned) -> None:
        """Decide what follows from a cell that is not right: another attempt, runs apart, or the end."""
        code = self._code
        if not isinstance(problem, MismatchError | BadBoxesError):
            raise problem
        left = self.lanes[0].left
        log.info(
            "cell %s of %s was not right (attempt %s, code %s): %s",
            left[:1],
            self.rendition.home,
            self._attempt,
            code,
            child.stderr()[-500:],
        )
        self._moved_at = time.monotonic()
        if code == 127:
            raise Unavailable(N_("ffmpeg could not be started; the administrator's page says what to do."))
        if code in _KILLED and not self._kicked:
            self._was_killed()
            return
        self._planner.went_wrong(order, planned, child.stderr())
        if len(self.lanes) > 1:
            self.fell_apart = True
            return
        self._attempt = self._next_attempt(problem)
        if self._attempt < len(_ATTEMPTS) and self.rendition.rung.kind == "video":
            return
        raise self._verdict(problem)

    def _was_killed(self) -> None:
        """Not by us: the system does so when memory runs out. The film is not to blame."""
        self._kills += 1
        if len(self.lanes) > 1:
            self.fell_apart = True
        elif self._kills >= _KILLS:
            raise Unavailable(N_("The system ended ffmpeg again and again, probably because memory ran out. This is tried again later."))

    def _next_attempt(self, problem: Exception) -> int:
        """Where the same frames come from two keyframes, it is not the way there that is wrong: the film itself is damaged."""
        came = problem.came if isinstance(problem, MismatchError) and problem.cell == self.lanes[0].left[0] else ()
        same, self._came = bool(came) and came == self._came, came
        return _SALVAGE if same and self._attempt < _SALVAGE else self._attempt + 1

    def _verdict(self, problem: Exception) -> MediaError:
        video, left = self.rendition.facts.video, self.lanes[0].left
        ends = problem.ends if isinstance(problem, MismatchError) and problem.cell == left[0] else None
        if video is None or ends is None or ends == video.zero:
            return MediaError(N_("This part of the video could not be made: it is damaged, or of a kind that this ffmpeg cannot read."))
        return EndsShort(at=(ends - video.zero) * video.tb_num / video.tb_den)


def _own_end(child: Child) -> int | None:
    """Where the output just stopped the process is about to end: its exit code, or None if it goes on."""
    try:
        return child.wait(_ENDING)
    except TimeoutError:
        return None


def _of_the_disk(error: OSError) -> HomereelError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return NoSpace(N_("The disk that holds the renditions is full."))
    return Unavailable(N_("The disk could not be written to: {why}."), why=error.strerror or "?")
