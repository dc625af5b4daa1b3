"""P2: seek to a place that no segment exists for, first frame; against a fresh ffmpeg that goes there."""

import subprocess
import time
from collections.abc import Iterator

from tests.bench import Row
from tests.bench.place import FIRST_FRAME, chromium, ffmpeg, hevc_ten_minutes, place

_SEEK = """(to) => new Promise((done) => {
  const video = document.querySelector('vid-player video, vid-player hls-video, video');
  const real = video.nativeEl || video;
  const shown = (_now, frame) => Math.abs(frame.mediaTime - to) < 2 ? done(frame.mediaTime) : real.requestVideoFrameCallback(shown);
  real.requestVideoFrameCallback(shown);
  real.currentTime = to;
})"""


def rows() -> Iterator[Row]:
    film = hevc_ten_minutes()
    with place() as site, chromium(site) as page:
        video, _ = site.upload(film)
        site.wait_playable(video)
        page.goto(f"/w/{video}", wait_until="commit")
        page.evaluate(FIRST_FRAME)
        found = []
        for to in (580.0, 431.0, 555.0):
            began = time.perf_counter()
            page.evaluate(_SEEK, to)
            found.append(time.perf_counter() - began)
    found.sort()
    alone = _alone(str(film))
    yield Row(
        "P2 seek to where nothing is made, first frame",
        goal="≤ 2 s",
        peer=2.0,
        ours=found[1],
        unit="s",
        note="median of three, background fill running",
    )
    yield Row("P2 the same, against ffmpeg alone", goal="–", peer=alone, ours=found[1], unit="s", note="ffmpeg -ss … one 480p frame")


def _alone(film: str) -> float:
    began = time.perf_counter()
    command = [
        ffmpeg(),
        "-v",
        "error",
        "-nostdin",
        "-ss",
        "431",
        "-i",
        film,
        "-frames:v",
        "1",
        "-vf",
        "scale=-2:480,format=yuv420p",
        "-c:v",
        "libx264",
    ]
    subprocess.run([*command, "-preset", "veryfast", "-f", "null", "-"], check=True)
    return time.perf_counter() - began
