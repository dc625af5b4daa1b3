"""How fast work goes and how long it will take, from what was done in the last while. Pure: it is told the time."""

from collections import deque
from dataclasses import dataclass

_WINDOW = 60.0  # seconds that count; what was paused within them does not
_LEAST = 3.0  # seconds after which anything is said at all


@dataclass(frozen=True)
class Report:
    """`share` is of all that is to be made, weighed by what it costs; `speed` in seconds of film a second (0: not known yet);
    `doing` is a sentence for people."""

    share: float
    speed: float = 0.0
    eta_seconds: float | None = None
    doing: str = ""


class Pace:
    """Steps of work with the seconds that each took."""

    def __init__(self) -> None:
        self._steps: deque[tuple[float, float, float]] = deque()  # seconds of work, its weight, seconds of film

    def add(self, seconds: float, *, weight: float, film: float) -> None:
        """So much was done within these seconds of work (not counting pauses)."""
        self._steps.append((seconds, weight, film))
        while sum(step[0] for step in self._steps) - self._steps[0][0] > _WINDOW:
            self._steps.popleft()

    @property
    def speed(self) -> float:
        seconds = sum(step[0] for step in self._steps)
        return sum(step[2] for step in self._steps) / seconds if seconds >= _LEAST else 0.0

    def eta(self, weight: float) -> float | None:
        """Seconds for what is left, if it goes on like this."""
        seconds, done = sum(step[0] for step in self._steps), sum(step[1] for step in self._steps)
        return weight * seconds / done if seconds >= _LEAST and done > 0 else None
