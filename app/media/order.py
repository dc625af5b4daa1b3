"""Who goes first: those who wait, then what viewers are about to need, then new films, then the rest. Decided here, done in crew.py."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum


class Rank(IntEnum):
    """Whom a run was begun for; lower goes first."""

    VIEWER = 0  # somebody waits, or has just had a cell of it
    SOON = 1  # what somebody who watches is about to need
    NEW = 2  # the lowest useful rung of a new film
    REST = 3


@dataclass(frozen=True)
class Standing:
    """A run, as far as the order goes. `waited_since` is when the first began to wait of those who wait for what it is making."""

    rank: Rank
    waited_since: float | None = None
    asked_at: float = 0.0


def held(standings: Sequence[Standing], *, cores: int, waiting: bool = False, resting: bool = False) -> list[bool]:
    """Which runs stand still for now.

    On a small machine everything stands still while somebody waits, and the background while viewers' runs are at work; with
    many cores there is room for some beside them (a quarter of the cores: one run of 480p uses about two). `waiting`: somebody
    waits, perhaps for a run that is about to begin. With `resting` (the governor's word) the background stands still anyway.
    """
    ranked = sorted(range(len(standings)), key=lambda place: (_rank(standings[place]), place))
    first = Rank.VIEWER if waiting else min((_rank(standing) for standing in standings), default=Rank.REST)
    room, still = cores // 4, [False] * len(standings)
    for number, place in enumerate(ranked):
        rank = _rank(standings[place])
        beside = rank > first and not (first >= Rank.NEW and rank >= Rank.NEW)
        still[place] = (beside and number >= room) or (resting and rank >= Rank.NEW)
    return still


def _rank(standing: Standing) -> Rank:
    """A viewer's run that nobody waits for works ahead of them; a background run that somebody waits for is a viewer's."""
    if standing.waited_since is not None:
        return Rank.VIEWER
    return max(standing.rank, Rank.SOON)


def to_end(standings: Sequence[Standing]) -> int | None:
    """Every place is taken and somebody waits for another cell: the run to end for them, or None while each has somebody waiting."""
    idle = [place for place, standing in enumerate(standings) if standing.waited_since is None]
    return min(idle, key=lambda place: standings[place].asked_at, default=None)


def gives_way(mine: float | None, queued: Iterable[float]) -> bool:
    """Asked at the end of a cell: whether somebody without a run has waited longer than those who wait for the next.
    `mine` is since when these wait, None if nobody does."""
    longest = min(queued, default=None)
    return longest is not None and (mine is None or longest < mine)
