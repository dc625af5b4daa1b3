"""Another file for a video: how it is doing, doing without it, going back. Sending it is an upload with `replace` in its metadata."""

from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from app.errors import Missing
from app.http.viewer import Viewer
from app.processing.replacing import switch_file
from app.site import Site
from app.videos.addresses import MediaAddresses
from app.videos.cards import Looking
from app.videos.models import Video
from app.videos.policies import NO_VIDEO, VideoRef, may_edit
from app.videos.replacing import accept_replacement, drop_replacement, forget_previous, go_back
from app.videos.replacing_out import ReplacementOut, replacement_out


@get("/api/v1/videos/{public_id:str}/replacement", policy=may_edit, sync_to_thread=True)
def replacement_json(site: NamedDependency[Site], viewer: NamedDependency[Viewer], video: NamedDependency[VideoRef]) -> ReplacementOut:
    """How a file is doing that was sent to take the place of the video's own (an upload with `replace` in its metadata)."""
    return _told(site, viewer, video)


@delete("/api/v1/videos/{public_id:str}/replacement", policy=may_edit, sync_to_thread=True, status_code=200)
def drop_json(site: NamedDependency[Site], viewer: NamedDependency[Viewer], video: NamedDependency[VideoRef]) -> ReplacementOut:
    """Do without it; the video stays as it is."""
    with site.write() as session:
        drop_replacement(session, video.id)
    return _told(site, viewer, video)


@post("/api/v1/videos/{public_id:str}/replacement/accept", policy=may_edit, sync_to_thread=True, status_code=200)
def accept_json(site: NamedDependency[Site], viewer: NamedDependency[Viewer], video: NamedDependency[VideoRef]) -> ReplacementOut:
    """Use it although something is wrong with it."""
    _accept(site, viewer, video)
    return _told(site, viewer, video)


@post("/api/v1/videos/{public_id:str}/replacement/undo", policy=may_edit, sync_to_thread=True, status_code=200)
def undo_json(site: NamedDependency[Site], viewer: NamedDependency[Viewer], video: NamedDependency[VideoRef]) -> ReplacementOut:
    """Go back to the file before. What is left is kept in turn, for as long as the trash keeps things."""
    _undo(site, video)
    return _told(site, viewer, video)


@delete("/api/v1/videos/{public_id:str}/replacement/previous", policy=may_edit, sync_to_thread=True, status_code=200)
def forget_json(site: NamedDependency[Site], viewer: NamedDependency[Viewer], video: NamedDependency[VideoRef]) -> ReplacementOut:
    """Delete the file before now, rather than when its time is over."""
    with site.write() as session:
        forget_previous(session, video.id)
    return _told(site, viewer, video)


@post("/studio/v/{public_id:str}/replace/drop", policy=may_edit, sync_to_thread=True, include_in_schema=False)
def drop_form(site: NamedDependency[Site], video: NamedDependency[VideoRef]) -> Redirect:
    with site.write() as session:
        drop_replacement(session, video.id)
    return _back(video)


@post("/studio/v/{public_id:str}/replace/accept", policy=may_edit, sync_to_thread=True, include_in_schema=False)
def accept_form(site: NamedDependency[Site], viewer: NamedDependency[Viewer], video: NamedDependency[VideoRef]) -> Redirect:
    _accept(site, viewer, video)
    return _back(video)


@post("/studio/v/{public_id:str}/replace/undo", policy=may_edit, sync_to_thread=True, include_in_schema=False)
def undo_form(site: NamedDependency[Site], video: NamedDependency[VideoRef]) -> Redirect:
    _undo(site, video)
    return _back(video)


@post("/studio/v/{public_id:str}/replace/forget", policy=may_edit, sync_to_thread=True, include_in_schema=False)
def forget_form(site: NamedDependency[Site], video: NamedDependency[VideoRef]) -> Redirect:
    with site.write() as session:
        forget_previous(session, video.id)
    return _back(video)


def _undo(site: Site, video: VideoRef) -> None:
    with site.write() as session:
        go_back(session, video.id, now=site.now())
        site.queue.cancel_subject(session, video.id)  # what was being made of the other file


def _accept(site: Site, viewer: Viewer, video: VideoRef) -> None:
    with site.write() as session:
        draft_id = accept_replacement(session, video.id, by=viewer.user_id, now=site.now())
    site.queue.add(switch_file, draft_id)


def _told(site: Site, viewer: Viewer, video: VideoRef) -> ReplacementOut:
    with site.read() as session:
        row = session.get(Video, video.id)
        if row is None:
            raise Missing(NO_VIDEO)
        looking = Looking(viewer, site.clock().astimezone(), site.part(MediaAddresses), site.settings.trash_days)  # type: ignore[type-abstract]
        return replacement_out(session, looking, row)


def _back(video: VideoRef) -> Redirect:
    return Redirect(f"/studio/v/{video.public_id}", status_code=303)


handlers = [replacement_json, drop_json, accept_json, undo_json, forget_json, drop_form, accept_form, undo_form, forget_form]
