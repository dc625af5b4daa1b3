"""When the background works at full speed, gently, or not at all: decided from readings alone; `readings.py` takes them.

What viewers wait for is never held up by this.
"""

import datetime
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from app.i18n import N_, translate
from app.settings import quiet_hours

_FRESH = 3.0  # seconds for which a reading is good
_BUSY = 0.6  # of all processor time taken by others
_HOT, _COOL = 6.0, 12.0  # degrees below what the machine calls critical: work rests from the first, and goes on from the second
_LOW = 0.4  # of the battery


class Pause(Enum):
    FULL = "full"
    SLOW = "slow"  # few threads
    REST = "rest"  # nothing at all


@dataclass(frozen=True)
class Readings:
    """How the machine is. None where it cannot be told."""

    clock: datetime.time  # of the day, where the machine is
    cores: int = 1
    watching: bool = False
    battery: float | None = None  # its charge, 0 to 1, while the machine runs on it
    degrees: float | None = None  # the hottest part, compared with its own limit
    critical: float | None = None  # that limit
    others: float | None = None  # share of the processors that other programs take, 0 to 1


@dataclass(frozen=True)
class Verdict:
    """`str()` is a sentence without a full stop, empty at full speed. `threads`: 0 is as many as ffmpeg likes."""

    pause: Pause = Pause.FULL
    threads: int = 0
    why: str = ""
    values: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return translate(self.why).format(**self.values) if self.why else ""


def decide(now: Readings, *, quiet: Sequence[tuple[datetime.time, datetime.time]] = (), was_hot: bool = False) -> Verdict:
    """What holds the work up most comes first. `was_hot`: it rests for the heat already, and goes on only when it is clearly cooler."""
    for begin, end in quiet:
        if _within(now.clock, begin, end):
            return Verdict(Pause.REST, why=N_("Paused until {time} (quiet hours)"), values={"time": f"{end:%H:%M}"})
    if too_hot(now, was_hot=was_hot):
        return Verdict(Pause.REST, why=N_("Paused: the machine is hot ({degrees} °C)"), values={"degrees": round(now.degrees or 0)})
    if now.battery is not None and now.battery < _LOW:
        return Verdict(Pause.REST, why=N_("Paused: the battery is low"))
    if now.battery is not None:
        return Verdict(Pause.SLOW, max(1, now.cores // 4), N_("gently, the machine runs on its battery"))
    if now.watching:
        return Verdict(Pause.SLOW, max(1, now.cores // 2), N_("gently, somebody is watching"))
    if now.others is not None and now.others > _BUSY:
        return Verdict(Pause.SLOW, max(1, now.cores // 4), N_("gently, the machine is busy with other work"))
    return Verdict()


def too_hot(now: Readings, *, was_hot: bool) -> bool:
    if now.degrees is None or now.critical is None:
        return False
    return now.degrees >= now.critical - (_COOL if was_hot else _HOT)


def _within(clock: datetime.time, begin: datetime.time, end: datetime.time) -> bool:
    """Hours may reach over midnight; equal ends are the whole day."""
    if begin < end:
        return begin <= clock < end
    return clock >= begin or clock < end


class Governor:
    """Reads at most every few seconds, and decides. Thread-safe. Without a reader it never holds anything up."""

    def __init__(self, read: Callable[[], Readings] | None = None, *, quiet: Callable[[], str] | str = "") -> None:
        self._read = read
        self._quiet = quiet
        self._lock = threading.Lock()
        self._last: Readings | None = None
        self._at = float("-inf")
        self._hot = False

    def verdict(self, *, watching: bool = False) -> Verdict:
        if self._read is None:
            return Verdict()
        with self._lock:
            if time.monotonic() - self._at > _FRESH or self._last is None:
                self._last, self._at = self._read(), time.monotonic()
                self._hot = too_hot(self._last, was_hot=self._hot)
            text = self._quiet if isinstance(self._quiet, str) else self._quiet()
            now = Readings(**{**vars(self._last), "watching": watching})
            return decide(now, quiet=quiet_hours(text), was_hot=self._hot)
