"""Frames made anew beside a cut: a small film of its own as far as a run is concerned, that begins at one frame and ends at another.

Its folder is named after those two frames, so that another cut of the same film, or of its twin, finds it made.
"""

import shutil
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import msgspec

from app.media.facts import Facts
from app.media.index import Index
from app.media.rendition import Rendition

FOLDER = "cuts"


def piece(rendition: Rendition, first: int, end: int) -> Rendition:
    """The frames [first, end) of a rendition; its one segment is number 0."""
    facts, index = _small(rendition.facts, rendition.index, first, end)
    return replace(rendition, folder=rendition.folder / FOLDER / _name(first, end), facts=facts, index=index)


@lru_cache(maxsize=512)
def _small(facts: Facts, index: Index, first: int, end: int) -> tuple[Facts, Index]:
    video = facts.video
    assert video
    seconds = video.tb_num / video.tb_den
    frames = index.between(first, end)
    own = msgspec.structs.replace(
        facts,
        video=msgspec.structs.replace(video, zero=first, frames=len(frames)),
        duration=(end - first) * seconds,
        cut_at=None if facts.cut_at is None else facts.cut_at - (first - video.zero) * seconds,
    )
    return own, Index(frames, index.keys, end)


def _name(first: int, end: int) -> str:
    return f"{first}-{end}"


def drop_others(folder: Path, wanted: Iterable[tuple[int, int]]) -> int:
    """Delete what no cut of the film in this folder needs any more; says how many pieces that were."""
    names = {_name(*each) for each in wanted}
    here = folder / FOLDER
    unwanted = [path for path in here.iterdir() if path.name not in names] if here.is_dir() else []
    for path in unwanted:
        shutil.rmtree(path, ignore_errors=True)
    return len(unwanted)
