"""The library's pages: home, watch, channel, studio, a video's settings. Every act is a plain form too: POST, then 303 back to a page."""

import segno
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, URLEncodedBody
from litestar.response import Redirect
from msgspec import Struct

from app.errors import Invalid, SignInNeeded
from app.http.addresses import addresses
from app.http.pages import Page, page
from app.http.viewer import Viewer
from app.site import Site
from app.videos import screens, service
from app.videos.addresses import MediaAddresses
from app.videos.cards import Looking
from app.videos.models import Channel
from app.videos.policies import VideoRef, may_edit, may_keep, may_list, may_see_channel, may_watch
from app.videos.text import seconds_of


class SettingsForm(Struct, kw_only=True):
    """As a browser sends it: everything is text, tags with commas between."""

    title: str = ""
    description: str = ""
    tags: str = ""
    privacy: str = ""
    channel: str = ""

    def as_edit(self) -> service.VideoEdit:
        edit = service.VideoEdit(
            title=self.title, description=self.description, tags=self.tags.replace("\n", ",").split(","), privacy=self.privacy
        )
        if self.channel:
            edit.channel = self.channel
        return edit


@get("/", policy=may_list, sync_to_thread=True, include_in_schema=False)
def home_page(site: NamedDependency[Site], viewer: NamedDependency[Viewer], cursor: FromQuery[str | None] = None) -> Page:
    with site.read() as session:
        shown = screens.home(session, looking(site, viewer), cursor)
    if viewer.anonymous and not shown["videos"]:
        raise SignInNeeded  # nothing here is for everybody: the way in is to sign in
    empty = viewer.can_upload and not (cursor or shown["videos"] or shown["lead"])
    return page("home/page.html", phone=_for_phones(site) if empty else None, **shown)


@get("/w/{public_id:str}", policy=may_watch, sync_to_thread=True, include_in_schema=False)
def watch_page(
    site: NamedDependency[Site], viewer: NamedDependency[Viewer], video: NamedDependency[VideoRef], t: FromQuery[str | None] = None
) -> Page:
    """`t` names a moment: 760, 12:40 or 12m40s."""
    with site.read() as session:
        shown = screens.watch(session, looking(site, viewer), video.id, seconds_of(t) if t else None)
    return page("watch/page.html", **shown)


@get("/c/{handle:str}", policy=may_see_channel, sync_to_thread=True, include_in_schema=False)
def channel_page(
    site: NamedDependency[Site], viewer: NamedDependency[Viewer], channel: NamedDependency[Channel], cursor: FromQuery[str | None] = None
) -> Page:
    with site.read() as session:
        return page("videos/channel.html", **screens.channel(session, looking(site, viewer), channel, cursor))


@get("/studio", policy=may_keep, sync_to_thread=True, include_in_schema=False)
def studio_page(
    site: NamedDependency[Site], viewer: NamedDependency[Viewer], show: FromQuery[str] = "all", cursor: FromQuery[str | None] = None
) -> Page:
    with site.read() as session:
        return page("studio/page.html", **screens.studio(session, looking(site, viewer), show, cursor))


@get("/studio/v/{public_id:str}", policy=may_edit, sync_to_thread=True, include_in_schema=False)
def settings_page(
    site: NamedDependency[Site], viewer: NamedDependency[Viewer], video: NamedDependency[VideoRef], saved: FromQuery[bool] = False
) -> Page:
    return _settings(site, viewer, video, saved=saved)


@post("/studio/v/{public_id:str}", policy=may_edit, sync_to_thread=True, include_in_schema=False)
def save_settings(
    site: NamedDependency[Site], viewer: NamedDependency[Viewer], video: NamedDependency[VideoRef], data: URLEncodedBody[SettingsForm]
) -> Page | Redirect:
    try:
        with site.write() as session:
            service.edit(session, video.id, data.as_edit(), edits=viewer.edits)
    except Invalid as error:
        typed = {"title": data.title, "description": data.description, "tags": data.tags, "privacy": data.privacy}
        return _settings(site, viewer, video, values=typed, errors=error.fields, status=422)
    return Redirect(f"/studio/v/{video.public_id}?saved=true", status_code=303)


@post("/w/{public_id:str}/trash", policy=may_edit, sync_to_thread=True, include_in_schema=False)
def trash_form(site: NamedDependency[Site], video: NamedDependency[VideoRef]) -> Redirect:
    with site.write() as session:
        service.trash(session, video.id, now=site.now())
    return Redirect(f"/studio/v/{video.public_id}", status_code=303)


@post("/w/{public_id:str}/restore", policy=may_edit, sync_to_thread=True, include_in_schema=False)
def restore_form(site: NamedDependency[Site], video: NamedDependency[VideoRef]) -> Redirect:
    with site.write() as session:
        service.restore(session, video.id)
    return Redirect(f"/studio/v/{video.public_id}", status_code=303)


@post("/w/{public_id:str}/delete", policy=may_edit, sync_to_thread=True, include_in_schema=False)
def purge_form(site: NamedDependency[Site], video: NamedDependency[VideoRef]) -> Redirect:
    with site.write() as session:
        service.purge(session, video.id)
    return Redirect("/studio?show=trash", status_code=303)


@post("/w/{public_id:str}/retry", policy=may_edit, sync_to_thread=True, include_in_schema=False)
def retry_form(site: NamedDependency[Site], video: NamedDependency[VideoRef]) -> Redirect:
    with site.write() as session:
        service.retry(session, video.id)
    return Redirect(f"/w/{video.public_id}", status_code=303)


@post("/w/{public_id:str}/accept", policy=may_edit, sync_to_thread=True, include_in_schema=False)
def accept_form(site: NamedDependency[Site], viewer: NamedDependency[Viewer], video: NamedDependency[VideoRef]) -> Redirect:
    with site.write() as session:
        service.accept_damaged(session, video.id, by=viewer.user_id, now=site.now())
    return Redirect(f"/w/{video.public_id}", status_code=303)


def looking(site: Site, viewer: Viewer) -> Looking:
    """Moments are told in the zone of the machine, which stands in the house."""
    return Looking(viewer, site.clock().astimezone(), site.part(MediaAddresses), site.settings.trash_days)  # type: ignore[type-abstract]


def _for_phones(site: Site) -> dict[str, str] | None:
    """The address to scan with a phone; None where the site is for this machine alone."""
    found = addresses(site.settings)
    if len(found) < 2:  # the last one is this machine's own
        return None
    return {"address": found[0], "svg": segno.make(found[0], error="m").svg_inline(border=2, omitsize=True)}


def _settings(
    site: Site,
    viewer: Viewer,
    video: VideoRef,
    *,
    values: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    saved: bool = False,
    status: int = 200,
) -> Page:
    with site.read() as session:
        shown = screens.settings(session, looking(site, viewer), video.id)
    return page("videos/settings.html", status=status, values=values or {}, errors=errors or {}, saved=saved, **shown)


handlers = [
    home_page, watch_page, channel_page, studio_page, settings_page, save_settings, trash_form, restore_form, purge_form, retry_form,
    accept_form,
]  # fmt: skip
