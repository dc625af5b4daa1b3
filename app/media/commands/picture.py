"""The command line of a run of pictures. The recipe and its reasons are in SEGMENTS, section 1."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ffmpeg

from app.media.commands.encoders import picture_encoder
from app.media.commands.graph import FRAGMENTS, compiled, damaged, seek, source_input
from app.media.facts import VideoFacts
from app.media.grid import film_end, first_tick
from app.media.rendition import Rendition

HDR_TO_SDR = (
    ("zscale", {"t": "linear", "npl": 203}),
    ("format", {"pix_fmts": "gbrpf32le"}),
    ("zscale", {"p": "bt709"}),
    ("tonemap", {"tonemap": "mobius", "desat": 0, "peak": 5}),  # white at 203 nits keeps its place; 1000 nits still fit
    ("zscale", {"t": "bt709", "m": "bt709", "r": "tv"}),
)
_LEAD = 2  # seconds
FIRST_PIPE = 3  # the descriptor of the second output; the first is standard output


def picture_run(program: Path, rendition: Rendition, cells: Sequence[int], *, back: int = 0, filters: Sequence[str] = ()) -> list[str]:
    """Make these cells (in order; without frames in between) as fragments on standard output."""
    return picture_runs(program, [rendition], cells, back=back, filters=filters)


def picture_runs(
    program: Path,
    renditions: Sequence[Rendition],
    cells: Sequence[int],
    *,
    back: int = 0,
    filters: Sequence[str] = (),
    threads: int = 0,
    lead: bool = False,
) -> list[str]:
    """The same cells of several renditions of one film, decoded once: on descriptors 1, 3, 4 and so on.

    `back` goes that many keyframes further back for the start, None-like large values begin at the beginning of the file.
    With `threads`, the decoder, the filters and each encoder use so many. With `lead`, a fragment of two seconds before the first cell
    comes first, to be thrown away.
    """
    limit = {"threads": threads} if threads else {}
    picture = _shared(renditions[0], cells, back=back, limit=limit, lead=lead)
    branches = [picture] if len(renditions) == 1 else picture.filter_multi_output("split", len(renditions))
    outputs = []
    for number, rendition in enumerate(renditions):
        branch = branches[number] if len(renditions) > 1 else picture
        pipe = "pipe:1" if number == 0 else f"pipe:{FIRST_PIPE + number - 1}"
        outputs.append(ffmpeg.output(fitted(branch, rendition, filters), pipe, **picture_encoder(rendition, cells), **limit, **FRAGMENTS))
    graph = outputs[0] if len(outputs) == 1 else ffmpeg.merge_outputs(*outputs)
    words = compiled(program, graph)
    return [*words[:1], "-filter_complex_threads", str(threads), *words[1:]] if threads else words


def _shared(rendition: Rendition, cells: Sequence[int], *, back: int, limit: dict[str, Any], lead: bool) -> Any:
    """Decoded, deinterlaced and cut, which is the same for every rendition."""
    facts, video = rendition.facts, rendition.facts.video
    assert video
    begin, end = first_tick(video, cells[0]), min(first_tick(video, cells[-1] + 1), film_end(facts, rendition.index))
    if lead:  # x264 sets out from its CRF alone and finds its level within two seconds: without them a joint costs up to 5 VMAF
        begin = max(begin - _LEAD * video.tb_den // video.tb_num, rendition.index.frames[0])
    source = source_input(rendition.source, {**picture_seek(rendition, begin, back), **damaged(facts.cut_at), **limit})
    picture = source[str(video.stream)]
    if video.interlaced:
        picture = picture.filter("bwdif", "0", "-1", "0").filter("settb", f"{video.tb_num}/{video.tb_den}")
    return picture.filter("trim", start_pts=begin, end_pts=end).filter("setpts", f"PTS-({video.zero})")


def fitted(picture: Any, rendition: Rendition, filters: Sequence[str]) -> Any:
    """Scaled to the rung, and brought to what every screen shows."""
    rung, video = rendition.rung, rendition.facts.video
    assert video
    if video.hdr and "zscale" in filters:
        picture = picture.filter("scale", rung.width, rung.height).filter("setsar", 1)
        for name, options in HDR_TO_SDR:
            picture = picture.filter(name, **options)
        return picture.filter("format", "yuv420p")
    matrix = matrix_of(video)
    silent = {} if video.matrix else {"in_color_matrix": matrix, "out_color_matrix": matrix}  # nothing is turned, but RGB is
    picture = picture.filter("scale", rung.width, rung.height, **silent, out_range="tv").filter("setsar", 1).filter("format", "yuv420p")
    return picture.filter("setparams", colorspace=matrix, range="tv")


def matrix_of(video: VideoFacts) -> str:
    """Said in every rung: browsers take a small picture that says nothing for BT.601, whatever the large one was. A source that says
    nothing is taken as browsers take it, by its own size."""
    return video.matrix or ("bt709" if video.coded_height >= 720 else "smpte170m")


def picture_seek(rendition: Rendition, begin: int, back: int) -> dict[str, Any]:
    """To a known keyframe at or before the cut: `trim` does the cutting. Nothing for the beginning of the film."""
    video, index = rendition.facts.video, rendition.index
    key = index.key_before(begin, back=back)
    if video is None or key is None or key <= index.keys[0]:
        return {"copyts": None}
    return seek(key * video.tb_num / video.tb_den + 1e-6)
