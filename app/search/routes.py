"""Search: the page, and the same by API."""

from typing import Annotated, Any
from urllib.parse import urlencode

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery, Parameter

from app.http.pages import Page, page
from app.http.viewer import Viewer
from app.i18n import _
from app.search.query import parse
from app.search.views import Found, SearchOut, SuggestOut, find, marker, search_out, suggest
from app.site import Site
from app.videos.addresses import MediaAddresses
from app.videos.cards import Looking, card
from app.videos.listing import LIMIT, MOST
from app.videos.policies import may_list

Limit = Annotated[int, Parameter(ge=1, le=MOST)]


@get("/search", policy=may_list, sync_to_thread=True, include_in_schema=False)
def search_page(site: NamedDependency[Site], viewer: NamedDependency[Viewer], q: FromQuery[str] = "", cursor: FromQuery[str] = "") -> Page:
    query = parse(q)
    found = find(site, viewer, query, cursor=cursor, limit=LIMIT)
    following = f"/search?{urlencode({'q': q, 'cursor': found.next})}" if found.next else None
    note = (
        None if found.whole or query.empty else _("The search is being put in order; for a while it finds only what is written exactly so.")
    )
    return page(
        "search/page.html",
        query=q.strip(),
        results=_results(site, viewer, q, found),
        total=None if query.empty else found.total,
        did_you_mean=None,
        next_url=following,
        note=note,
    )


def _results(site: Site, viewer: Viewer, q: str, found: Found) -> list[dict[str, Any]]:
    looking = Looking(viewer, site.clock().astimezone(), site.part(MediaAddresses))  # type: ignore[type-abstract]
    marks = marker(parse(q))
    return [
        {
            "video": card(row, looking),
            "title_marked": marks.mark(row.video.title),
            "text_marked": marks.passage(row.video.description),
            "at": None,
        }
        for row, _score in found.rows
    ]


@get("/api/v1/search", policy=may_list, sync_to_thread=True, tags=["search"], summary="Search")
def search_json(
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
    q: FromQuery[str] = "",
    cursor: FromQuery[str] = "",
    limit: FromQuery[Limit] = LIMIT,
) -> SearchOut:
    """Videos whose title, description, tags or channel have all of these words, best first. Words in quotation marks stand together."""
    query = parse(q)
    return search_out(site, viewer, query, find(site, viewer, query, cursor=cursor, limit=limit))


@get("/api/v1/suggest", policy=may_list, sync_to_thread=True, tags=["search"], summary="Suggestions")
def suggest_json(site: NamedDependency[Site], viewer: NamedDependency[Viewer], q: FromQuery[str] = "") -> SuggestOut:
    """How what is being typed may go on: channels, tags and titles of videos one may see."""
    return suggest(site, viewer, parse(q))


handlers = [search_page, search_json, suggest_json]
