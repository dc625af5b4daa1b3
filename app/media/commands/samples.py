"""Command lines that only look: how many bits pictures take, how loud sound is."""

from collections.abc import Sequence
from pathlib import Path

import ffmpeg

from app.media.commands.graph import compiled, damaged, source_input
from app.media.facts import Facts
from app.media.ladder import Rung


def picture_sample(program: Path, source: Path, facts: Facts, rung: Rung, *, start: float, seconds: float) -> list[str]:
    """Some seconds from about `start`, at a rung's size and quality, uncapped, as bare H.264 on standard output."""
    where = {"ss": f"{start:.3f}", "t": f"{seconds:.3f}", **damaged(facts.cut_at)}
    picture = source_input(source, where)[str(rung.stream)]
    if facts.video and facts.video.interlaced:
        picture = picture.filter("bwdif", "0", "-1", "0")
    picture = picture.filter("scale", rung.width, rung.height).filter("format", "yuv420p")
    encoder = {"c:v": "libx264", "preset": rung.preset, "profile:v": "high", "crf": rung.crf, "g": 1000, "fps_mode": "passthrough"}
    return compiled(program, ffmpeg.output(picture, "pipe:1", f="h264", **encoder))


def loudness_run(program: Path, source: Path, facts: Facts, streams: Sequence[int]) -> list[str]:
    """How loud these tracks are, as stereo (which is what most hear), all in one reading: a summary of each on standard error.

    EBU R 128 by ffmpeg's `ebur128`; its lines begin with `[ebur128@t<stream> @`.
    """
    film = source_input(source, damaged(facts.cut_at))
    outputs = []
    for stream in streams:
        sound = film[str(stream)].filter("aformat", channel_layouts="stereo")
        sound = sound.filter(f"ebur128@t{stream}", peak="true", framelog="quiet")
        outputs.append(ffmpeg.output(sound, "-", f="null"))
    words = compiled(program, ffmpeg.merge_outputs(*outputs))
    return [words[0], "-hide_banner", "-nostats", "-v", "info", *words[3:]]
