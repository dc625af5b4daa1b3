"""Fragments read and written; rubbish in the pipe."""

import contextlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.media.boxes import BadBoxesError, Fragment, Sample, box, picture_fragment, read_fragments, sound_fragment


@given(base=st.integers(0, 1 << 50), places=st.permutations(range(9)))
def test_pictures_come_back_as_they_were_written_in_any_order(base: int, places: list[int]) -> None:
    samples = [Sample(bytes([place] * place), base + 40 * place, 0x01010000) for place in places]
    written = picture_fragment(7, samples, base + 400)

    (read,) = read_fragments(io.BytesIO(written))
    assert read == Fragment(tuple(samples))


def test_sound_is_one_fragment_of_equal_steps() -> None:
    samples = [Sample(b"a" * size, 1024 * (10 + size), 0x02000000) for size in range(1, 5)]

    (read,) = read_fragments(io.BytesIO(sound_fragment(0, samples, 1024)))
    assert isinstance(read, Fragment)
    assert [(sample.data, sample.pts) for sample in read.samples] == [(sample.data, sample.pts) for sample in samples]


@given(cut=st.integers(0, 200))
def test_a_pipe_that_ends_early_gives_whole_fragments_only(cut: int) -> None:
    samples = [Sample(b"x" * 30, 0, 0), Sample(b"y" * 30, 40, 0)]
    whole = picture_fragment(0, samples, 80)
    parts = list(read_fragments(io.BytesIO(whole + whole[: min(cut, len(whole) - 1)])))

    assert parts == [Fragment(tuple(samples))]


@given(data=st.binary(max_size=400))
def test_rubbish_is_told_from_fragments(data: bytes) -> None:
    with contextlib.suppress(BadBoxesError):
        list(read_fragments(io.BytesIO(data)))


@pytest.mark.parametrize("kind", [b"moof", b"mdat", b"free"])
def test_a_box_that_claims_gigabytes_is_refused(kind: bytes) -> None:
    with pytest.raises(BadBoxesError):
        list(read_fragments(io.BytesIO(b"\xff\xff\xff\xff" + kind)))


def test_a_moof_without_a_track_is_refused() -> None:
    with pytest.raises(BadBoxesError):
        list(read_fragments(io.BytesIO(box(b"moof", b"") + box(b"mdat", b"x"))))
