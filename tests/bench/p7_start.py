"""P7: start to the first 200, and idle memory."""

import time
from collections.abc import Iterator

from tests.bench import Row
from tests.bench.place import place


def rows() -> Iterator[Row]:
    with place() as site:
        starts = []
        for _ in range(5):
            site.stop()
            starts.append(site.start())
        time.sleep(3)
        memory = site.resident() / 1e6
    starts.sort()
    yield Row("P7 start to first 200, empty", goal="≤ 1.5 s", peer=1.5, ours=starts[2], unit="s", note="median of five, a set-up checkout")
    yield Row("P7 idle memory", goal="≤ 120 MB", peer=120, ours=memory, unit="MB", note="resident, 3 s after start")
