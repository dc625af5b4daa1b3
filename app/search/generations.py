"""Where indexes lie: each generation in a folder of its own, one of them current. A new one takes over whole or not at all."""

import json
import os
import shutil
from contextlib import suppress
from pathlib import Path

from app.search.index import SCHEMA
from app.search.segments import fault


class Generations:
    """The folder `index/`: `current` names the generation, `closed` says that it was left up to date."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._current, self._closed = folder / "current", folder / "closed"

    def current(self) -> Path | str:
        """The folder of the current index, or why there is none that can be used."""
        if not self._current.exists():
            return "there is none"
        try:
            known = json.loads(self._current.read_bytes())
            folder = self._folder / str(known["generation"])
            why = fault(folder) if known["schema"] == SCHEMA else "made by another version"
        except (OSError, ValueError, KeyError, TypeError) as error:
            why = f"{type(error).__name__}: {error}"
        return why or folder

    def place(self, generation: str) -> Path:
        return self._folder / generation

    def take_over(self, generation: str) -> None:
        """From now on this one is current, also after a power cut."""
        _write_durably(self._current, json.dumps({"schema": SCHEMA, "generation": generation}))

    def was_closed(self) -> bool:
        """Whether the last run left the index up to date. From now on it is open."""
        closed = self._closed.exists()
        self._closed.unlink(missing_ok=True)
        return closed

    def leave_open(self) -> None:
        """Something changed that the index does not know: the next start has to compare."""
        with suppress(OSError):
            self._closed.unlink()

    def close(self) -> None:
        _write_durably(self._closed, "")

    def drop(self, generation: str) -> None:
        shutil.rmtree(self._folder / generation, ignore_errors=True)

    def sweep(self, keep: Path | None) -> None:
        """Remove every generation but this one. What a system will not let go of yet, the next start removes."""
        for path in self._folder.iterdir():
            if path.is_dir() and path != keep:
                shutil.rmtree(path, ignore_errors=True)


def _write_durably(path: Path, text: str) -> None:
    beside = path.with_suffix(".new")
    with beside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    with suppress(OSError):  # Windows cannot open a folder
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
