"""What the background makes next: pure, from what is missing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

CAREFUL = 4  # cells that are made one rendition at a time after something went wrong: fewer would cost half as much again


@dataclass(frozen=True)
class Step:
    names: tuple[str, ...]  # renditions, made from one decode
    cells: tuple[int, ...]


def next_step(
    groups: Sequence[Sequence[str]],
    numbers: Mapping[str, Sequence[int]],
    missing: Mapping[str, Collection[int]],
    *,
    careful: Collection[int] = (),
) -> Step | None:
    """The first cells that are missing, in the order of the groups; None when nothing is.

    A step ends where its renditions no longer all lack the cells, or where another of the group begins to. Cells among `careful`
    are made for one rendition alone. `numbers` are all cells of each rendition, in order.
    """
    for group in groups:
        lacking = [name for name in group if missing.get(name)]
        if lacking:
            return _first_step(lacking, numbers, missing, careful)
    return None


def _first_step(
    lacking: Sequence[str], numbers: Mapping[str, Sequence[int]], missing: Mapping[str, Collection[int]], careful: Collection[int]
) -> Step:
    first = min(min(missing[name]) for name in lacking)
    cells = [cell for cell in numbers[lacking[0]] if cell >= first]
    if first in careful:
        alone = next(name for name in lacking if first in missing[name])
        return Step((alone,), tuple(takewhile(lambda cell: cell in careful and cell in missing[alone], cells)))
    names = tuple(name for name in lacking if first in missing[name])
    same = takewhile(lambda cell: cell not in careful and names == tuple(name for name in lacking if cell in missing[name]), cells)
    return Step(names, tuple(same))
