"""P3: the whole ladder in the background, wall and processor time, against one ffmpeg command with the same rungs and settings."""

import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from app.media.commands.picture import picture_runs
from app.media.index import load_index
from app.media.ladder import ladder
from app.media.packing import pack
from app.media.probe import probe
from app.media.rendition import Rendition
from app.media.runs import RunManager, Tool
from tests.bench import Row
from tests.bench.place import ffmpeg, film

LOOPS = 3  # a minute
_H264 = (
    "-c:v",
    "libx264",
    "-preset",
    "veryfast",
    "-crf",
    "26",
    "-g",
    "96",
    "-pix_fmt",
    "yuv420p",
    "-c:a",
    "aac",
    "-movflags",
    "+faststart",
)
_HEVC = ("-c:v", "libx265", "-preset", "ultrafast", "-crf", "28", "-x265-params", "log-level=none:keyint=96", "-pix_fmt", "yuv420p10le",
         "-c:a", "aac")  # fmt: skip


def rows() -> Iterator[Row]:
    yield from _measure("1 min 1080p H.264 MP4", film("h264-1min.mp4", *_H264, loops=LOOPS))
    yield from _measure("1 min 1080p HEVC 10-bit MKV", film("hevc10-1min.mkv", *_HEVC, loops=LOOPS))


def _measure(name: str, source: Path) -> Iterator[Row]:
    folder = Path(tempfile.mkdtemp(prefix="homereel-p3-"))
    try:
        facts = probe(source, folder=folder)
        index = load_index(folder)
        renditions = [Rendition(source, folder, facts, rung, index) for rung in ladder(facts)]
        peer = _timed(lambda: _one_command(renditions, folder))
        ours = _timed(lambda: _fill(renditions))
    finally:
        shutil.rmtree(folder)
    rungs = ", ".join(rendition.rung.name for rendition in renditions)
    for what, mine, theirs in zip(("wall", "processor"), ours, peer, strict=True):
        yield Row(f"P3 {name}: {what}", goal="≤ 1.10 ×", peer=theirs, ours=mine, unit="s", note=f"{rungs}; packed; one decode")


def _timed(work: Callable[[], None]) -> tuple[float, float]:
    """Seconds by the clock, and of the processor (this process and its children)."""
    before, began = _processor(), time.perf_counter()
    work()
    return time.perf_counter() - began, _processor() - before


def _processor() -> float:
    return sum(usage.ru_utime + usage.ru_stime for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


def _fill(renditions: list[Rendition]) -> None:
    manager = RunManager(Tool(Path(ffmpeg()), "bench", ("zscale", "tonemap")))
    manager.fill(renditions)
    manager.close()
    for rendition in renditions:
        pack(rendition)


def _one_command(renditions: list[Rendition], folder: Path) -> None:
    """As people do it: read once, one output a rung, and the sound beside them."""
    pictures = [rendition for rendition in renditions if rendition.rung.kind == "video"]
    cells = range(pictures[0].facts.cell_count)
    words = picture_runs(Path(ffmpeg()), pictures, cells)
    outputs = iter(str(folder / f"peer-{number}.mp4") for number in range(len(pictures)))
    words = [next(outputs) if word.startswith("pipe:") else word for word in words]
    sound = ["-map", "0:a:0", "-c:a", "aac", "-q:a", "1.4", "-ac", "2", str(folder / "peer-sound.mp4")]
    subprocess.run([words[0], "-y", *words[1:], *sound], check=True)
