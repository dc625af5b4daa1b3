"""What the renditions of a film may cost at most: measured while they are made (SECURITY MED-5).

What can be foretold was refused by the probe; this ends what it could not foresee: a small file that decodes to hours of noise, or
to pictures that take minutes each.
"""

import os
import time
from pathlib import Path

from app.errors import MediaError
from app.i18n import N_
from app.processing.films import Film

_FREE_BYTES = 512 << 20
_TIMES_THE_FILE = 100  # the leanest film from a camera that watches a wall, made anew in three sizes, takes some 15 times its file
_FREE_SECONDS = 3600.0
_TIMES_THE_FILM = 200.0  # seconds of work for one of the film: a small board computer takes some 20
_LOOK = 10.0  # seconds
_IDLE = 5.0  # seconds: a longer time between two words of progress was spent waiting


class OverBudget(MediaError):
    """The work on a film was ended because it costs too much."""


class Budget:
    """Told the progress of the work, raises OverBudget. Time in which nothing is made, because others go first, is free."""

    def __init__(self, film: Film) -> None:
        self._folder = film.folder
        self._bytes = _FREE_BYTES + _TIMES_THE_FILE * film.facts.size
        self._seconds = _FREE_SECONDS + _TIMES_THE_FILM * film.facts.duration
        self._spent = 0.0
        self._before = time.monotonic()
        self._looked = 0.0

    def check(self) -> None:
        now = time.monotonic()
        step, self._before = now - self._before, now
        self._spent += step if step < _IDLE else 0.0
        if self._spent > self._seconds:
            raise OverBudget(N_("Converting this video takes far too long for its length, so it was ended. Export it anew as MP4."))
        if now - self._looked > _LOOK:
            self._looked = now
            if size_of(self._folder) > self._bytes:
                raise OverBudget(N_("Converting this video makes far more than its size lets expect, so it was ended. Export it anew."))


def size_of(folder: Path) -> int:
    """Bytes of all files below; what vanishes meanwhile does not count."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.stat(os.path.join(place, name)).st_size  # noqa: PTH116, PTH118 - thousands of files every ten seconds
            except OSError:
                continue
    return total
