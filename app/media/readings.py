"""How the machine is: what the governor decides from. Each reading that a machine does not give is None."""

import contextlib
import os
import time
from datetime import datetime

import psutil

from app.media.governor import Readings

_CRITICAL = 95.0  # degrees, where a sensor names no limit of its own
_BELIEVABLE = (20.0, 130.0)  # broken sensors tell of -128 and 255 degrees


class MachineReader:
    """Called again and again; what others use is measured between two calls."""

    def __init__(self) -> None:
        self._cores = os.cpu_count() or 1
        self._before = self._times()

    def __call__(self) -> Readings:
        hottest = _hottest()
        return Readings(
            clock=datetime.now().astimezone().time(),
            cores=self._cores,
            battery=_battery(),
            degrees=hottest[0] if hottest else None,
            critical=hottest[1] if hottest else None,
            others=self._others(),
        )

    def _others(self) -> float | None:
        """The share of the processors that is taken by others than us and our children. What is nice takes nothing from anybody."""
        after, before = self._times(), self._before
        seconds = (after[0] - before[0]) * self._cores
        if seconds < 0.5:
            return None
        self._before = after
        return min(1.0, max(0.0, (after[1] - before[1] - max(0.0, after[2] - before[2])) / seconds))

    def _times(self) -> tuple[float, float, float]:
        """Now; busy seconds of the whole machine, without those of nice programs; ours."""
        every = psutil.cpu_times()
        return time.monotonic(), every.user + every.system, _ours()


def _ours() -> float:
    """Seconds of ours that are not nice: this process and the viewers' runs. Those of children that ended are counted by the kernel."""
    me = psutil.Process()
    mine = me.cpu_times()
    whole = mine.user + mine.system
    for child in me.children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if child.nice() <= 0 or os.name != "posix":
                times = child.cpu_times()
                whole += times.user + times.system
    return float(whole)


def _battery() -> float | None:
    """Its charge, while the machine runs on it."""
    with contextlib.suppress(Exception):  # psutil raises all sorts of things for odd batteries
        battery = psutil.sensors_battery()
        if battery is not None and battery.power_plugged is False:
            return float(battery.percent) / 100
    return None


def _hottest() -> tuple[float, float] | None:
    """The part that is nearest to its limit, and that limit."""
    found: list[tuple[float, float]] = []
    with contextlib.suppress(Exception):  # not on every system, and odd sensors raise
        for sensors in psutil.sensors_temperatures().values():
            for sensor in sensors:
                critical = sensor.critical or sensor.high or _CRITICAL
                if _BELIEVABLE[0] < sensor.current < _BELIEVABLE[1] and _BELIEVABLE[0] < critical < _BELIEVABLE[1]:
                    found.append((float(sensor.current), float(critical)))
    return min(found, key=lambda each: each[1] - each[0], default=None)
