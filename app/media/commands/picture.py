"""The command line of a run of pictures. The recipe and its reasons are in SEGMENTS, section 1."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ffmpeg

from app.media.commands.encoders import picture_encoder
from app.media.commands.graph import FRAGMENTS, compiled, damaged, seek, source_input
from app.media.grid import first_tick
from app.media.rendition import Rendition

_HDR_TO_SDR = (
    ("zscale", {"t": "linear", "npl": 203}),
    ("format", {"pix_fmts": "gbrpf32le"}),
    ("zscale", {"p": "bt709"}),
    ("tonemap", {"tonemap": "mobius", "desat": 0, "peak": 5}),  # white at 203 nits keeps its place; 1000 nits still fit
    ("zscale", {"t": "bt709", "m": "bt709", "r": "tv"}),
)


def picture_run(program: Path, rendition: Rendition, cells: Sequence[int], *, back: int = 0, filters: Sequence[str] = ()) -> list[str]:
    """Make these cells (in order; without frames in between) as fragments on standard output.

    `back` goes that many keyframes further back for the start, None-like large values begin at the beginning of the file.
    """
    facts, rung, video = rendition.facts, rendition.rung, rendition.facts.video
    assert video
    begin, end = first_tick(video, cells[0]), first_tick(video, cells[-1] + 1)
    picture = source_input(rendition.source, {**_picture_seek(rendition, begin, back), **damaged(facts.cut_at)})
    picture = picture[str(video.stream)]
    if video.interlaced:
        picture = picture.filter("bwdif", "0", "-1", "0").filter("settb", f"{video.tb_num}/{video.tb_den}")
    picture = picture.filter("trim", start_pts=begin, end_pts=end).filter("setpts", f"PTS-({video.zero})")
    picture = picture.filter("scale", rung.width, rung.height).filter("setsar", 1)
    if video.hdr and "zscale" in filters:
        for name, options in _HDR_TO_SDR:
            picture = picture.filter(name, **options)
    picture = picture.filter("format", "yuv420p")
    return compiled(program, ffmpeg.output(picture, "pipe:1", **picture_encoder(rendition, cells), **FRAGMENTS))


def _picture_seek(rendition: Rendition, begin: int, back: int) -> dict[str, Any]:
    """To a known keyframe at or before the cut: `trim` does the cutting. Nothing for the beginning of the film."""
    video, index = rendition.facts.video, rendition.index
    key = index.key_before(begin, back=back)
    if video is None or key is None or key <= index.frames[0]:
        return {"copyts": None}
    return seek(key * video.tb_num / video.tb_den + 1e-6)
