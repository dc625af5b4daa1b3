"""Stored segments with their times moved to where the cut shows them.

What was encoded is not touched: only the box before it is written anew.
"""

import io
from collections.abc import Iterable, Iterator

from app.errors import MediaError
from app.i18n import N_
from app.media.boxes import Fragment, Sample, picture_fragment, read_fragments, sound_fragment
from app.media.commands import timescale
from app.media.cutting.plan import Part
from app.media.facts import VideoFacts
from app.media.grid import AAC_FRAME


def moved_picture(video: VideoFacts, part: Part, stored: bytes) -> bytes:
    scale = timescale(video) // video.tb_den * video.tb_num  # our ticks in one of the source's
    shift, begin, until = part.shift * scale, part.at * scale, part.until * scale
    samples = [Sample(sample.data, max(sample.pts + shift, begin), sample.flags) for sample in _samples(stored)]
    return picture_fragment(part.number, samples, until)


def sound_of(number: int, at: int, cells: Iterable[tuple[bytes, int, int]]) -> bytes:
    """One segment from AAC frame `at` of the cut on; `cells` are (stored segment, first frame to take, how many)."""
    kept = [sample for stored, first, count in cells for sample in _taken(stored, first, count)]
    placed = [Sample(sample.data, (at + place) * AAC_FRAME, sample.flags) for place, sample in enumerate(kept)]
    return sound_fragment(number, placed, AAC_FRAME)


def _taken(stored: bytes, first: int, count: int) -> list[Sample]:
    samples = [sample for sample in _samples(stored) if first <= sample.pts // AAC_FRAME < first + count]
    if len(samples) != count:
        raise MediaError(N_("Part of the sound of this video is missing; it has to be made again."))
    return samples


def _samples(stored: bytes) -> Iterator[Sample]:
    for part in read_fragments(io.BytesIO(stored)):
        if isinstance(part, Fragment):
            yield from part.samples
