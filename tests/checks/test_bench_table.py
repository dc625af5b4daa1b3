"""The benchmarks are run by hand; that they can be found and told is held here."""

from tests.bench import Row
from tests.bench.__main__ import available, chosen, line


def test_a_number_means_one_benchmark() -> None:
    assert chosen(["P1"]) == [name for name in available() if name.startswith("p1_")]
    assert chosen([]) == available()
    assert chosen(["p99"]) == []


def test_a_row_says_its_ratio() -> None:
    row = Row("P4 bytes", "≥ 0.5 × nginx", peer=2000.0, ours=1500.0, unit="MB/s", better="more")

    assert line(row) == "| P4 bytes | ≥ 0.5 × nginx | 2000 MB/s | 1500 MB/s | 0.75 |  |"
    assert Row("P7 idle memory", "≤ 120 MB", peer=None, ours=80.0).ratio is None
