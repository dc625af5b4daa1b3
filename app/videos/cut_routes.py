"""Trim and cut: the page, which needs no script, and the API."""

from typing import Any

from litestar import delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody, URLEncodedBody
from litestar.response import Redirect
from msgspec import Struct

from app.errors import Invalid, Missing
from app.http.pages import Page, page
from app.http.viewer import Viewer
from app.i18n import N_
from app.media.facts import Facts
from app.media.ladder import direct
from app.site import Site
from app.videos import views
from app.videos.addresses import MediaAddresses
from app.videos.cutting import cut_video, uncut_video
from app.videos.moments import shown_moment, typed_moment
from app.videos.out import VideoOut, facts_of, video_out
from app.videos.policies import NO_VIDEO, VideoRef, may_edit
from app.videos.rows import Row
from app.videos.shown import keep_of

_SPARE = 2  # empty rows on the page, for those without scripts
_WHOLE = "v=whole"


class CutIn(Struct, frozen=True, forbid_unknown_fields=True):
    """`keep`: pieces as [start, end] in seconds of the file, in order; everything else is no longer shown."""

    keep: list[list[float]]


class CutForm(Struct, kw_only=True):
    """As a browser sends it: one text for each row's beginning, one for its end. Empty rows do not count."""

    start: list[str] | str = ""
    end: list[str] | str = ""

    def rows(self) -> list[tuple[str, str]]:
        starts, ends = ([each] if isinstance(each, str) else each for each in (self.start, self.end))
        pairs = [(start.strip(), end.strip()) for start, end in zip(starts, ends, strict=False)]
        return [pair for pair in pairs if any(pair)]


@put("/api/v1/videos/{public_id:str}/cut", policy=may_edit, sync_to_thread=True)
def cut_json(
    site: NamedDependency[Site], viewer: NamedDependency[Viewer], video: NamedDependency[VideoRef], data: JSONBody[CutIn]
) -> VideoOut:
    """Show only these pieces of a film. Its file stays as it is; where people stopped stays at the same picture."""
    with site.write() as session:
        cut_video(session, video.id, data.keep)
    return _video(site, viewer, video)


@delete("/api/v1/videos/{public_id:str}/cut", policy=may_edit, sync_to_thread=True, status_code=200)
def uncut_json(site: NamedDependency[Site], viewer: NamedDependency[Viewer], video: NamedDependency[VideoRef]) -> VideoOut:
    """Show the whole film again."""
    with site.write() as session:
        uncut_video(session, video.id)
    return _video(site, viewer, video)


@get("/studio/v/{public_id:str}/cut", policy=may_edit, sync_to_thread=True, include_in_schema=False)
def cut_page(
    site: NamedDependency[Site], viewer: NamedDependency[Viewer], video: NamedDependency[VideoRef], saved: FromQuery[bool] = False
) -> Page:
    return _page(site, viewer, video, saved=saved)


@post("/studio/v/{public_id:str}/cut", policy=may_edit, sync_to_thread=True, include_in_schema=False)
def save_cut(
    site: NamedDependency[Site], viewer: NamedDependency[Viewer], video: NamedDependency[VideoRef], data: URLEncodedBody[CutForm]
) -> Page | Redirect:
    rows = data.rows()
    try:
        pieces = _typed(rows)
        with site.write() as session:
            cut_video(session, video.id, pieces)
    except Invalid as error:
        return _page(site, viewer, video, rows=rows, error=error.fields.get("keep") or str(error))
    return Redirect(f"/studio/v/{video.public_id}/cut?saved=true", status_code=303)


@post("/studio/v/{public_id:str}/uncut", policy=may_edit, sync_to_thread=True, include_in_schema=False)
def uncut_form(site: NamedDependency[Site], video: NamedDependency[VideoRef]) -> Redirect:
    with site.write() as session:
        uncut_video(session, video.id)
    return Redirect(f"/studio/v/{video.public_id}/cut?saved=true", status_code=303)


def _typed(rows: list[tuple[str, str]]) -> list[tuple[float, float]]:
    pieces = []
    for number, (start, end) in enumerate(rows, 1):
        begins, ends = typed_moment(start or "0"), typed_moment(end)
        if begins is None or ends is None:
            raise Invalid(N_("Write the times of piece {number} like 1:23 or 1:02:03.500."), fields={}, number=number)
        pieces.append((begins, ends))
    return pieces


def _page(
    site: Site,
    viewer: Viewer,
    video: VideoRef,
    *,
    rows: list[tuple[str, str]] | None = None,
    error: str = "",
    saved: bool = False,
) -> Page:
    with site.read() as session:
        row = views.video_row(session, viewer, video.id)
    if row is None:
        raise Missing(NO_VIDEO)
    facts = facts_of(row.original)
    whole = facts.duration if facts else 0.0
    keep = keep_of(row.video)
    pieces = [(shown_moment(start), shown_moment(end)) for start, end in keep or ((0.0, whole),)]
    context: dict[str, Any] = {
        "title": row.video.title,
        "public_id": row.video.public_id,
        "settings_url": f"/studio/v/{row.video.public_id}",
        "url": f"/w/{row.video.public_id}",
        "rows": rows if rows is not None else pieces,
        "spare": _SPARE,
        "whole": round(whole, 3),
        "whole_text": shown_moment(whole),
        "shown_text": shown_moment(row.video.duration or whole),
        "is_cut": keep is not None,
        "picture_chosen": row.video.picture == "own",
        "ready": bool(facts and facts.complete and row.video.playable and not row.video.trashed),
        "preview": _preview(row, facts),
    }
    return page("videos/cut.html", status=422 if error else 200, error=error, saved=saved, **context)


def _preview(row: Row, facts: Facts | None) -> dict[str, str] | None:
    """Addresses of the whole film, which only those who edit it may have."""
    if not row.video.playable or row.original is None or row.original.missing:
        return None
    public_id, straight = row.video.public_id, direct(facts) if facts else None
    return {
        "hls": f"/media/{public_id}/master.m3u8?{_WHOLE}",
        "direct": f"/media/{public_id}/original?{_WHOLE}" if straight else "",
        "direct_type": straight.mime if straight else "",
        "kind": "video" if facts and facts.video else "audio",
    }


def _video(site: Site, viewer: Viewer, video: VideoRef) -> VideoOut:
    with site.read() as session:
        row = views.video_row(session, viewer, video.id)
    if row is None:
        raise Missing(NO_VIDEO)
    return video_out(row, viewer, site.part(MediaAddresses))  # type: ignore[type-abstract]


handlers = [cut_json, uncut_json, cut_page, save_cut, uncut_form]
