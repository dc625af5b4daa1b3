"""What takes room, and making room: renditions that nobody watches can go and come again, originals never."""

from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, URLEncodedBody
from litestar.response import Redirect
from msgspec import Struct
from sqlmodel import col, func, select

from app.errors import Invalid, NotAllowed
from app.http import words
from app.http.pages import Page, page
from app.http.policy import admin, admin_page
from app.http.viewer import Viewer
from app.i18n import N_, _, ntranslate
from app.processing.versions import free_room, keep_to_budget, to_be_dropped
from app.site import Site, set_value
from app.storage.space import room_at
from app.videos.access import Act, clauses
from app.videos.models import Original, Rendition, Video

_GB = 1_000_000_000
_MOST_GB = 1_000_000
_SHOWN = 20


class RoomForm(Struct, kw_only=True):
    """Whole or broken gigabytes, with a comma or a point."""

    gigabytes: str = ""


@get("/admin/storage", policy=admin_page, sync_to_thread=True, include_in_schema=False)
def storage_page(
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
    freed: FromQuery[int] = -1,
    saved: FromQuery[bool] = False,
    free: FromQuery[str] = "",
) -> Page:
    """`free` asks what would be dropped for so many gigabytes."""
    try:
        wanted = _bytes(free) if free else 0
        error = None
    except Invalid as problem:
        wanted, error = 0, problem
    return _page(site, viewer, wanted=wanted, typed=free, error=error, said=_said(freed, saved))


@post("/admin/storage/free", policy=admin, sync_to_thread=True, include_in_schema=False)
def free_form(site: NamedDependency[Site], data: URLEncodedBody[RoomForm]) -> Redirect:
    """Drop what was shown."""
    freed = free_room(site, _bytes(data.gigabytes))
    return Redirect(f"/admin/storage?freed={freed}", status_code=303)


@post("/admin/storage/budget", policy=admin, sync_to_thread=True, include_in_schema=False)
def budget_form(site: NamedDependency[Site], viewer: NamedDependency[Viewer], data: URLEncodedBody[RoomForm]) -> Page | Redirect:
    """How much renditions may take from now on; empty or 0 for no limit."""
    try:
        budget = _bytes(data.gigabytes) if data.gigabytes.strip() else 0
    except Invalid as error:
        return _page(site, viewer, budget_error=error, budget_typed=data.gigabytes)
    if site.origins.locked("renditions_max"):
        raise NotAllowed(
            N_("“{key}” is set in {place} and can only be changed there."), key="renditions_max", place=site.origins.of["renditions_max"]
        )
    with site.write() as session:
        set_value(session, "renditions_max", budget)
    site.queue.add(keep_to_budget, "renditions")
    return Redirect("/admin/storage?saved=true", status_code=303)


def _bytes(typed: str) -> int:
    try:
        found = float(typed.strip().replace(",", "."))
    except ValueError:
        found = -1.0
    if not 0 <= found <= _MOST_GB:
        raise Invalid(N_("Write a number of gigabytes, such as 50."))
    return round(found * _GB)


def _said(freed: int, saved: bool) -> str:
    if saved:
        return _("Saved. It counts from now on.")
    if freed == 0:
        return _("There was nothing to drop: what is left was watched today, or is what every play begins with.")
    return _("{size} are free again.").format(size=words.size(freed)) if freed > 0 else ""


def _page(
    site: Site,
    viewer: Viewer,
    *,
    wanted: int = 0,
    typed: str = "",
    error: Invalid | None = None,
    budget_error: Invalid | None = None,
    budget_typed: str | None = None,
    said: str = "",
) -> Page:
    with site.read() as session:
        originals = session.exec(select(func.coalesce(func.sum(Original.size), 0)).where(col(Original.in_place).is_(False))).one()
        renditions = session.exec(select(func.coalesce(func.sum(Rendition.size), 0))).one()
        budget = int(site.value(session, "renditions_max"))
        films = _films(site, viewer)
    chosen = to_be_dropped(site, too_many=wanted) if wanted else []
    room, locked = room_at(site.paths.media), site.origins.locked("renditions_max")
    return page(
        "admin/storage.html",
        status=422 if error or budget_error else 200,
        tiles=[
            ("film", _("Originals"), words.size(originals)),
            ("list-video", _("Versions"), words.size(renditions)),
            ("hard-drive", _("Free on this disk"), words.size(room.free)),
        ],
        budget=budget_typed if budget_typed is not None else f"{budget / _GB:g}" if budget else "",
        locked=site.origins.of["renditions_max"] if locked else None,
        films=films,
        typed=typed,
        preview=_preview(chosen) if wanted else "",
        can_free=bool(chosen),
        error=str(error) if error else None,
        budget_error=str(budget_error) if budget_error else None,
        said=said,
    )


def _preview(chosen: list[Any]) -> str:
    if not chosen:
        return _("Nothing can be dropped now: what is left was watched today.")
    films = len({each.original_id for each in chosen})
    count = ntranslate("{count} version", "{count} versions", len(chosen)).format(count=words.number(len(chosen)))
    of = ntranslate("of {count} film", "of {count} films", films).format(count=words.number(films))
    return _("{versions} {films} would go, {size} in all. They are made anew as somebody watches them; originals stay.").format(
        versions=count, films=of, size=words.size(sum(each.size for each in chosen))
    )


def _films(site: Site, viewer: Viewer) -> list[dict[str, Any]]:
    """Those whose versions take most. One that this administrator may not watch is named, and not linked."""
    taken = func.sum(Rendition.size)
    with site.read() as session:
        largest = session.exec(
            select(Rendition.original_id, taken).group_by(col(Rendition.original_id)).having(taken > 0).order_by(taken.desc()).limit(_SHOWN)
        ).all()
        ids = [original_id for original_id, _taken in largest]
        videos = {video.original_id: video for video in session.exec(select(Video).where(col(Video.original_id).in_(ids)))}
        sizes = {row.id: row.size for row in session.exec(select(Original).where(col(Original.id).in_(ids)))}
    lines = []
    for original_id, size in largest:
        if (video := videos.get(original_id)) is not None:
            may_edit = clauses(viewer, Act.EDIT).allows(video)
            url = f"/studio/v/{video.public_id}/versions" if may_edit else None
            lines.append({"title": video.title, "url": url, "versions": words.size(size), "original": words.size(sizes[original_id])})
    return lines


handlers = [storage_page, free_form, budget_form]
