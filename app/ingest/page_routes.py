"""The page where videos are added."""

from typing import Any

from litestar import get
from litestar.di import NamedDependency
from sqlmodel import Session

from app.http.pages import Page, page
from app.http.policy import creator
from app.http.viewer import Viewer
from app.i18n import _
from app.ingest.limits import reserve_of, stored
from app.site import Site
from app.storage.space import human_size, room_at
from app.videos.views import editable_channels


@get("/upload", policy=creator, sync_to_thread=True, include_in_schema=False)
def upload_page(site: NamedDependency[Site], viewer: NamedDependency[Viewer]) -> Page:
    with site.read() as session:
        channels = [{"handle": channel.handle, "name": channel.name} for channel in editable_channels(session, viewer)]
        context: dict[str, Any] = {
            "channels": channels,
            "channel": channels[0]["handle"] if channels else "",
            "privacy": site.value(session, "default_privacy"),
            "quota_text": _quota(site, session, viewer),
        }
    return page("upload/page.html", **context, free_text=_free(site), error=None)


def _free(site: Site) -> str:
    """What may still be brought in: the free space less what is always kept free."""
    room = room_at(site.paths.originals)
    return _("{size} free").format(size=human_size(max(0, room.free - reserve_of(site).of(room.total))))


def _quota(site: Site, session: Session, viewer: Viewer) -> str | None:
    if not site.settings.upload_quota:
        return None
    used, whole = human_size(stored(session, viewer.user_id)), human_size(site.settings.upload_quota)
    return _("You have used {used} of {whole}").format(used=used, whole=whole)


handlers = [upload_page]
