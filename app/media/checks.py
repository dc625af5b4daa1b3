"""Show only what was checked (SECURITY MED-6): does what we made decode, and is it all there?"""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from app.children import Limits, Sandbox, run
from app.errors import MediaError
from app.i18n import N_
from app.media.boxes import BadBoxesError, moof_span
from app.media.commands import decode_check, timescale
from app.media.grid import segments
from app.media.packing import Table, packed_path
from app.media.rendition import Rendition
from app.media.run import Tool

_LIMITS = Limits(wall=60, cpu=120, memory=16 << 30, file_size=1 << 20)
_HEAD = 1 << 20  # bytes: no list of the frames of one segment is longer


def first_segments_decode(tool: Tool, renditions: Sequence[Rendition]) -> None:
    """What play begins with. MediaError where it does not decode, though its frames were all there."""
    firsts = [(rendition, [segments(rendition.facts, rendition.index, rendition.rung)[0].number]) for rendition in renditions]
    if not segments_decode(tool, firsts):
        raise MediaError(
            N_("What was made of the beginning of this video cannot be played. Try again; if it stays so, export the film anew as MP4.")
        )


def segments_decode(tool: Tool, chosen: Sequence[tuple[Rendition, Sequence[int]]]) -> bool:
    """Whether these segments of each rendition, joined behind its init part, decode without a complaint."""
    if not chosen:
        return True
    with tempfile.TemporaryDirectory(dir=chosen[0][0].folder, prefix=".check-") as scratch:
        films = [_join(rendition, numbers, Path(scratch) / f"{place}.mp4") for place, (rendition, numbers) in enumerate(chosen)]
        done = run(decode_check(tool.path, films), folder=Path(scratch), limits=_LIMITS, sandbox=Sandbox(read=tuple(films)))
    return done.code == 0 and not done.stderr


def _join(rendition: Rendition, numbers: Sequence[int], path: Path) -> Path:
    with path.open("wb") as out:
        for part in [rendition.init_path, *(rendition.segment_path(number) for number in numbers)]:
            with part.open("rb") as file:
                shutil.copyfileobj(file, out)
    return path


def shortcoming(tool: Tool, rendition: Rendition) -> str:
    """Why a rendition may not be packed, in words for the log; "" when it is whole: every segment there, as long as the source
    within a second or a hundredth, its first and last segment decoded."""
    listed = segments(rendition.facts, rendition.index, rendition.rung)
    missing = [part.number for part in listed if not rendition.segment_path(part.number).exists()]
    if missing or not rendition.init_path.exists():
        return f"segments are missing: {missing[:5]}"
    numbers = sorted({listed[0].number, listed[-1].number})
    if wrong := _wrong_length(rendition, numbers, start=listed[0].start, end=listed[-1].start + listed[-1].duration):
        return wrong
    return "" if segments_decode(tool, [(rendition, numbers)]) else f"segments {numbers} do not decode"


def _wrong_length(rendition: Rendition, numbers: Sequence[int], *, start: float, end: float) -> str:
    rung, video = rendition.rung, rendition.facts.video
    scale = rung.rate if rung.kind == "audio" or video is None else timescale(video)
    try:
        begins, _ = _span(rendition.segment_path(numbers[0]))
        _, ends = _span(rendition.segment_path(numbers[-1]))
    except BadBoxesError:
        return "a segment is no fragment"
    length, wanted = (ends - begins) / scale, end - start
    return "" if abs(length - wanted) <= max(1.0, wanted * 0.01) else f"it lasts {length:.2f} s instead of {wanted:.2f} s"


def _span(segment: Path) -> tuple[int, int]:
    with segment.open("rb") as file:
        return moof_span(file.read(_HEAD))


def packed_whole(rendition: Rendition, table: Table) -> bool:
    """Whether the packed file holds, without a byte between, all segments that its playlist lists."""
    numbers = [part.number for part in segments(rendition.facts, rendition.index, rendition.rung)]
    end = table.init
    for number, offset, length in table.places:
        if offset != end or length <= 0 or not numbers or number != numbers.pop(0):
            return False
        end += length
    return not numbers and packed_path(rendition.folder, rendition.rung.name).stat().st_size == end
