"""What could not be made, remembered for a while, so that a player that asks again and again is answered at once."""

import time
from collections import OrderedDict
from pathlib import Path

from app.errors import HomereelError, MediaError
from app.media.rendition import Rendition
from app.media.run import EndsShort

_REMEMBERED = 60.0  # seconds
_PASSING = 5.0  # what lies with the machine and not with the film may be over soon
_MOST = 256


class Failures:
    """By rendition and cell. Not thread-safe: used under the crew's lock."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[Path, int], tuple[float, HomereelError]] = OrderedDict()

    def remember(self, home: Path, cell: int, error: HomereelError) -> None:
        until = time.monotonic() + (_REMEMBERED if isinstance(error, MediaError) else _PASSING)
        self._known[home, cell] = (until, error)
        self._known.move_to_end((home, cell))
        while len(self._known) > _MOST:
            self._known.popitem(last=False)

    def concerning(self, rendition: Rendition, number: int) -> HomereelError | None:
        now = time.monotonic()
        for (home, cell), (until, error) in list(self._known.items()):
            if now > until:
                del self._known[home, cell]
            elif home == rendition.home and _concerns(error, cell, rendition, number):
                return error
        return None

    def forget(self, folder: Path) -> None:
        """All of one film."""
        for key in [key for key in self._known if folder in key[0].parents]:
            del self._known[key]

    def __len__(self) -> int:
        return len(self._known)


def _concerns(error: HomereelError, cell: int, rendition: Rendition, number: int) -> bool:
    """Whether a failure at `cell` is one at `number`; a film that is now listed as ending there is whole."""
    if isinstance(error, EndsShort):
        cut_at = rendition.facts.cut_at
        return number >= cell and (cut_at is None or cut_at > error.at + 0.001)
    return number == cell
