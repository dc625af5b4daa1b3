"""What the background makes next, from what is missing."""

from hypothesis import given
from hypothesis import strategies as st

from app.media.steps import Step, next_step

CELLS = (0, 1, 2, 4, 5, 6, 7, 8)  # cell 3 has no frame
NUMBERS = dict.fromkeys(("low", "high", "top", "sound"), CELLS)
GROUPS = (("low", "high"), ("sound",))


def step(missing: dict[str, set[int]], careful: set[int] = frozenset()) -> Step | None:  # type: ignore[assignment]
    return next_step(GROUPS, NUMBERS, missing, careful=careful)


def test_all_of_a_group_come_from_one_decode_also_past_a_cell_without_frames() -> None:
    assert step({"low": set(CELLS), "high": set(CELLS)}) == Step(("low", "high"), CELLS)


def test_a_group_is_finished_before_the_next_begins() -> None:
    assert step({"high": {7, 8}, "sound": set(CELLS)}) == Step(("high",), (7, 8))
    assert step({"sound": {0, 1}}) == Step(("sound",), (0, 1))
    assert step({}) is None


def test_what_a_viewer_had_made_is_not_made_again_and_joins_in_behind() -> None:
    missing = {"low": {4, 5, 6, 7, 8}, "high": set(CELLS)}

    assert step(missing) == Step(("high",), (0, 1, 2))
    assert step({**missing, "high": {4, 5, 6, 7, 8}}) == Step(("low", "high"), (4, 5, 6, 7, 8))


def test_where_something_went_wrong_each_is_made_by_itself_and_then_all_go_on() -> None:
    missing = {"low": {2, 4, 5, 6}, "high": {2, 4, 5, 6}}

    assert step(missing, {2, 4}) == Step(("low",), (2, 4))
    assert step({"low": {5, 6}, "high": {2, 4, 5, 6}}, {2, 4}) == Step(("high",), (2, 4))
    assert step({"low": {5, 6}, "high": {5, 6}}, {2, 4}) == Step(("low", "high"), (5, 6))


sets = st.sets(st.sampled_from(CELLS))


@given(low=sets, high=sets, sound=sets, careful=sets)
def test_step_after_step_makes_everything_and_nothing_twice(low: set[int], high: set[int], sound: set[int], careful: set[int]) -> None:
    missing = {"low": set(low), "high": set(high), "sound": set(sound)}
    while found := step(missing, careful):
        assert found.cells
        for name in found.names:
            assert set(found.cells) <= missing[name]
            missing[name] -= set(found.cells)
    assert not any(missing.values())
