"""The library's API (CONTRACT): videos, their trash, where profiles stopped, channels. Its pages are in `page_routes`."""

from typing import Annotated

import msgspec
from litestar import delete, get, patch, post, put
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody, QueryParameter, RawBody
from msgspec import Struct

from app.errors import Invalid, Missing
from app.http.policy import reader
from app.http.viewer import Viewer
from app.i18n import N_
from app.site import Site
from app.videos import cut_routes, page_routes, service, views
from app.videos.addresses import MediaAddresses
from app.videos.listing import LIMIT, Slice, Sort
from app.videos.out import ChannelOut, VideoOut, channel_out, video_out
from app.videos.policies import NO_VIDEO, VideoRef, may_edit, may_list, may_remember, may_watch
from app.videos.rows import Row

ChannelHandle = Annotated[str | None, QueryParameter(name="channel")]  # `channel` itself is what a policy loads


class VideoList(Struct, frozen=True):
    items: list[VideoOut]
    next: str | None


class Watched(Struct, frozen=True):
    video: VideoOut
    position: float
    finished: bool
    watched_at: str


class History(Struct, frozen=True):
    items: list[Watched]
    next: str | None


class ChannelList(Struct, frozen=True):
    items: list[ChannelOut]
    next: str | None = None


class Place(Struct, frozen=True, forbid_unknown_fields=True):
    """Seconds from the start."""

    position: float


@get("/api/v1/videos", policy=may_list, sync_to_thread=True)
def videos_json(
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
    cursor: FromQuery[str | None] = None,
    limit: FromQuery[int] = LIMIT,
    sort: FromQuery[Sort] = Sort.NEWEST,
    of_channel: ChannelHandle = None,
    trashed: FromQuery[bool] = False,
) -> VideoList:
    """Videos, in pages. `channel` is a handle; `trashed` lists one's own trash instead."""
    with site.read() as session:
        if trashed:
            found = views.kept(session, viewer, trashed=True, cursor=cursor, limit=limit)
        else:
            found = views.listed(session, viewer, sort=sort, cursor=cursor, limit=limit, channel=of_channel)
    return _list(site, viewer, found)


@get("/api/v1/videos/{public_id:str}", policy=may_watch, sync_to_thread=True)
def video_json(site: NamedDependency[Site], viewer: NamedDependency[Viewer], video: NamedDependency[VideoRef]) -> VideoOut:
    """One video, with the addresses of its bytes."""
    return _video(site, viewer, video.id)


@patch("/api/v1/videos/{public_id:str}", policy=may_edit, sync_to_thread=True)
def edit_json(
    site: NamedDependency[Site], viewer: NamedDependency[Viewer], video: NamedDependency[VideoRef], data: JSONBody[service.VideoEdit]
) -> VideoOut:
    """Change what is written about a video. What is not named stays."""
    with site.write() as session:
        service.edit(session, video.id, data, edits=viewer.edits)
    return _video(site, viewer, video.id)


@delete("/api/v1/videos/{public_id:str}", policy=may_edit, sync_to_thread=True, status_code=204)
def trash_json(site: NamedDependency[Site], video: NamedDependency[VideoRef], forever: FromQuery[bool] = False) -> None:
    """Move a video to the trash, where it stays for as long as the setting `trash_days` says.

    `forever` deletes for good what is in the trash.
    """
    with site.write() as session:
        if forever:
            service.purge(session, video.id)
        else:
            service.trash(session, video.id, now=site.now())


@post("/api/v1/videos/{public_id:str}/restore", policy=may_edit, sync_to_thread=True, status_code=200)
def restore_json(site: NamedDependency[Site], viewer: NamedDependency[Viewer], video: NamedDependency[VideoRef]) -> VideoOut:
    """Bring a video back from the trash."""
    with site.write() as session:
        service.restore(session, video.id)
    return _video(site, viewer, video.id)


@post("/api/v1/videos/{public_id:str}/retry", policy=may_edit, sync_to_thread=True, status_code=200)
def retry_json(site: NamedDependency[Site], viewer: NamedDependency[Viewer], video: NamedDependency[VideoRef]) -> VideoOut:
    """Begin anew with a video that failed."""
    with site.write() as session:
        service.retry(session, video.id)
    return _video(site, viewer, video.id)


