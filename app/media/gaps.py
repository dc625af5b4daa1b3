"""Where pictures of a film cannot be read, as the runs find out: kept beside the renditions, one line a gap.

A run appends while another may do the same, in another process even; lines this short are written whole or not at all (POSIX,
O_APPEND), and a line that is cut all the same is passed over.
"""

import os
from collections.abc import Iterable
from pathlib import Path

NAME = "gaps.txt"
_JOINED = 0.5  # seconds: gaps that lie closer are one to a person

Gap = tuple[float, float]


def note_gap(folder: Path, start: float, end: float) -> None:
    """Seconds of the film. The same gap may be noted by every rung."""
    handle = os.open(folder / NAME, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        os.write(handle, f"{start:.3f} {end:.3f}\n".encode())
    finally:
        os.close(handle)


def read_gaps(folder: Path) -> tuple[Gap, ...]:
    """All that were noted, in order, joined where they touch."""
    try:
        lines = (folder / NAME).read_text(errors="replace").splitlines()
    except FileNotFoundError:
        return ()
    return joined(gap for line in lines if (gap := _parsed(line)))


def forget_gaps(folder: Path) -> None:
    (folder / NAME).unlink(missing_ok=True)


def joined(gaps: Iterable[Gap]) -> tuple[Gap, ...]:
    whole: list[Gap] = []
    for start, end in sorted(gaps):
        if whole and start - whole[-1][1] <= _JOINED:
            whole[-1] = (whole[-1][0], max(whole[-1][1], end))
        else:
            whole.append((start, end))
    return tuple(whole)


def _parsed(line: str) -> Gap | None:
    try:
        start, end = map(float, line.split(" "))
    except ValueError:
        return None
    return (start, end) if 0 <= start < end else None
