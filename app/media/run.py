"""One run: an ffmpeg process that makes cells of one rendition in order, and the thread that publishes them."""

import errno
import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.children import Child, ChildError, Limits, Sandbox, start
from app.errors import HomereelError, MediaError, NoSpace, Unavailable
from app.i18n import N_
from app.media import commands
from app.media.boxes import BadBoxesError, Fragment, read_fragments
from app.media.cells import MismatchError, whole_cells
from app.media.grid import segments
from app.media.publish import publish
from app.media.rendition import Rendition
from app.media.salvage import salvaged_cells

log = logging.getLogger(__name__)
_MEMORY = (16 << 30) + (os.cpu_count() or 1) * (256 << 20)  # address space; each thread reserves much that it never uses
_FRONT = Limits(wall=None, memory=_MEMORY)
_BACK = Limits(wall=None, memory=_MEMORY, nice=10, idle_disk=True)
_FROM_THE_START = 1 << 60
_ATTEMPTS = (0, 1, _FROM_THE_START, 1)  # how many keyframes further back to begin
_SALVAGE = len(_ATTEMPTS) - 1  # the last takes what can be read of a damaged film
_STALL = 60.0


class EndsShort(MediaError):
    """The film ends before its file says so. `at` is in seconds: cut the manifest there, say so to the owner."""

    def __init__(self, *, at: float) -> None:
        super().__init__(
            N_("This video stops at {at:.0f} seconds although it says that it is longer: the file was cut off or is damaged."), at=at
        )
        self.at = at


class InitChangedError(Exception):
    """Another init part than the rendition's: it must be remade from scratch rather than served mixed."""


@dataclass(frozen=True)
class Tool:
    """The ffmpeg in use. `build` is part of a rendition's identity."""

    path: Path
    build: str = ""
    filters: tuple[str, ...] = ()


