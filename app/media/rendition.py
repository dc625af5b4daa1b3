"""A rung of one film, and where its files lie."""

from dataclasses import dataclass
from pathlib import Path

from app.media.facts import Facts
from app.media.index import Index
from app.media.ladder import Rung


@dataclass(frozen=True)
class Rendition:
    """`folder` is the film's folder of renditions; the segments of this one are in `folder/<rung name>`."""

    source: Path
    folder: Path
    facts: Facts
    rung: Rung
    index: Index

    @property
    def home(self) -> Path:
        return self.folder / self.rung.name

    @property
    def init_path(self) -> Path:
        return self.home / "init.mp4"

    def segment_path(self, number: int) -> Path:
        return self.home / f"{number}.m4s"
