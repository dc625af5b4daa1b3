from array import array
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import MediaError
from app.media.index import NAME, Index, load_index, pack_index, unpack_index

TICKS = st.lists(st.integers(-(1 << 40), 1 << 40), unique=True).map(sorted)


@given(frames=TICKS, keys=TICKS, end=st.integers(-(1 << 40), 1 << 40))
def test_an_index_comes_back_as_it_was_written(frames: list[int], keys: list[int], end: int) -> None:
    index = unpack_index(pack_index(Index(array("q", frames), array("q", keys), end)))

    assert (list(index.frames), list(index.keys), index.end) == (frames, keys, end)


def test_two_hours_take_some_kilobytes() -> None:
    frames = array("q", (round(number * 1000 / 24) for number in range(172_800)))

    assert len(pack_index(Index(frames, frames[::250], frames[-1] + 42))) < 50_000


def test_the_keyframe_before_a_place_is_found() -> None:
    index = Index(array("q", range(100)), array("q", [0, 40, 80]), 100)

    assert [index.key_before(place) for place in (-1, 0, 39, 40, 99)] == [None, 0, 0, 40, 80]
    assert index.key_before(99, back=2) == 0
    assert index.key_before(99, back=3) is None


@pytest.mark.parametrize(
    "data", [b"", b"HRIX1\n", b"something else", pack_index(Index())[:-3], pack_index(Index(array("q", [1]), array("q"), 2))[:20]]
)
def test_a_damaged_index_is_a_sentence(tmp_path: Path, data: bytes) -> None:
    (tmp_path / NAME).write_bytes(data)

    with pytest.raises(MediaError, match="damaged"):
        load_index(tmp_path)


def test_a_missing_index_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="not been examined"):
        load_index(tmp_path)


def test_an_index_that_was_written_anew_is_read_anew(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(pack_index(Index(array("q", [1]), array("q", [1]), 2)))
    first = load_index(tmp_path)
    (tmp_path / NAME).write_bytes(pack_index(Index(array("q", [5]), array("q", [5]), 6)))

    assert load_index(tmp_path) is not first
    assert load_index(tmp_path).end == 6
