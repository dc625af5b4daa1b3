"""Whose a rendition is: it belongs to the encoder that made its init part, which is written in its folder."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from app.media.boxes import BadBoxesError, Fragment
from app.media.hardware.parameter_sets import fits, read_init, sound_pictures, with_sets
from app.media.publish import publish
from app.media.rendition import Rendition

SOFTWARE = "software"
_MARK = "encoder"


def owner(home: Path) -> str:
    """A family, or software, which also made all that has no mark."""
    try:
        return (home / _MARK).read_text()
    except FileNotFoundError:
        return SOFTWARE


def give(rendition: Rendition, name: str) -> None:
    """To the encoder that is about to make its first cell; no more once the init part is there."""
    if rendition.home.is_dir() and not rendition.init_path.exists() and owner(rendition.home) != name:
        publish(rendition.home / _MARK, name.encode())


def foreign_sets(rendition: Rendition, published: bytes, made: bytes) -> bytes | None:
    """The parameter sets that cells of another init part must carry to be played after the published one.

    None where they cannot stand side by side: also where software made both, which must never differ (MEDIA, what must hold, 3).
    """
    if owner(rendition.home) == SOFTWARE or not fits(published, made):
        return None
    found = read_init(made)
    return found.sets if found else None


def looked_at(rendition: Rendition, fragments: Iterable[Fragment], carried: bytes) -> Iterator[Fragment]:
    """With the sets that they must carry. In a rendition that a device began nothing is taken on trust: BadBoxesError for what is
    no row of pictures."""
    device = rendition.rung.kind == "video" and owner(rendition.home) != SOFTWARE
    for fragment in fragments:
        if device and not sound_pictures(fragment, rendition.rung.codec):
            raise BadBoxesError("no whole pictures")
        yield with_sets(fragment, carried) if carried else fragment
