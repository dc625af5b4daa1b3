"""Is this file here already? Certain before anything is said or left out: the quick mark finds suspects, the digest decides."""

from pathlib import Path

from sqlmodel import Session, col, select

from app.http.viewer import Role, Viewer
from app.processing.films import source_of
from app.site import Site
from app.storage.digests import fingerprint, whole_digest
from app.videos import service as videos
from app.videos.access import Act, clauses
from app.videos.channels import edits_of
from app.videos.models import Original, Video


def twin_of_file(site: Site, file: Path) -> Original | None:
    """An original with the very same bytes, whose file is there to be shared."""
    mark = fingerprint(file)
    with site.read() as session:
        used = select(Video.id).where(Video.original_id == Original.id).exists()  # what nobody uses is about to be deleted
        same = select(Original).where(Original.fingerprint == mark, col(Original.missing).is_(False), used)
        suspects = session.exec(same.order_by(col(Original.id))).all()
    standing = [each for each in suspects if _stands(site, each)]
    if not standing:
        return None
    digest = whole_digest(file)
    return next((each for each in standing if _digest_of(site, each) == digest), None)


def _stands(site: Site, original: Original) -> bool:
    path = source_of(site, original)
    return path.is_file() and path.stat().st_size == original.size


def _digest_of(site: Site, original: Original) -> str:
    if original.digest:
        return original.digest
    digest = whole_digest(source_of(site, original))
    with site.write() as session:
        videos.set_digest(session, original.id, digest)
    return digest


def seen_before(site: Site, video_id: str, owner_id: str) -> Video | None:
    """Another video that the owner of this one may see, of what by its quick mark is the same file."""
    with site.read() as session:
        video = session.get(Video, video_id)
        own = session.get(Original, video.original_id) if video and video.original_id else None
        if own is None:
            return None
        allowed = clauses(owner_as_viewer(session, owner_id), Act.WATCH).sql()
        same = select(Video).join(Original, col(Video.original_id) == Original.id)
        same = same.where(Original.fingerprint == own.fingerprint, Video.id != video_id, allowed)
        return session.exec(same.order_by(col(Video.id))).first()


def visible_video(session: Session, viewer: Viewer, original_id: str) -> Video | None:
    """A video of that file which this person may meet: only then may they be told that the film is here already."""
    allowed = clauses(viewer, Act.LIST).sql()  # an unlisted video's address is its secret
    return session.exec(select(Video).where(Video.original_id == original_id, allowed).order_by(col(Video.id))).first()


def owner_as_viewer(session: Session, owner_id: str) -> Viewer:
    """The person for whom files are brought in, as far as the one rule asks."""
    return Viewer(user_id=owner_id, role=Role.CREATOR, edits=edits_of(session, owner_id))
