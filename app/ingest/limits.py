"""What may be brought in at all, decided before a byte is taken (SECURITY UP-9, RELIABILITY R-15)."""

from pathlib import Path

from sqlalchemy import func
from sqlmodel import Session, col, select

from app.errors import Invalid, NotAllowed, TooLarge, TooMany
from app.i18n import N_
from app.ingest.models import Upload, UploadState
from app.site import Site
from app.storage.names import suffix_of
from app.storage.space import Reserve, human_size, require_quota, require_room
from app.videos.models import Original, Video

OPEN_EACH = 1000  # unfinished uploads of one person
_PICTURES = "mp4 m4v mov qt mkv mk3d webm avi divx wmv asf flv f4v mpg mpeg mpe m1v m2v vob ts m2ts mts m2t tp trp 3gp 3g2 ogv ogm ogx mxf"
_SOUNDS = "mp3 m4a m4b aac ac3 eac3 flac ogg oga opus wav aif aiff aifc caf amr mka wma mp2"
SUFFIXES = frozenset([*_PICTURES.split(), "gxf", "dv", "rm", "rmvb", *_SOUNDS.split()])
_NOT_FILMS = {
    "image/": N_("This is a picture. Homereel takes films and sound."),
    "text/": N_("This is a text. Homereel takes films and sound."),
    "application/pdf": N_("This is a document. Homereel takes films and sound."),
    "application/zip": N_("This is an archive. Unpack it and upload the films in it."),
}


def refuse_kind(filename: str, filetype: str) -> None:
    """Refuse what its own name and type both say is no film. Anything else is let in: content decides (SECURITY UP-4)."""
    if suffix_of(filename) in SUFFIXES:
        return
    for start, sentence in _NOT_FILMS.items():
        if filetype.lower().startswith(start):
            raise Invalid(sentence)


def refuse_length(site: Site, length: int | None) -> None:
    if length == 0:
        raise Invalid(N_("This file is empty: there is nothing in it to watch."))
    if length is not None and length > site.settings.upload_max:
        raise TooLarge(
            N_("This file is {size}; the largest that may be uploaded here is {limit}."),
            size=human_size(length),
            limit=human_size(site.settings.upload_max),
        )


def refuse_by_hooks(site: Site, *, owner_id: str, filename: str, size: int) -> None:
    refusal = site.hooks.hook.allow_upload(owner_id=owner_id, filename=filename, size=size)
    if refusal is not None:
        raise NotAllowed("{reason}", reason=refusal.reason)


def require_all(site: Site, session: Session, *, owner_id: str, needed: int) -> None:
    """Room on the disk and in the person's quota, counting what running uploads were promised."""
    own = select(func.count()).select_from(Upload).where(Upload.owner_id == owner_id, Upload.state == UploadState.OPEN)
    if session.exec(own).one() >= OPEN_EACH:
        raise TooMany(N_("You have too many unfinished uploads. Finish or cancel some first."), retry_after=60)
    if limit := site.settings.upload_quota:  # without one, nobody's films need be counted
        require_quota(limit=limit, used=stored(session, owner_id), promised=promised(session, owner_id), needed=needed)
    require_free(site, needed, promised=promised(session))


def require_free(site: Site, needed: int, *, promised: int = 0, path: Path | None = None) -> None:
    require_room(path or site.paths.originals, needed, promised=promised, reserve=reserve_of(site))


def reserve_of(site: Site) -> Reserve:
    return Reserve.set_to(site.settings.reserve)


def promised(session: Session, owner_id: str | None = None) -> int:
    """Bytes that unfinished uploads have still to bring."""
    asked = select(func.coalesce(func.sum(col(Upload.length) - col(Upload.received)), 0)).where(
        Upload.state == UploadState.OPEN, col(Upload.length).is_not(None)
    )
    return int(session.exec(asked if owner_id is None else asked.where(Upload.owner_id == owner_id)).one() or 0)


def stored(session: Session, owner_id: str) -> int:
    """Bytes of originals behind someone's videos, those in the trash too; what lies in their own folders is not ours to count."""
    files = select(Original.id, Original.size).join(Video, col(Video.original_id) == Original.id)
    files = files.where(Video.owner_id == owner_id, col(Original.in_place).is_(False)).distinct()
    return int(session.exec(select(func.coalesce(func.sum(files.subquery().c.size), 0))).one())
