"""When the background works, and what is said of it: from readings that are made up."""

from datetime import time

import pytest

from app.media.governor import Governor, Pause, Readings, decide
from app.media.readings import MachineReader
from app.settings import quiet_hours

NOON = Readings(time(12), cores=8)


def reading(**values: object) -> Readings:
    return Readings(**{**vars(NOON), **values})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("now", "pause", "threads", "why"),
    [
        (NOON, Pause.FULL, 0, ""),
        (reading(others=0.5, degrees=60.0, critical=100.0), Pause.FULL, 0, ""),
        (reading(watching=True), Pause.SLOW, 4, "gently, somebody is watching"),
        (reading(others=0.7), Pause.SLOW, 2, "gently, the machine is busy with other work"),
        (reading(battery=0.9), Pause.SLOW, 2, "gently, the machine runs on its battery"),
        (reading(battery=0.3, watching=True), Pause.REST, 0, "Paused: the battery is low"),
        (reading(degrees=95.0, critical=100.0), Pause.REST, 0, "Paused: the machine is hot (95 °C)"),
        (reading(cores=1, watching=True), Pause.SLOW, 1, "gently, somebody is watching"),
    ],
)
def test_what_holds_the_work_up_is_decided_and_said(now: Readings, pause: Pause, threads: int, why: str) -> None:
    verdict = decide(now)

    assert (verdict.pause, verdict.threads, str(verdict)) == (pause, threads, why)


@pytest.mark.parametrize(
    ("text", "clock", "until"),
    [
        ("08:00-22:00", time(12), "22:00"),
        ("08:00-22:00", time(22), ""),
        ("22:00-06:30", time(23), "06:30"),
        ("22:00-06:30", time(3), "06:30"),
        ("22:00-06:30", time(7), ""),
        ("06:00-08:00, 18:00-23:15", time(20), "23:15"),
        ("", time(12), ""),
    ],
)
def test_quiet_hours_reach_over_midnight_and_say_when_they_end(text: str, clock: time, until: str) -> None:
    verdict = decide(reading(clock=clock), quiet=quiet_hours(text))

    assert (verdict.pause is Pause.REST) is bool(until)
    assert str(verdict) == (f"Paused until {until} (quiet hours)" if until else "")


@pytest.mark.parametrize("text", ["8-22", "25:00-26:00", "08:00", "always", "08:00-22:00;23:00-24:00"])
def test_hours_that_nobody_can_read_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="08:00-22:00"):
        quiet_hours(text)


def test_a_machine_that_was_hot_must_cool_down_clearly_before_work_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    degrees = iter([95.0, 91.0, 87.0, 91.0])
    monkeypatch.setattr("app.media.governor._FRESH", -1.0)
    governor = Governor(lambda: reading(degrees=next(degrees), critical=100.0))

    assert [governor.verdict().pause for _ in range(4)] == [Pause.REST, Pause.REST, Pause.FULL, Pause.FULL]


def test_the_machine_is_read_seldom_and_watching_is_heard_at_once() -> None:
    reads: list[int] = []
    governor = Governor(lambda: reads.append(1) or NOON)  # type: ignore[func-returns-value]

    assert [governor.verdict(watching=watching).pause for watching in (False, True, False)] == [Pause.FULL, Pause.SLOW, Pause.FULL]
    assert len(reads) == 1


def test_this_machine_can_be_read() -> None:
    now = MachineReader()()

    assert now.cores >= 1
    assert now.others is None or 0 <= now.others <= 1
    assert now.battery is None or 0 <= now.battery <= 1
