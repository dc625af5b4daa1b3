"""An original as the media engine sees it: where it lies, what a probe found, which rungs it gets."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from app.errors import Missing
from app.i18n import N_
from app.media.facts import Facts
from app.media.index import load_index
from app.media.ladder import Rung, ladder
from app.media.rendition import Rendition
from app.site import Site
from app.videos.models import Original


@dataclass(frozen=True)
class Film:
    """`folder` holds everything that can be made again: index, segments, packed files, pictures."""

    original_id: str
    source: Path
    folder: Path
    facts: Facts
    rungs: tuple[Rung, ...]

    @property
    def pictures(self) -> tuple[Rung, ...]:
        return tuple(rung for rung in self.rungs if rung.kind == "video")

    @property
    def first(self) -> tuple[Rung, ...]:
        """What a player asks for before anything else: the lowest picture, the first sound."""
        sounds = tuple(rung for rung in self.rungs if rung.kind == "audio")
        return (*self.pictures[:1], *sounds[:1])

    def rendition(self, name: str) -> Rendition:
        rung = next((rung for rung in self.rungs if rung.name == name), None)
        if rung is None:
            raise Missing(N_("This video has no such version."))
        return Rendition(self.source, self.folder, self.facts, rung, load_index(self.folder))

    def renditions(self) -> list[Rendition]:
        return [self.rendition(rung.name) for rung in self.rungs]


def source_of(site: Site, original: Original) -> Path:
    """Where the file lies; a path of ours is relative to the originals folder."""
    return Path(original.path) if original.in_place else site.paths.originals / original.path


def folder_of(site: Site, original_id: str) -> Path:
    return site.paths.renditions / original_id


def film_of(site: Site, original: Original) -> Film:
    """Missing while the original has not been probed."""
    if not original.facts:
        raise Missing(N_("This video is not ready yet."))
    return _film(original.id, source_of(site, original), folder_of(site, original.id), original.facts)


@lru_cache(maxsize=256)
def _film(original_id: str, source: Path, folder: Path, facts_json: str) -> Film:
    facts = Facts.from_json(facts_json)
    return Film(original_id, source, folder, facts, ladder(facts))
