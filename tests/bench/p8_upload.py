"""P8: tus upload throughput against writing and fsyncing the same bytes by hand; memory while they pass."""

import os
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench import Row
from tests.bench.place import Place, place

SIZE = int(os.environ.get("HOMEREEL_BENCH_UPLOAD", 1 << 30))
CHUNK = 32 << 20


def rows() -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="homereel-bench-") as folder:
        source = Path(folder) / "film.mp4"
        by_hand = _write(source)
        with place() as site:
            watching = _Memory(site)
            began = time.perf_counter()
            site.upload(source, chunk=CHUNK)
            seconds = time.perf_counter() - began
            grown = watching.stop()
    megabytes = SIZE / 1e6
    note = f"{megabytes:.0f} MB in chunks of {CHUNK >> 20} MiB, the client on the same two cores"
    yield Row("P8 tus upload", goal="≥ 0.8 ×", peer=megabytes / by_hand, ours=megabytes / seconds, unit="MB/s", note=note)
    yield Row(
        "P8 memory while it passes", goal="≤ + 32 MB", peer=32, ours=grown / 1e6, unit="MB", note="growth of the server's resident memory"
    )


def _write(target: Path) -> float:
    """Write and fsync the bytes in chunks of the same size, as dd with fsync would; seconds."""
    piece = os.urandom(CHUNK)
    began = time.perf_counter()
    with target.open("wb", buffering=0) as file:
        for _ in range(SIZE // CHUNK):
            file.write(piece)
            os.fsync(file.fileno())
    return time.perf_counter() - began


class _Memory:
    """Watches how far the server's memory grows."""

    def __init__(self, site: Place) -> None:
        self._site, self._first, self._most = site, site.resident(), 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def _look(self) -> None:
        while not self._done.wait(0.05):
            self._most = max(self._most, self._site.resident())

    def stop(self) -> int:
        self._done.set()
        self._thread.join()
        return max(0, self._most - self._first)
