"""Command lines of the trial of a hardware encoder: small films to try it with, and a look at what came out."""

from pathlib import Path
from typing import Any

import ffmpeg

from app.media.commands.graph import compiled

RATE, SECONDS, TICKS, WIDTH, HEIGHT = 2, 6, 12800, 640, 360
LOOK = (32, 18)  # pixels: enough to tell a picture from a green or torn one
_HDR = {"t": "smpte2084", "p": "bt2020", "m": "bt2020nc", "r": "tv", "npl": 203}
_FROM = {"tin": "bt709", "pin": "bt709", "min": "bt709", "rin": "tv"}
_X265 = "log-level=none:bframes=0"
_MADE: dict[str, dict[str, Any]] = {
    "h264": {"c:v": "libx264", "preset": "ultrafast", "bf": 0},
    "interlaced": {"c:v": "libx264", "preset": "veryfast", "bf": 0, "flags": "+ildct+ilme", "x264-params": "tff=1"},
    "hevc": {"c:v": "libx265", "preset": "ultrafast", "x265-params": _X265, "tag:v": "hvc1"},
    "hevc10": {"c:v": "libx265", "preset": "ultrafast", "x265-params": _X265, "tag:v": "hvc1"},
    "hdr": {
        "c:v": "libx265",
        "preset": "ultrafast",
        "x265-params": f"{_X265}:hdr10=1:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:max-cll=1000,400"
        ":master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1)",
        "tag:v": "hvc1",
    },
    "vp9": {"c:v": "libvpx-vp9", "deadline": "realtime", "cpu-used": 8, "b:v": "300k"},
    "av1": {"c:v": "libsvtav1", "preset": 10, "svtav1-params": "lp=1"},
    "av110": {"c:v": "libsvtav1", "preset": 10, "svtav1-params": "lp=1"},
}
KINDS = tuple(_MADE)


def trial_film(program: Path, kind: str, film: Path) -> list[str]:
    """A moving test picture: twelve frames over six seconds, so that it spans two cells and is short all the same."""
    rate = 2 * RATE if kind == "interlaced" else RATE
    picture = ffmpeg.input(f"testsrc2=size={WIDTH}x{HEIGHT}:rate={rate}:duration={SECONDS}", f="lavfi").video
    if kind == "interlaced":
        picture = picture.filter("tinterlace", 4).filter("setfield", "tff")
    if kind == "hdr":
        picture = picture.filter("zscale", **_FROM, **_HDR)
    picture = picture.filter("format", "yuv420p10le" if kind in ("hevc10", "hdr", "av110") else "yuv420p")
    out = {**_MADE[kind], "video_track_timescale": TICKS, "f": "mp4"}
    return compiled(program, ffmpeg.output(picture, str(film), **out).overwrite_output())


def look_at(program: Path, film: Path) -> list[str]:
    """Every frame, decoded by software and made small, as rows of grey on standard output."""
    picture = ffmpeg.input(f"file:{film}", protocol_whitelist="file", format_whitelist="mov").video
    picture = picture.filter("scale", *LOOK).filter("format", "gray")
    return compiled(program, ffmpeg.output(picture, "pipe:1", f="rawvideo", fps_mode="passthrough"))
