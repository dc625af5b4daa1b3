"""A plan is made at once, refined once, and kept: what was promised to a player can be made for ever."""

import msgspec
import pytest

from app.media.ladder import Choices, Plan, evened_plan, first_plan, fitting_plan, kept_choices, other_plan, sampled_plan
from tests.media.plans import facts

FILM = facts(video={"codec": "hevc", "bit_rate": 8_000_000})


def names(plan: Plan) -> list[str]:
    return [rung.name for rung in plan.rungs]


def test_the_first_plan_needs_no_more_than_facts() -> None:
    plan = first_plan(FILM, Choices())

    assert names(plan) == ["v240", "v480", "v720", "v1080", "a0"]
    assert (plan.first, plan.sample, plan.retired) == ("v480", 0, ())


def test_a_sample_changes_no_rung_it_only_lets_some_go() -> None:
    before = first_plan(FILM, Choices())
    after = sampled_plan(before, FILM, 300_000)

    assert names(after) == ["v480", "v1080", "a0"]
    assert [rung.name for rung in after.retired] == ["v240", "v720"]
    for rung in (*after.rungs, *after.retired):
        assert before.rung(rung.name) == rung, "what a player was told of can be made as it was told"
    assert sampled_plan(after, FILM, 3_000_000) == after, "it is looked at once"


def test_a_plan_survives_being_kept() -> None:
    plan = sampled_plan(first_plan(FILM, Choices(codecs=("h264", "av1"), quality="fine")), FILM, 300_000)

    assert Plan.from_json(plan.to_json()) == plan
    assert kept_choices(plan.to_json()) == plan.choices
    assert kept_choices("") == Choices()


def test_other_settings_remake_only_what_they_change() -> None:
    before = first_plan(FILM, Choices())
    lower = other_plan(before, FILM, Choices(highest=720))
    finer = other_plan(before, FILM, Choices(quality="fine"))
    more = other_plan(before, FILM, Choices(codecs=("h264", "vp9")))

    assert names(lower) == ["v240", "v480", "v720", "a0"]
    assert names(finer) == ["v240r2", "v480r2", "v720r2", "v1080r2", "a0"]
    assert finer.first == "v480r2"
    assert [finer.rung(name) for name in names(before)] == list(before.rungs), "lists that were given out stay true"
    assert names(more) == [*names(before)[:-1], "vp9p240", "vp9p480", "vp9p720", "vp9p1080", "a0"]
    assert names(other_plan(finer, FILM, Choices())) == names(before), "and back: what was made is found again"
    assert names(other_plan(other_plan(finer, FILM, Choices(quality="small")), FILM, Choices(quality="fine"))) == names(finer)


def test_a_sample_holds_for_the_quality_that_it_was_taken_at() -> None:
    sampled = sampled_plan(first_plan(FILM, Choices()), FILM, 300_000)

    assert names(other_plan(sampled, FILM, Choices(codecs=("h264", "av1")))) == ["v480", "v1080", "av1p480", "av1p1080", "a0"]
    assert other_plan(sampled, FILM, Choices(quality="fine")).sample == 0


def test_sound_that_is_evened_out_is_another_and_the_first_can_still_be_had() -> None:
    before = first_plan(FILM, Choices(loudness="encoding"))
    after = evened_plan(before, FILM, {1: 4.5})

    assert [(rung.name, rung.gain) for rung in after.rungs if rung.kind == "audio"] == [("a0r2", 4.5)]
    assert after.rung("a0") == before.rung("a0")
    assert names(other_plan(after, FILM, Choices())) == names(before)


def test_a_plan_stays_when_the_film_is_looked_at_again() -> None:
    plan = sampled_plan(first_plan(FILM, Choices()), FILM, 300_000)
    assert FILM.video
    counted = msgspec.structs.replace(FILM, video=msgspec.structs.replace(FILM.video, frames=999, fps=24.98), duration=9.9)

    assert fitting_plan(plan, counted) is plan


@pytest.mark.parametrize("changes", [{"width": 1280, "height": 720}, {"codec": "h264"}, {"stream": 2}])
def test_a_plan_for_another_source_does_not_fit(changes: dict[str, object]) -> None:
    plan = first_plan(FILM, Choices())
    other = facts(video={"codec": "hevc", "bit_rate": 8_000_000, **changes})
    now = fitting_plan(plan, other)

    assert now != plan
    assert [now.rung(name) for name in names(plan)] == list(plan.rungs)


def test_a_film_that_was_cut_off_no_longer_plays_as_it_is_and_gets_its_top_rung() -> None:
    film = facts(video={"bit_rate": 8_000_000})
    plan = first_plan(film, Choices())

    assert names(plan) == ["v240", "v480", "v720", "a0"]
    assert names(fitting_plan(plan, msgspec.structs.replace(film, cut_at=5.0, duration=5.0))) == ["v240", "v480", "v720", "v1080", "a0"]
