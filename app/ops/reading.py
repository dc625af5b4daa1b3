"""Reads every byte that films consist of: a disk tells of a bad sector only to whoever asks for what lies in it (RELIABILITY R-16)."""

from collections.abc import Iterator
from pathlib import Path

from sqlmodel import Session, col, select

from app.i18n import _
from app.media.packing import packed_path, packed_table
from app.ops.defects import Defect
from app.processing.films import folder_of, source_of
from app.site import Site
from app.storage.digests import whole_digest
from app.videos.models import Original, Rendition, Video

_SHARE = 0.5  # of the time; players come first


def find_unreadable(site: Site) -> Iterator[Defect]:
    """Originals and packed versions that the disk does not give back, and originals whose bytes are not those that came."""
    with site.read() as session:
        originals = session.exec(select(Original).where(col(Original.missing).is_(False))).all()
        versions = session.exec(select(Rendition).where(col(Rendition.packed).is_(True))).all()
        titles = {row.id: _title(session, row.id) for row in originals}
    for original in originals:
        path = source_of(site, original)
        if path.is_file():
            yield from _original(original, path, titles[original.id])
    for version in versions:
        folder = folder_of(site, version.original_id)
        path = packed_path(folder, version.name)
        if path.is_file() and packed_table(folder, version.name) and (why := _trouble(path)):
            what = _("The version {name} in {path} cannot be read: {why}").format(name=version.name, path=folder, why=why)
            yield Defect("spoiled", version.id, what, _("Throw it away and make it again."))


def _original(original: Original, path: Path, title: str) -> Iterator[Defect]:
    try:
        digest = whole_digest(path, busy_share=_SHARE)
    except OSError as error:
        what = _("The film of “{title}” cannot be read, {path}: {why}").format(title=title, path=path, why=error.strerror)
        yield Defect("unreadable", original.id, what)
        return
    if original.digest and digest != original.digest:
        what = _("The film of “{title}” is not what it was when it came: {path} has changed.").format(title=title, path=path)
        yield Defect("changed", original.id, what)


def _trouble(path: Path) -> str:
    try:
        whole_digest(path, busy_share=_SHARE)
    except OSError as error:
        return str(error.strerror)
    return ""


def _title(session: Session, original_id: str) -> str:
    return session.exec(select(Video.title).where(Video.original_id == original_id)).first() or "?"
