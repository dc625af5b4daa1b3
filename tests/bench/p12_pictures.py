"""P12: how many times faster than real time the stills and the storyboard of a film of ten minutes are made, from key frames alone."""

import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from app.media.index import load_index
from app.media.probe import probe
from app.media.stills import load_storyboard, make_stills, make_storyboard
from tests.bench import Row
from tests.bench.place import h264_ten_minutes, hevc_ten_minutes
from tests.bench.real import real

TRIES = 3


def rows() -> Iterator[Row]:
    films = {
        "Big Buck Bunny, 720p H.264": real("bbb.mp4"),
        "10 min 1080p H.264 MP4": h264_ten_minutes(),
        "10 min 1080p HEVC 10-bit MKV": hevc_ten_minutes(),
    }
    for name, film in films.items():
        yield min((_measure(name, film) for _ in range(TRIES)), key=lambda row: -row.ours)


def _measure(name: str, film: Path) -> Row:
    with tempfile.TemporaryDirectory(prefix="homereel-bench-") as scratch:
        folder = Path(scratch)
        facts = probe(film, folder=folder)
        index = load_index(folder)
        began, busy = time.perf_counter(), _busy()
        stills = make_stills(film, facts, index, folder=folder)
        make_storyboard(film, facts, index, folder=folder, progress=lambda _: None)
        seconds, busy = time.perf_counter() - began, _busy() - busy
        board = load_storyboard(folder)
        assert board
        size = sum(path.stat().st_size for path in folder.glob("storyboard-*.webp"))
    note = f"{len(stills)} stills, {len(board.times)} pictures on {board.sheets} sheets, {size // 1000} kB; {busy:.2f} s of processor"
    return Row(
        f"P12 pictures, {name}", goal="≥ 100 × real time", peer=100, ours=facts.duration / seconds, unit="×", better="more", note=note
    )


def _busy() -> float:
    """Seconds of processor that all children have used: what a busy machine does not change."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
