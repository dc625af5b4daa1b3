"""A cut, joined as a player joins it: by its list, init parts where the list says so."""

import io
import itertools

import av

from app.media.boxes import Fragment, read_fragments
from app.media.cutting.keep import Keep
from app.media.cutting.segments import CutRendition, init, segment
from app.media.index import Index
from app.media.rendition import Rendition
from app.media.runs import RunManager

Frame = tuple[int, float, bytes]  # (time in ticks of our files, sum of its brightness, picture)


def shown(manager: RunManager, rendition: Rendition, keep: Keep) -> bytes:
    """One init part and every segment; the init parts are the same wherever one ffmpeg made all."""
    cut = CutRendition(rendition, keep)
    inits = {init(manager, cut, None if name == "init.mp4" else number, timeout=60) for number, name in enumerate(cut.init_names())}
    assert len(inits) == 1
    return inits.pop() + b"".join(segment(manager, cut, part.number, timeout=60) for part in cut.segments())


def times(film: bytes) -> list[int]:
    return [time for part in read_fragments(io.BytesIO(film)) if isinstance(part, Fragment) for time in part.times]


def gaps(film: bytes) -> set[int]:
    """What lies between the end of one sample and the next, in decoding time; none in a film without a break."""
    with av.open(io.BytesIO(film)) as container:
        packets = [packet for packet in container.demux() if packet.dts is not None]
    return {after.dts - (before.dts + (before.duration or 0)) for before, after in itertools.pairwise(packets)}


def kept_places(index: Index, seconds: float, zero: int, keep: Keep) -> list[int]:
    """The numbers of the source's frames that lie within a kept piece, decided without any of our code."""
    return [
        number for number, tick in enumerate(index.frames) if any(start <= round((tick - zero) * seconds, 6) < end for start, end in keep)
    ]