@post("/api/v1/videos/{public_id:str}/accept", policy=may_edit, sync_to_thread=True, status_code=200)
def accept_json(site: NamedDependency[Site], viewer: NamedDependency[Viewer], video: NamedDependency[VideoRef]) -> VideoOut:
    """Keep a damaged film as it is: what is there plays, and it no longer needs attention."""
    with site.write() as session:
        service.accept_damaged(session, video.id, by=viewer.user_id, now=site.now())
    return _video(site, viewer, video.id)


@put("/api/v1/videos/{public_id:str}/position", policy=may_remember, sync_to_thread=True, status_code=204)
def save_position(
    site: NamedDependency[Site], viewer: NamedDependency[Viewer], video: NamedDependency[VideoRef], data: JSONBody[Place]
) -> None:
    """Remember where this profile stopped."""
    _remember(site, viewer, video, data)


@post("/api/v1/videos/{public_id:str}/position", policy=may_remember, sync_to_thread=True, status_code=204)
def send_position(site: NamedDependency[Site], viewer: NamedDependency[Viewer], video: NamedDependency[VideoRef], body: RawBody) -> None:
    """The same for a page that is closing: a beacon's JSON may come as plain text."""
    try:
        place = msgspec.json.decode(body, type=Place)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Invalid(N_("Send the position as JSON, such as {example}."), example='{"position": 12.5}') from error
    _remember(site, viewer, video, place)


@delete("/api/v1/videos/{public_id:str}/position", policy=may_remember, sync_to_thread=True, status_code=204)
def forget_position(site: NamedDependency[Site], viewer: NamedDependency[Viewer], video: NamedDependency[VideoRef]) -> None:
    """Take a video out of the history."""
    with site.write() as session:
        service.forget_position(session, profile_id=viewer.profile_id, video_id=video.id)


@get("/api/v1/history", policy=reader, sync_to_thread=True)
def history_json(
    site: NamedDependency[Site], viewer: NamedDependency[Viewer], cursor: FromQuery[str | None] = None, limit: FromQuery[int] = LIMIT
) -> History:
    """What this profile watched, latest first."""
    with site.read() as session:
        found = views.history(session, viewer, cursor=cursor, limit=limit)
    addresses = site.part(MediaAddresses)  # type: ignore[type-abstract]
    return History([_watched(row, viewer, addresses) for row in found.items], found.next)


@delete("/api/v1/history", policy=reader, sync_to_thread=True, status_code=204)
def clear_history(site: NamedDependency[Site], viewer: NamedDependency[Viewer]) -> None:
    """Forget everything that this profile watched."""
    with site.write() as session:
        service.clear_history(session, viewer.profile_id)


@get("/api/v1/channels", policy=reader, sync_to_thread=True)
def channels_json(site: NamedDependency[Site], viewer: NamedDependency[Viewer]) -> ChannelList:
    """Channels that one may add videos to."""
    with site.read() as session:
        return ChannelList([channel_out(channel) for channel in views.editable_channels(session, viewer)])


def _video(site: Site, viewer: Viewer, video_id: str) -> VideoOut:
    with site.read() as session:
        row = views.video_row(session, viewer, video_id)
    if row is None:  # deleted for good this very moment
        raise Missing(NO_VIDEO)
    return video_out(row, viewer, site.part(MediaAddresses))  # type: ignore[type-abstract]


def _list(site: Site, viewer: Viewer, found: Slice[Row]) -> VideoList:
    addresses = site.part(MediaAddresses)  # type: ignore[type-abstract]
    return VideoList([video_out(row, viewer, addresses) for row in found.items], found.next)


def _watched(row: Row, viewer: Viewer, addresses: MediaAddresses) -> Watched:
    assert row.position is not None
    return Watched(video_out(row, viewer, addresses), row.position.position, row.position.finished, row.position.watched_at)


def _remember(site: Site, viewer: Viewer, video: VideoRef, place: Place) -> None:
    with site.write() as session:
        service.save_position(session, profile_id=viewer.profile_id, video_id=video.id, seconds=place.position, now=site.now())


handlers = [
    videos_json, video_json, edit_json, trash_json, restore_json, retry_json, accept_json, save_position, send_position, forget_position,
    history_json, clear_history, channels_json, *page_routes.handlers, *cut_routes.handlers,
]  # fmt: skip
