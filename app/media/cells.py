"""Turns what ffmpeg writes into whole cells, each compared with the source before anybody sees it.

Exit codes and complaints prove nothing (a film cut in half ends with 0); the times of the frames do.
"""

from collections.abc import Iterable, Iterator, Sequence

from app.media.boxes import Fragment, Sample, picture_fragment, sound_fragment
from app.media.commands import timescale
from app.media.grid import AAC_FRAME, cell_frames, first_sample, next_frame, sound_end
from app.media.rendition import Rendition


class MismatchError(Exception):
    """A cell does not hold the frames of the source: `came` are those that it has instead, in our ticks.

    `ends` is the tick up to which frames came, if they simply stopped coming.
    """

    def __init__(self, cell: int, *, ends: int | None = None, came: Sequence[int] = ()) -> None:
        super().__init__(cell)
        self.cell = cell
        self.ends = ends
        self.came = tuple(came)


def whole_cells(rendition: Rendition, fragments: Iterable[Fragment], cells: Sequence[int]) -> Iterator[tuple[int, bytes]]:
    """The cells in the order they were asked for, ready to publish; MismatchError at the first that is not right."""
    make = _sound_cells if rendition.rung.kind == "audio" else _picture_cells
    return make(rendition, fragments, cells)


def _picture_cells(rendition: Rendition, fragments: Iterable[Fragment], cells: Sequence[int]) -> Iterator[tuple[int, bytes]]:
    video = rendition.facts.video
    assert video
    scale = timescale(video) // video.tb_den * video.tb_num  # our ticks in one of the source's
    incoming = iter(fragments)
    for cell in cells:
        frames = cell_frames(rendition.facts, rendition.index, cell)
        wanted = [(tick - video.zero) * scale for tick in frames]
        fragment = next(incoming, None)
        if cell == cells[0] and fragment and wanted and fragment.times and max(fragment.times) < wanted[0]:
            fragment = next(incoming, None)  # the run began early, for its encoder to settle
        got = fragment.times if fragment else []
        if fragment is None or got != wanted:
            ends = frames[len(got)] if got == wanted[: len(got)] and len(got) < len(frames) else None
            raise MismatchError(cell, ends=ends, came=got)
        end = (next_frame(rendition.facts, rendition.index, cell) - video.zero) * scale
        yield cell, picture_fragment(cell, fragment.samples, end)


def _sound_cells(rendition: Rendition, fragments: Iterable[Fragment], cells: Sequence[int]) -> Iterator[tuple[int, bytes]]:
    rung, end = rendition.rung, sound_end(rendition.facts, rendition.rung)
    packets = (sample for fragment in fragments for sample in fragment.samples if sample.pts >= first_sample(rung, cells[0]))
    for cell in cells:
        start, stop = first_sample(rung, cell), min(first_sample(rung, cell + 1), end)
        kept: list[Sample] = []
        for place in range(start, stop, AAC_FRAME):
            packet = next(packets, None)
            if packet is None or packet.pts != place:
                raise MismatchError(cell)
            kept.append(packet)
        yield cell, sound_fragment(cell, kept, AAC_FRAME)
