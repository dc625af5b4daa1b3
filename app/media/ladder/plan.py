"""The renditions of one film, decided once and kept: later settings and formulas change nothing that exists.

The first plan is made from the facts alone, so that nobody waits for it. A sample then says what this film's pictures really take, and
some rungs turn out to save too little. What a player was told of once can be made for ever: it is retired, never forgotten.
"""

from collections.abc import Mapping, Sequence
from typing import Self

import msgspec

from app.media.facts import Facts
from app.media.ladder.choices import Choices
from app.media.ladder.direct import direct
from app.media.ladder.pictures import first_lines, picture_rungs
from app.media.ladder.rung import Rung, same_bytes
from app.media.ladder.sounds import sound_rungs


class Plan(msgspec.Struct, frozen=True):
    """`rungs` are listed and made: pictures from lowest to highest, one codec after another, then sound."""

    rungs: tuple[Rung, ...]
    choices: Choices = Choices()
    first: str = ""  # the picture that a player begins with
    sample: int = 0  # bits a second that the first rung took; 0 before that was looked at
    retired: tuple[Rung, ...] = ()  # no longer listed, still answered
    shape: str = ""  # of the source: a plan for another one does not fit
    gains: dict[int, float] = {}  # decibels by stream, put on while encoding

    def to_json(self) -> str:
        return msgspec.json.encode(self).decode()

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        return msgspec.json.decode(text, type=cls)

    def rung(self, name: str) -> Rung | None:
        return next((rung for rung in (*self.rungs, *self.retired) if rung.name == name), None)


def first_plan(facts: Facts, choices: Choices) -> Plan:
    """From what a probe found, at once."""
    return _planned(Plan((), choices), facts)


def fitting_plan(plan: Plan, facts: Facts) -> Plan:
    """The same plan, unless the film turned out to be another than it was made for."""
    return plan if plan.shape == _shape(facts) else _planned(plan, facts)


def sampled_plan(plan: Plan, facts: Facts, bits: int) -> Plan:
    """With what the first rung really takes, in bits a second. No rung changes by it: some go, some come."""
    return plan if plan.sample else _planned(msgspec.structs.replace(plan, sample=max(1, bits)), facts)


def other_plan(plan: Plan, facts: Facts, choices: Choices) -> Plan:
    """The owner wants it made with other settings: what stays the same is not made again."""
    sample = plan.sample if choices.quality == plan.choices.quality else 0
    gains = plan.gains if choices.loudness == "encoding" else {}
    return _planned(msgspec.structs.replace(plan, choices=choices, sample=sample, gains=gains), facts)


def evened_plan(plan: Plan, facts: Facts, gains: Mapping[int, float]) -> Plan:
    """With sound that is evened out while encoding."""
    return _planned(msgspec.structs.replace(plan, gains=dict(gains)), facts)


class _Kept(msgspec.Struct, frozen=True):
    choices: Choices = Choices()


def kept_choices(plan: str) -> Choices:
    """Of a plan as JSON, without reading the rest; the usual ones where there is none yet."""
    return msgspec.json.decode(plan, type=_Kept).choices if plan else Choices()


def ladder(facts: Facts, choices: Choices | None = None) -> tuple[Rung, ...]:
    """The rungs of a film that nothing more is known of."""
    return first_plan(facts, choices or Choices()).rungs


def _planned(before: Plan, facts: Facts) -> Plan:
    choices = before.choices
    known = (*before.rungs, *before.retired)
    beginning = before.rung(before.first)
    sample = (before.sample, beginning.width * beginning.height) if before.sample and beginning else None
    wanted = (*picture_rungs(facts, choices, sample), *sound_rungs(facts, choices, before.gains))
    rungs = _named(wanted, known)
    video = facts.video
    lines = first_lines(min(video.width, video.height), choices.highest) if video else 0
    start = next((rung.name for rung, asked in zip(rungs, wanted, strict=True) if asked.name == f"v{lines}"), "")
    names = {rung.name for rung in rungs}
    retired = tuple(rung for rung in known if rung.name not in names)
    return msgspec.structs.replace(before, rungs=rungs, first=start, retired=retired, shape=_shape(facts))


def _named(wanted: Sequence[Rung], known: Sequence[Rung]) -> tuple[Rung, ...]:
    """A rung that exists keeps its name, and with it all that was made; another never takes a name that somebody may still ask for."""
    kept = {same_bytes(rung): rung.name for rung in reversed(known)}
    taken = {rung.name for rung in known}
    named = []
    for rung in wanted:
        name = kept.get(same_bytes(rung)) or _free(rung.name, taken)
        taken.add(name)
        named.append(msgspec.structs.replace(rung, name=name))
    return tuple(named)


def _free(name: str, taken: set[str]) -> str:
    return next(each for each in (name, *(f"{name}r{number}" for number in range(2, 10_000))) if each not in taken)


def _shape(facts: Facts) -> str:
    """What a plan depends on and a second look at the same file does not change."""
    video = f"{facts.video.stream} {facts.video.codec} {facts.video.width}x{facts.video.height}" if facts.video else ""
    sound = " ".join(f"{track.stream}:{track.rate}:{track.channels}" for track in facts.audio)
    return f"{video}/{sound}/{'direct' if direct(facts) else ''}"
