"""P1: from the last uploaded byte to the first decoded frame in a real Chromium, against transcoding a whole rendition first."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench import Row
from tests.bench.place import FIRST_FRAME, chromium, ffmpeg, h264_ten_minutes, hevc_ten_minutes, place

TRIES = 3


def rows() -> Iterator[Row]:
    yield from _measure("10 min 1080p H.264/AAC MP4", h264_ten_minutes(), limit=1.0)
    yield from _measure("10 min 1080p HEVC 10-bit MKV", hevc_ten_minutes(), limit=3.0)
    yield from _measure("2 h 1080p HEVC 10-bit MKV", hevc_ten_minutes(360), limit=3.0)


def _measure(name: str, film: Path, *, limit: float) -> Iterator[Row]:
    seconds = min(_once(film) for _ in range(TRIES))
    yield Row(f"P1 {name}", goal=f"≤ {limit:g} s", peer=limit, ours=seconds, unit="s", note="last byte acknowledged → first decoded frame")
    whole = _transcode(film)
    yield Row(
        f"P1 {name}, against a whole rendition first",
        goal="≤ 1/50",
        peer=whole,
        ours=seconds,
        unit="s",
        note="x264 veryfast 480p, one minute of it × length",
    )


def _once(film: Path) -> float:
    with place() as site, chromium(site) as page:
        page.goto("/")  # the browser is awake, the site's scripts are cached, as on the upload page
        video, last_byte = site.upload(film)
        site.wait_playable(video)
        page.goto(f"/w/{video}", wait_until="commit")
        page.evaluate(FIRST_FRAME)
        return time.perf_counter() - last_byte


def _transcode(film: Path) -> float:
    """Seconds that one whole 480p rendition would take: the first minute is timed, the rest goes in proportion."""
    began = time.perf_counter()
    command = [ffmpeg(), "-v", "error", "-nostdin", "-i", str(film), "-t", "60", "-vf", "scale=-2:480,format=yuv420p", "-c:v", "libx264"]
    subprocess.run([*command, "-preset", "veryfast", "-crf", "23", "-c:a", "aac", "-f", "null", "-"], check=True)
    minutes = 120 if "360" in film.name else 10
    return (time.perf_counter() - began) * minutes
