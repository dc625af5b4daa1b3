"""Sound apart: every track in stereo, 5.1 beside it."""

from app.media.ladder import Choices, Rung, first_plan
from tests.media.plans import facts

TRACKS = (
    {"language": "eng", "channels": 6},
    {"stream": 2, "language": "deu", "default": True, "rate": 96_000},
    {"stream": 3, "language": "fra", "channels": 8, "rate": 44_100},
    {"stream": 4, "language": "eng", "traits": ("describes",)},
)


def sounds(choices: Choices) -> list[Rung]:
    return [rung for rung in first_plan(facts(audio=TRACKS), choices).rungs if rung.kind == "audio"]


def test_each_track_is_a_rung_and_one_is_the_first_choice() -> None:
    found = [(rung.name, rung.stream, rung.rate, rung.language, rung.default) for rung in sounds(Choices(surround=False))]

    assert found == [
        ("a0", 1, 48_000, "eng", False),
        ("a1", 2, 48_000, "deu", True),
        ("a2", 3, 44_100, "fra", False),
        ("a3", 4, 48_000, "eng", False),
    ]


def test_surround_stands_beside_stereo_and_7_1_becomes_5_1() -> None:
    found = [(rung.name, rung.stream, rung.channels) for rung in sounds(Choices())]

    assert found[4:] == [("s0", 1, 6), ("s2", 3, 6)]
    assert {channels for _, _, channels in found[:4]} == {2}


def test_what_a_track_is_for_is_kept() -> None:
    assert [rung.traits for rung in sounds(Choices(surround=False))] == [(), (), (), ("describes",)]


def test_a_hundred_tracks_are_not_all_made() -> None:
    many = facts(audio=tuple({"stream": number} for number in range(1, 60)))

    assert len(first_plan(many, Choices()).rungs) == 8