class Run:
    """Makes `cells` one after another until it is told to stop or `wanted` says that the next is not needed."""

    def __init__(
        self,
        tool: Tool,
        rendition: Rendition,
        cells: tuple[int, ...],
        *,
        background: bool,
        wanted: Callable[["Run", int], bool],
        told: Callable[[], None],
    ) -> None:
        self.rendition, self.background = rendition, background
        self.error: HomereelError | None = None
        self.init_changed = False
        self.asked, self.asked_at = cells[0], time.monotonic()
        self._tool, self._left, self._wanted, self._told = tool, list(cells), wanted, told
        self._child: Child | None = None
        self._attempt = 0
        self._came: tuple[int, ...] = ()  # the frames of the cell that was not right
        self._moved_at = time.monotonic()
        self._stopping = threading.Event()
        self._ended = False
        self._thread = threading.Thread(target=self._work, name=f"run {rendition.rung.name} {cells[0]}", daemon=True)

    def begin(self) -> None:
        self._thread.start()

    @property
    def next_cell(self) -> int | None:
        """The cell that is being made; None when it has ended."""
        return self._left[0] if self._left and not self._ended and not self._stopping.is_set() else None

    @property
    def last_cell(self) -> int:
        return self._left[-1] if self._left else -1

    @property
    def stalled(self) -> bool:
        return time.monotonic() - self._moved_at > _STALL * (1 + 4 * self._attempt)

    def kill(self) -> None:
        """SIGKILL; what was not published is dropped (a TERM would leave a short cell that looks whole)."""
        self._stopping.set()
        if child := self._child:
            child.kill()

    def join(self, timeout: float) -> None:
        if self._thread is not threading.current_thread():
            self._thread.join(timeout)

    def kick(self) -> None:
        """It makes nothing: end this attempt, so that the next begins."""
        if child := self._child:
            child.kill()

    def _work(self) -> None:
        try:
            while self._left and not self._stopping.is_set():
                self._try()
        except HomereelError as error:
            self.error = error
        except InitChangedError:
            self.init_changed = True
        except OSError as error:
            log.warning("a run could not write: %s", error)
            full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            self.error = (
                NoSpace(N_("The disk that holds the renditions is full."))
                if full
                else Unavailable(N_("The disk could not be written to: {why}."), why=error.strerror or "?")
            )
        except Exception:
            log.exception("a run failed")
            self.error = MediaError(N_("This part of the video could not be made."))
        finally:
            self._left = [] if self.error is None else self._left[:1]
            self._ended = True
            self._told()

    def _try(self) -> None:
        """One process, from the next cell on. A cell that is not right is tried again from further back."""
        cells = self._cells()
        try:
            limits, sandbox = _BACK if self.background else _FRONT, Sandbox(read=(self.rendition.source,))
            with start(self._command(cells), folder=self.rendition.home, limits=limits, sandbox=sandbox) as child:
                self._child = child
                if self._stopping.is_set():
                    return
                try:
                    self._read(child, cells)
                except (MismatchError, BadBoxesError) as problem:
                    self._give_up_or_go_on(problem, child)
        except ChildError as error:
            raise Unavailable(str(error)) from error
        finally:
            self._child = None

    def _cells(self) -> tuple[int, ...]:
        """What this attempt makes. The last ones begin a cell earlier: only if that one comes out right, and the next does not,
        has the film ended; otherwise it is this ffmpeg that cannot."""
        if self._attempt < _SALVAGE - 1:
            return tuple(self._left)
        before = [
            part.number for part in segments(self.rendition.facts, self.rendition.index, self.rendition.rung) if part.number < self._left[0]
        ]
        return (*before[-1:], *self._left)

    def _command(self, cells: tuple[int, ...]) -> list[str]:
        if self.rendition.rung.kind == "audio":
            return commands.sound_run(self._tool.path, self.rendition, cells[0], cells[-1])
        return commands.picture_run(self._tool.path, self.rendition, cells, back=_ATTEMPTS[self._attempt], filters=self._tool.filters)

    def _read(self, child: Child, cells: tuple[int, ...]) -> None:
        parts = read_fragments(child.stdout)
        init = next(parts, None)
        if isinstance(init, bytes):
            self._publish_init(init)
        fragments = (part for part in parts if isinstance(part, Fragment))
        read = salvaged_cells if self._attempt == _SALVAGE and self.rendition.rung.kind == "video" else whole_cells
        for cell, data in read(self.rendition, fragments, cells):
            if self._stopping.is_set():
                return
            if cell == self._left[0]:
                self._publish_cell(cell, data)

    def _publish_cell(self, cell: int, data: bytes) -> None:
        publish(self.rendition.segment_path(cell), data)
        self._left.pop(0)
        self._attempt, self._moved_at = 0, time.monotonic()
        self._told()
        if self._left and not self._wanted(self, self._left[0]):
            self._stopping.set()

    def _publish_init(self, init: bytes) -> None:
        path = self.rendition.init_path
        if not path.exists():
            publish(path, init)
            self._told()
        elif path.read_bytes() != init:
            raise InitChangedError

    def _next_attempt(self, problem: Exception) -> int:
        """Where the same frames come from two keyframes, it is not the way there that is wrong: the film itself is damaged."""
        came = problem.came if isinstance(problem, MismatchError) and problem.cell == self._left[0] else ()
        same, self._came = bool(came) and came == self._came, came
        return _SALVAGE if same and self._attempt < _SALVAGE else self._attempt + 1

    def _give_up_or_go_on(self, problem: Exception, child: Child) -> None:
        if self._stopping.is_set():
            return
        child.kill()
        code = child.wait()
        log.info(
            "cell %s of %s was not right (attempt %s, code %s): %s",
            self._left[0],
            self.rendition.home,
            self._attempt,
            code,
            child.stderr()[-500:],
        )
        if code == 127:
            raise Unavailable(N_("ffmpeg could not be started; the administrator's page says what to do."))
        self._attempt = self._next_attempt(problem)
        self._moved_at = time.monotonic()
        if self._attempt < len(_ATTEMPTS) and self.rendition.rung.kind == "video":
            return
        video = self.rendition.facts.video
        ends = problem.ends if isinstance(problem, MismatchError) and problem.cell == self._left[0] else None
        if video is None or ends is None or ends == video.zero:
            raise MediaError(N_("This part of the video could not be made: it is damaged, or of a kind that this ffmpeg cannot read."))
        raise EndsShort(at=(ends - video.zero) * video.tb_num / video.tb_den)
