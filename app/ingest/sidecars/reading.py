"""Sidecars are read as a film comes in, and in folders that are emptied they come along."""

import os
import stat
from pathlib import Path

import structlog

from app.errors import HomereelError
from app.ingest.models import Mode
from app.ingest.sidecars.beside import Beside, CaptionFile, beside
from app.ingest.sidecars.said import Said, from_chapters, from_info_json, from_nfo
from app.media.captions.cues import to_vtt
from app.media.captions.reading import decoded, read_captions
from app.media.publish import publish
from app.site import Site
from app.storage.copying import copy_file
from app.storage.names import display_name
from app.videos.captions import add_caption
from app.videos.sidecar import tell

log = structlog.get_logger(__name__)
_MOST = 4_000_000  # bytes; a larger file is no sidecar


def find_beside(film: Path) -> Beside:
    try:
        return beside(film.name, [each.name for each in film.parent.iterdir()])
    except OSError:
        return Beside()


def read_beside(site: Site, video_id: str, film: Path, found: Beside, *, mode: Mode) -> None:
    """Write down what files beside `film` say. One that cannot be read costs itself; the film is in the library already."""
    said = _said(film.parent, found)
    with site.write() as session:
        tell(
            session,
            video_id,
            title=said.title,
            description=said.description,
            tags=said.tags,
            recorded_at=said.recorded_at,
            chapters=said.chapters,
        )
    for caption in found.captions:
        _take_caption(site, video_id, film.parent, caption)
    if mode is Mode.MOVE:
        _take_along(site, video_id, film.parent, found)


def _said(folder: Path, found: Beside) -> Said:
    said = Said()
    if data := _bytes(folder, found.nfo):
        said = said.over(from_nfo(data))
    if data := _bytes(folder, found.info):
        said = said.over(from_info_json(data))
    if data := _bytes(folder, found.description):
        said = said.over(Said(description=decoded(data)))
    if data := _bytes(folder, found.chapters):
        said = from_chapters(data, found.chapters).over(said)
    return said


def _take_caption(site: Site, video_id: str, folder: Path, caption: CaptionFile) -> None:
    data = _bytes(folder, caption.name)
    try:
        cues = read_captions(data, Path(caption.name).suffix)
    except HomereelError as error:
        log.info("a caption file beside a film was left alone", video=video_id, reason=str(error))
        return
    words = [caption.language or "und", *(["forced"] if caption.forced else []), caption.kind, display_name(caption.label, fallback="")]
    home = site.paths.captions / video_id
    home.mkdir(parents=True, exist_ok=True)
    name = ".".join("".join(letter for letter in word if letter.isalnum() or letter == "-") for word in words if word) + ".vtt"
    publish(home / name, to_vtt(cues).encode())
    with site.write() as session:
        add_caption(
            session,
            video_id,
            file=name,
            language=caption.language,
            label=display_name(caption.label, fallback=""),
            kind=caption.kind,
            forced=caption.forced,
            chosen=caption.chosen,
        )


def _take_along(site: Site, video_id: str, folder: Path, found: Beside) -> None:
    """Out of the folder with the film, and kept as they were: a conversion to WebVTT loses what a style said."""
    home = site.paths.sidecars / video_id
    for name in found.names:
        source = folder / name
        try:
            if source.is_symlink() or not source.is_file() or source.stat().st_size > _MOST:
                continue
            home.mkdir(parents=True, exist_ok=True)
            copy_file(source, home / name)
            source.unlink()
        except OSError as error:
            log.warning("a file beside a film stays where it was", video=video_id, error=str(error))


def _bytes(folder: Path, name: str) -> bytes:
    """A plain file of sensible size; a link could name any file of this machine."""
    if not name:
        return b""
    try:
        descriptor = os.open(folder / name, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return b""
    with os.fdopen(descriptor, "rb") as file:
        seen = os.fstat(file.fileno())
        if not stat.S_ISREG(seen.st_mode) or seen.st_size > _MOST:
            return b""
        return file.read(_MOST)
