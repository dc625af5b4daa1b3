"""Policies of routes that name a video or a channel: each loads it through the one rule and hands it on. Private means missing."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import select

from app.errors import Missing, NotAllowed, SignInNeeded
from app.http.policy import Check, Connection, Policy
from app.http.viewer import Scope, Viewer
from app.i18n import N_
from app.site import Site
from app.videos.access import Act, clauses
from app.videos.models import Video

NO_VIDEO = N_("There is no video at this address. It may have been renamed or moved to the trash.")


@dataclass(frozen=True)
class VideoRef:
    """A video that the viewer was allowed to reach, as it was at that moment."""

    id: str
    public_id: str
    original_id: str | None
    owner_id: str
    channel_id: str
    privacy: str
    may_edit: bool


def find_video(site: Site, public_id: str, viewer: Viewer, act: Act) -> VideoRef:
    """The video, or Missing: the same answer whether it is not there or not theirs (SECURITY AZ-2)."""
    with site.read() as session:
        video = session.exec(select(Video).where(Video.public_id == public_id, clauses(viewer, act).sql())).first()
        if video is None:
            raise Missing(NO_VIDEO)
        may_edit = clauses(viewer, Act.EDIT).allows(video)
        return VideoRef(video.id, video.public_id, video.original_id, video.owner_id, video.channel_id, video.privacy, may_edit)


def _video(act: Act) -> Check:
    def check(site: Site, connection: Connection, viewer: Viewer) -> Mapping[str, object]:
        if act is Act.EDIT and viewer.anonymous:
            raise SignInNeeded
        if act is Act.EDIT and not viewer.has(Scope.MANAGE):
            raise NotAllowed(N_("This token may not change videos."))
        return {"video": find_video(site, connection.path_params["public_id"], viewer, act)}

    return check


may_watch = Policy("may_watch", _video(Act.WATCH))
may_edit = Policy("may_edit", _video(Act.EDIT))
