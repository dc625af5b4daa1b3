"""Files that are waited for until nobody writes to them any more. Pure but for the clock that is handed in."""

from dataclasses import dataclass, field
from pathlib import PurePath

from app.ingest.folder_looks import Seen


@dataclass
class Settling:
    """`wait` seconds of two equal looks make a file ripe."""

    wait: float
    _since: dict[PurePath, tuple[Seen, float]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._since)

    @property
    def waiting(self) -> list[PurePath]:
        return list(self._since)

    def look(self, path: PurePath, seen: Seen | None, now: float) -> bool:
        """Note what was seen; True if the file has stayed the same for long enough. One that is gone is forgotten."""
        if seen is None:
            self._since.pop(path, None)
            return False
        before = self._since.get(path)
        if before is None or before[0] != seen:
            self._since[path] = (seen, now)
            return False
        return now - before[1] >= self.wait

    def begin_anew(self, path: PurePath, seen: Seen, now: float) -> None:
        """It is not whole yet, whatever its size says."""
        self._since[path] = (seen, now)

    def done(self, path: PurePath) -> None:
        self._since.pop(path, None)
