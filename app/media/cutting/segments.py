"""A cut as players ask for it: its lists, and its segments as bytes, made from what lies on the disk or is made at this moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.errors import MediaError, Missing
from app.i18n import N_
from app.media.cutting.fragments import moved_picture, sound_of
from app.media.cutting.keep import Keep
from app.media.cutting.pieces import piece
from app.media.cutting.plan import Part, Plan, plan
from app.media.cutting.sound import by_cell, of_segment, sound_segments
from app.media.grid import Segment
from app.media.packing import packed_path, packed_table
from app.media.rendition import Rendition
from app.media.runs import RunManager


@dataclass(frozen=True)
class CutRendition:
    """One rung of a film as its cut shows it. The list of the film's frames must be whole."""

    rendition: Rendition
    keep: Keep

    @property
    def plan(self) -> Plan:
        return plan(self.rendition.facts, self.rendition.index, self.keep)

    def segments(self) -> tuple[Segment, ...]:
        video = self.rendition.facts.video
        if self.rendition.rung.kind == "audio" or video is None:
            return sound_segments(self.rendition.facts, self.rendition.rung, self.plan)
        seconds = video.tb_num / video.tb_den
        return tuple(Segment(part.number, part.at * seconds, (part.until - part.at) * seconds) for part in self.plan.parts)

    def init_names(self) -> tuple[str, ...]:
        """For each segment, what its init part is called: frames made anew have their own, as another ffmpeg may have made them."""
        if self.rendition.rung.kind == "audio":
            return tuple("init.mp4" for _ in self.segments())
        return tuple(f"init-{part.number}.mp4" if part.piece else "init.mp4" for part in self.plan.parts)

    def to_make(self) -> list[Rendition]:
        """What is made anew, one small film for each piece."""
        if self.rendition.rung.kind == "audio":
            return []
        return [piece(self.rendition, *each) for each in self.plan.pieces]


def segment(runs: RunManager, cut: CutRendition, number: int, *, timeout: float) -> bytes:
    """A segment of the cut. Blocks until it is made; raises as RunManager does."""
    rendition = cut.rendition
    if rendition.rung.kind == "audio":
        found = of_segment(rendition.facts, rendition.rung, cut.plan, number)
        if not found:
            raise Missing
        wanted = [place for stretch in found for place in by_cell(rendition.rung, stretch)]
        return sound_of(number, found[0].at, [(_stored(runs, rendition, cell, timeout), first, count) for cell, first, count in wanted])
    part = _part(cut, number)
    assert rendition.facts.video
    source, cell = (rendition, part.cell) if part.cell is not None else (piece(rendition, part.first, part.end), 0)
    return moved_picture(rendition.facts.video, part, _stored(runs, source, cell, timeout))


def init(runs: RunManager, cut: CutRendition, number: int | None, *, timeout: float) -> bytes:
    """The init part of whole segments, or of the frames made anew for segment `number`."""
    rendition = cut.rendition
    if number is not None:
        part = _part(cut, number)
        if part.piece is None:
            raise Missing
        rendition = piece(rendition, *part.piece)
    elif table := packed_table(rendition.folder, rendition.rung.name):
        with packed_path(rendition.folder, rendition.rung.name).open("rb") as file:
            return file.read(table.init)
    return runs.init(rendition, timeout=timeout).read_bytes()


def _part(cut: CutRendition, number: int) -> Part:
    parts = cut.plan.parts
    if cut.rendition.rung.kind == "audio" or not 0 <= number < len(parts):
        raise Missing
    return parts[number]


def _stored(runs: RunManager, rendition: Rendition, cell: int, timeout: float) -> bytes:
    for _ in range(2):  # packed between the look and the reading, a segment is found at the second
        if table := packed_table(rendition.folder, rendition.rung.name):
            return _range(packed_path(rendition.folder, rendition.rung.name), table.find(cell))
        try:
            return runs.segment(rendition, cell, timeout=timeout).read_bytes()
        except FileNotFoundError:
            continue
    raise MediaError(N_("This part of the video has just been tidied up. Please try again."))


def _range(path: Path, place: tuple[int, int] | None) -> bytes:
    if place is None:
        raise Missing
    with path.open("rb") as file:
        file.seek(place[0])
        return file.read(place[1])


def cells_of(cut: CutRendition) -> Sequence[int]:
    """The film's own segments of pictures that the cut shows as they are."""
    return [part.cell for part in cut.plan.parts if part.cell is not None]
