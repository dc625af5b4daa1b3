"""What a film's pictures really take: a few seconds of it are encoded at the first rung's size, and counted.

Four pieces of a cell each, spread over the film: a second or so for each, behind everything else. Nothing is kept of them.
"""

import tempfile
from pathlib import Path
from threading import Event

from app.children import Limits, Sandbox, start
from app.media.commands.samples import picture_sample
from app.media.facts import Facts
from app.media.grid import CELL
from app.media.ladder import Rung
from app.media.run import Tool

_PLACES = (0.1, 0.35, 0.6, 0.85)  # of the film: not its titles, not its credits
_LIMITS = Limits(wall=120, cpu=240, memory=None, nice=10, idle_disk=True)
_CHUNK = 1 << 20


def sample_pieces(duration: float) -> tuple[tuple[float, float], ...]:
    """(start, seconds) of each piece; a short film whole."""
    if duration <= len(_PLACES) * CELL:
        return ((0.0, duration),)
    return tuple((round(place * (duration - CELL), 3), float(CELL)) for place in _PLACES)


def sample_rate(tool: Tool, source: Path, facts: Facts, rung: Rung, *, stop: Event | None = None) -> int:
    """Bits a second of this rung; 0 when stopped, or when nothing came out."""
    total, seconds = 0, 0.0
    with tempfile.TemporaryDirectory(prefix="homereel-sample-") as folder:
        for begin, length in sample_pieces(facts.duration):
            if stop and stop.is_set():
                return 0
            command = picture_sample(tool.path, source, facts, rung, start=begin, seconds=length)
            size = _count(command, source, Path(folder))
            if size:
                total, seconds = total + size, seconds + length
    return round(total * 8 / seconds) if seconds else 0


def _count(command: list[str], source: Path, folder: Path) -> int:
    size = 0
    with start(command, folder=folder, limits=_LIMITS, sandbox=Sandbox(read=(source,))) as child:
        while chunk := child.stdout.read(_CHUNK):
            size += len(chunk)
        return 0 if child.wait() else size
