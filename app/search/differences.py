"""How index and database disagree, by the stamps of their entries. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Differences:
    """Ids: to be put in, put in anew, taken out."""

    missing: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        return (*self.missing, *self.stale, *self.extra)


def compared(known: Mapping[str, str], true: Mapping[str, str]) -> Differences:
    """What the index knows against what is true: id to stamp, both."""
    return Differences(
        missing=tuple(sorted(true.keys() - known.keys())),
        stale=tuple(sorted(key for key in true.keys() & known.keys() if true[key] != known[key])),
        extra=tuple(sorted(known.keys() - true.keys())),
    )
