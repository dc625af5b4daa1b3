"""Segments joined and read back, by our own box reader for times and by PyAV for pictures and sound."""

import io
from array import array
from collections.abc import Iterable, Sequence

import av
from PIL import Image, ImageChops, ImageStat

from app.media.boxes import Fragment, read_fragments
from app.media.grid import segments
from app.media.order import Rank
from app.media.planning import Software, Tool
from app.media.rendition import Rendition
from app.media.run import Run


def numbers(rendition: Rendition) -> list[int]:
    return [segment.number for segment in segments(rendition.facts, rendition.index, rendition.rung)]


def one_run(tool: Tool, rendition: Rendition, cells: Sequence[int], *, threads: int = 0, rank: Rank = Rank.VIEWER) -> Run:
    """A run of its own for these cells, to its end."""
    from app.media.homes import prepare_home

    prepare_home(rendition, tool)
    run = Run(Software(tool), [rendition], tuple(cells), rank=rank, wanted=lambda _run, _cell: True, told=lambda: None, threads=threads)
    run.begin()
    run.join(60)
    if run.error:
        raise run.error
    assert not run.init_changed
    return run


def joined(rendition: Rendition) -> bytes:
    return rendition.init_path.read_bytes() + b"".join(rendition.segment_path(number).read_bytes() for number in numbers(rendition))


def times(film: bytes) -> list[int]:
    """Every frame's time, as the boxes say."""
    return [time for part in read_fragments(io.BytesIO(film)) if isinstance(part, Fragment) for time in part.times]


def source_times(rendition: Rendition) -> list[float]:
    """Seconds from the first shown frame, as an independent demuxer says."""
    with av.open(str(rendition.source)) as container:
        stream = container.streams.video[0]
        assert stream.time_base
        pts = sorted(packet.pts for packet in container.demux(stream) if packet.pts is not None and not packet.is_discard)
        return [float((time - pts[0]) * stream.time_base) for time in pts]


def pictures(film: bytes | str) -> list[Image.Image]:
    """Every frame, small and grey, in order of display."""
    with av.open(io.BytesIO(film) if isinstance(film, bytes) else film) as container:
        return [frame.to_image(width=80, height=45).convert("L") for frame in container.decode(video=0)]


def differences(ours: Sequence[Image.Image], theirs: Sequence[Image.Image]) -> list[float]:
    return [ImageStat.Stat(ImageChops.difference(one, other)).mean[0] for one, other in zip(ours, theirs, strict=False)]


def samples(film: bytes | str, *, stream: int = 0) -> "array[float]":
    """The left channel."""
    heard = array("f")
    with av.open(io.BytesIO(film) if isinstance(film, bytes) else film) as container:
        for frame in container.decode(audio=stream):
            heard.frombytes(bytes(frame.planes[0])[: frame.samples * 4])
    return heard


def loudest(values: Iterable[float]) -> float:
    return max((abs(value) for value in values), default=0.0)


def residual(one: Sequence[float], other: Sequence[float]) -> float:
    """Root mean square of the difference."""
    pairs = list(zip(one, other, strict=False))
    return (sum((a - b) ** 2 for a, b in pairs) / max(len(pairs), 1)) ** 0.5
