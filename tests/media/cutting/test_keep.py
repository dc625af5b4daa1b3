"""What may be kept of a film, and where its moments are then."""

import pytest

from app.errors import Invalid
from app.media.cutting.keep import chapters_in_cut, checked, length, near_in_cut, read_cut, to_cut, to_source, within, written
from app.media.facts import ChapterFacts

KEEP = ((1.0, 3.0), (5.0, 9.5))


def test_pieces_are_kept_in_order_and_joined_where_they_meet() -> None:
    assert checked([(1.0004, 2), (2.01, 3), (5, 9.5)], 10) == KEEP
    assert checked([(0.03, 9.97)], 10) is None, "the whole film is no cut"
    assert checked([(0, 5)], 10) == ((0.0, 5.0),)


@pytest.mark.parametrize(
    "pieces",
    [
        [],
        [(3, 1)],
        [(1, 1.4)],
        [(0.0, 0.6)],
        [(-1, 4)],
        [(2, 11)],
        [(5, 8), (1, 3)],
        [(1, 4), (3, 6)],
        [(float("nan"), 4)],
        [(1, float("inf"))],
        [(1, 2, 3)],
        [(number, number + 0.6) for number in range(201)],
    ],
)
def test_what_cannot_be_kept_is_said_in_a_sentence(pieces: list[tuple[float, ...]]) -> None:
    with pytest.raises(Invalid) as problem:
        checked(pieces, 10 if len(pieces) < 100 else 1000)
    assert problem.value.fields["keep"] == str(problem.value)


def test_what_is_written_is_read_again() -> None:
    assert read_cut(written(KEEP)) == KEEP
    assert read_cut(written(None)) is None
    assert written(None) == ""


def test_every_moment_is_found_on_both_clocks() -> None:
    assert [to_cut(KEEP, at) for at in (0.5, 1.0, 2.5, 3.0, 4.0, 5.0, 9.0, 9.5)] == [None, 0.0, 1.5, None, None, 2.0, 6.0, None]
    assert [to_source(KEEP, at) for at in (-1, 0, 1.5, 2.0, 6.0, 99)] == [1.0, 1.0, 2.5, 5.0, 9.0, 9.5]
    assert [near_in_cut(KEEP, at) for at in (0, 2, 4, 5, 20)] == [0.0, 1.0, 2.0, 2.0, 6.5]
    assert length(KEEP) == 6.5


def test_a_film_that_turns_out_shorter_keeps_what_there_is() -> None:
    assert within(KEEP, 7) == ((1.0, 3.0), (5.0, 7.0))
    assert within(KEEP, 4) == ((1.0, 3.0),)


def test_a_chapter_of_which_nothing_is_shown_is_not_named() -> None:
    chapters = [ChapterFacts(0, 3, "One"), ChapterFacts(3, 5, "Secret"), ChapterFacts(5, 6, "Two"), ChapterFacts(6, 10, "Three")]
    assert chapters_in_cut(KEEP, chapters) == (ChapterFacts(0, 2, "One"), ChapterFacts(2, 3, "Two"), ChapterFacts(3, 6.5, "Three"))
