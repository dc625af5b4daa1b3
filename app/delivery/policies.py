"""Who may have the bytes of a video: who may watch it, by session, bearer token, or a media token in the address."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from app.accounts.cookies import token_in
from app.delivery.editions import as_asked
from app.delivery.remembered import Answer, Asked, Remembered
from app.errors import Missing, NotAllowed
from app.http.policy import Connection, Policy
from app.http.tokens import MediaTokens
from app.http.viewer import Viewer
from app.i18n import N_
from app.media.cutting.keep import Keep
from app.processing.films import Film, film_of
from app.site import Site
from app.videos.access import Act
from app.videos.models import Original
from app.videos.policies import NO_VIDEO, VideoRef, find_video


class ViewerByUser(Protocol):
    """The person with this public id as they are now, or nobody if they may not come in any more. Given by `accounts`."""

    def by_user(self, public_id: str) -> Viewer: ...


@dataclass(frozen=True)
class Playing:
    """A video whose bytes may be had, and the token that its manifests must pass on ("" with a cookie)."""

    video: VideoRef
    original: Original
    token: str
    keep: Keep | None = None  # the pieces of the film that are shown; None: all of it
    version: str = ""  # what the addresses in its lists carry

    @property
    def public(self) -> bool:
        return self.video.privacy in ("public", "unlisted")

    def film(self, site: Site) -> Film:
        return film_of(site, self.original)


def _asked(site: Site, connection: Connection) -> Asked:
    authorization = connection.headers.get("authorization", "")
    cookie = "" if authorization else token_in(connection, site.settings)
    return connection.path_params["public_id"], authorization, cookie, connection.query_params.get("token", "")


def _remembers(site: Site, connection: Connection) -> tuple[Viewer, Mapping[str, object]] | None:
    changes = connection.state.changes = site.database.changes  # before the rule is asked: what is written meanwhile counts as newer
    found = site.part(Remembered).find(_asked(site, connection), changes=changes, now=site.clock().timestamp())
    return (found.viewer, _as_asked(connection, found.granted)) if found else None


def _check(site: Site, connection: Connection, viewer: Viewer) -> Mapping[str, object]:
    asked, now = _asked(site, connection), site.clock().timestamp()
    granted = {"playing": _playing(site, *asked[::3], viewer, now=now)}
    site.part(Remembered).keep(asked, Answer(viewer, granted, connection.state.changes, now))
    return _as_asked(connection, granted)


def _as_asked(connection: Connection, granted: Mapping[str, object]) -> Mapping[str, object]:
    """What was granted holds for all of a video's bytes; which of them this address means is asked each time."""
    playing = granted["playing"]
    assert isinstance(playing, Playing)
    name = connection.scope["path"].partition(f"/media/{connection.path_params['public_id']}/")[2]
    return {"playing": as_asked(playing, name, connection.query_params.get("v", ""))}


def _playing(site: Site, public_id: str, token: str, viewer: Viewer, *, now: float) -> Playing:
    if token:
        user = site.part(MediaTokens).user_of(token, public_id, now=now)
        if user is None:
            raise NotAllowed(N_("This address is over. Open the video again to get a new one."))
        viewer = site.part(ViewerByUser).by_user(user)  # type: ignore[type-abstract]
    video = find_video(site, public_id, viewer, Act.WATCH)
    with site.read() as session:
        original = session.get(Original, video.original_id) if video.original_id else None
    if original is None:
        raise Missing(NO_VIDEO)
    return Playing(video, original, token)


may_play = Policy("may_play", _check, remembers=_remembers)
