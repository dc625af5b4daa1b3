"""An original as the media engine sees it: where it lies, what a probe found, which rungs it gets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from app.errors import Missing
from app.i18n import N_
from app.media.facts import Facts
from app.media.index import load_index
from app.media.ladder import Choices, Plan, Rung, first_plan, fitting_plan
from app.media.measured import Measured, measure
from app.media.playlists import Address, Words, master
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
    plan: Plan

    @property
    def rungs(self) -> tuple[Rung, ...]:
        """Those that players are told of, from lowest to highest, sound last."""
        return self.plan.rungs

    @property
    def pictures(self) -> tuple[Rung, ...]:
        return tuple(rung for rung in self.rungs if rung.kind == "video")

    @property
    def first(self) -> tuple[Rung, ...]:
        """What a player asks for before anything else: the picture it begins with, the sound that is the first choice."""
        sounds = [rung for rung in self.rungs if rung.kind == "audio"]
        sound = next((rung for rung in sounds if rung.default), None) or (sounds[0] if sounds else None)
        return tuple(rung for rung in (self.plan.rung(self.plan.first), sound) if rung)

    def rendition(self, name: str) -> Rendition:
        """Also one that is no longer listed: a player may have it from an earlier list."""
        rung = self.plan.rung(name)
        if rung is None:
            raise Missing(N_("This video has no such version."))
        return Rendition(self.source, self.folder, self.facts, rung, load_index(self.folder))

    def renditions(self) -> list[Rendition]:
        """In the order in which they are made: first what is asked for first."""
        first = self.first
        return [self.rendition(rung.name) for rung in (*first, *(rung for rung in self.rungs if rung not in first))]

    def measured(self) -> Mapping[str, Measured]:
        """What is known of the bytes of the renditions that are packed."""
        found = ((rung.name, measure(self.rendition(rung.name))) for rung in self.rungs)
        return {name: known for name, known in found if known}

    def master(self, address: Address, words: Sequence[Words] = (), *, most: float = 0) -> str:
        """The master playlist; `words` are its captions. Pictures that may take more than `most` bits a second are left out, but for the
        smallest; 0 leaves out none."""
        rungs = tuple(rung for rung in self.rungs if rung.kind != "video" or not most or rung.maxrate <= most)
        if not any(rung.kind == "video" for rung in rungs) and self.pictures:
            rungs = (min(self.pictures, key=lambda rung: rung.maxrate), *rungs)
        return master(rungs, address=address, first=self.plan.first, measured=self.measured(), words=words)


def source_of(site: Site, original: Original) -> Path:
    """Where the file lies; a path of ours is relative to the originals folder."""
    return Path(original.path) if original.in_place else site.paths.originals / original.path


def folder_of(site: Site, original_id: str) -> Path:
    return site.paths.renditions / original_id


def film_of(site: Site, original: Original) -> Film:
    """Missing while the original has not been probed."""
    if not original.facts:
        raise Missing(N_("This video is not ready yet."))
    return _film(original.id, source_of(site, original), folder_of(site, original.id), original.facts, original.plan)


def plan_of(facts: Facts, kept: str, choices: Choices | None = None) -> Plan:
    """The plan that was kept, made to fit what is known of the film by now; without one, by these choices."""
    return fitting_plan(Plan.from_json(kept), facts) if kept else first_plan(facts, choices or Choices())


@lru_cache(maxsize=256)
def _film(original_id: str, source: Path, folder: Path, facts_json: str, plan_json: str) -> Film:
    facts = Facts.from_json(facts_json)
    return Film(original_id, source, folder, facts, plan_of(facts, plan_json))
