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
from app.videos.models import Channel, Video

NO_VIDEO = N_("There is no video at this address. It may have been moved to the trash.")
PERHAPS_SIGN_IN = N_("There is no video at this address for people who are not signed in. If you have an account, sign in and try again.")


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
    picture: str = ""
    cut: str = ""  # as in Video
    edition: str = ""


def find_video(site: Site, public_id: str, viewer: Viewer, act: Act) -> VideoRef:
    """The video, or Missing: the same answer whether it is not there or not theirs (SECURITY AZ-2)."""
    with site.read() as session:
        video = session.exec(select(Video).where(Video.public_id == public_id, clauses(viewer, act).sql())).first()
        if video is None:
            raise Missing(PERHAPS_SIGN_IN if viewer.anonymous else NO_VIDEO)
        may_edit = clauses(viewer, Act.EDIT).allows(video)
        return VideoRef(
            video.id, video.public_id, video.original_id, video.owner_id, video.channel_id, video.privacy, may_edit,
            video.picture, video.cut, video.edition,
        )  # fmt: skip


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


def _mine(site: Site, connection: Connection, viewer: Viewer) -> Mapping[str, object]:
    if viewer.anonymous:
        raise SignInNeeded
    return _video(Act.WATCH)(site, connection, viewer)


def _studio(_site: Site, _connection: Connection, viewer: Viewer) -> Mapping[str, object]:
    if viewer.anonymous:
        raise SignInNeeded
    if not (viewer.can_upload or viewer.edits) or not viewer.has(Scope.MANAGE):
        raise NotAllowed(N_("Your account may not add videos. Ask the keeper of this site."))
    return {}


def _channel(site: Site, connection: Connection, viewer: Viewer) -> Mapping[str, object]:
    """A channel in which this viewer may see nothing is as good as none."""
    with site.read() as session:
        found = session.exec(select(Channel).where(Channel.handle == connection.path_params["handle"].lower())).first()
        if found is not None and found.id not in viewer.edits:
            seen = select(Video.id).where(Video.channel_id == found.id, clauses(viewer, Act.LIST).sql()).limit(1)
            found = found if session.exec(seen).first() is not None else None
    if found is None:
        raise Missing(N_("There is no channel at this address."))
    return {"channel": found}


def _list(_site: Site, _connection: Connection, viewer: Viewer) -> Mapping[str, object]:
    """Everybody: the rule decides what is in the list. A token must be one for reading."""
    if not viewer.has(Scope.READ):
        raise NotAllowed(N_("This token may not read."))
    return {}


may_list = Policy("may_list", _list)
may_remember = Policy("may_remember", _mine)  # what one profile keeps about a video: where it stopped
may_keep = Policy("may_keep", _studio)
may_see_channel = Policy("may_see_channel", _channel)
