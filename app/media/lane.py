"""One rendition of a run: its cells come out of one pipe, are compared with the source, and published."""

from collections.abc import Callable, Sequence
from typing import BinaryIO

from app.media.boxes import Fragment, read_fragments
from app.media.cells import whole_cells
from app.media.hardware.belonging import foreign_sets, looked_at
from app.media.publish import publish
from app.media.rendition import Rendition
from app.media.salvage import salvaged_cells


class InitChangedError(Exception):
    """Another init part than the rendition's: it must be remade from scratch rather than served mixed."""

    def __init__(self, rendition: Rendition) -> None:
        super().__init__(rendition.home.name)
        self.rendition = rendition


class Lane:
    """`left` are the cells that are still to come, in order; `made` counts those that came."""

    def __init__(self, rendition: Rendition, cells: Sequence[int]) -> None:
        self.rendition = rendition
        self.left = list(cells)
        self.made = 0

    def read(
        self, pipe: BinaryIO, cells: Sequence[int], *, salvage: bool, came: Callable[["Lane"], None], over: Callable[[], bool]
    ) -> None:
        """Publish what comes until it ends or is `over`; `came` is called after each cell.

        Raises MismatchError, BadBoxesError, InitChangedError; OSError where the disk cannot take it.
        """
        parts = read_fragments(pipe)
        init = next(parts, None)
        carried = self._publish_init(init) if isinstance(init, bytes) else b""
        fragments = looked_at(self.rendition, (part for part in parts if isinstance(part, Fragment)), carried)
        check = salvaged_cells if salvage and self.rendition.rung.kind == "video" else whole_cells
        for cell, data in check(self.rendition, fragments, cells):
            if over():
                return
            if cell == self.left[0]:
                path = self.rendition.segment_path(cell)
                if not path.exists():  # somebody who could not wait may have had it made
                    publish(path, data)
                self.left.pop(0)
                self.made += 1
                came(self)

    @property
    def next_exists(self) -> bool:
        return not self.left or self.rendition.segment_path(self.left[0]).exists()

    def _publish_init(self, init: bytes) -> bytes:
        """What the cells that follow must carry to be played after the init part that is there."""
        path = self.rendition.init_path
        if not path.exists():
            publish(path, init)
        elif (there := path.read_bytes()) != init:
            sets = foreign_sets(self.rendition, there, init)
            if sets is None:
                raise InitChangedError(self.rendition)
            return sets
        return b""
