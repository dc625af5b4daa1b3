"""What a search answers: hits of the index (or of the database), passed through the access rule's SQL, in pages."""

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec import Struct
from sqlmodel import Session, col, select

from app.http.viewer import Viewer
from app.search.fallback import find_in_database
from app.search.index import COLUMNS, ENGLISH, PLAIN, Hit, slips_allowed
from app.search.keeper import Keeper
from app.search.marks import Marker
from app.search.query import Query
from app.site import Site
from app.videos.access import Act, Rule, clauses
from app.videos.addresses import MediaAddresses
from app.videos.listing import decode, encode
from app.videos.models import Video
from app.videos.out import VideoOut, tags_of, video_out
from app.videos.rows import Reading, Row

MOST = 1000  # hits that are looked at; more is no answer but a list
SUGGESTIONS = 8


class PassageOut(Struct, frozen=True):
    start: float
    text_marked: str


class HitOut(Struct, frozen=True):
    video: VideoOut
    score: float
    title_marked: str
    passages: Sequence[PassageOut] = ()


class FacetOut(Struct, frozen=True):
    value: str
    count: int


class SearchOut(Struct, frozen=True):
    """`title_marked` is markup: `<mark>` around escaped text."""

    items: Sequence[HitOut]
    total: int
    facets: dict[str, Sequence[FacetOut]]
    did_you_mean: str | None
    next: str | None


class SuggestionOut(Struct, frozen=True):
    """`kind`: video, channel or tag."""

    text: str
    kind: str


class SuggestOut(Struct, frozen=True):
    items: Sequence[SuggestionOut]


@dataclass(frozen=True)
class Found:
    """A page of hits, in order of worth. `total` counts what this viewer may see, up to MOST. `whole`: the index answered."""

    rows: Sequence[tuple[Row, float]]
    total: int
    next: str | None
    whole: bool


def marker(query: Query) -> Marker:
    return Marker(query, plain=PLAIN.analyze, stems=ENGLISH.analyze, slips=slips_allowed)


def find(site: Site, viewer: Viewer, query: Query, *, cursor: str | None, limit: int) -> Found:
    rule = clauses(viewer, Act.LIST)
    hits = site.part(Keeper).find(query, rule.superset(COLUMNS), MOST)
    start = _offset(cursor)
    with site.read() as session:
        allowed = find_in_database(session, query, rule, MOST) if hits is None else _allowed(session, hits, rule)
        page = allowed[start : start + limit]
        rows = _rows(session, viewer, page)
    more = len(allowed) > start + limit
    return Found(rows, len(allowed), encode(str(start + limit)) if more else None, hits is not None)


def search_out(site: Site, viewer: Viewer, query: Query, found: Found) -> SearchOut:
    marks, addresses = marker(query), site.part(MediaAddresses)  # type: ignore[type-abstract]
    items = [HitOut(video_out(row, viewer, addresses), round(score, 3), str(marks.mark(row.video.title))) for row, score in found.rows]
    return SearchOut(items, found.total, {}, None, found.next)


def suggest(site: Site, viewer: Viewer, query: Query) -> SuggestOut:
    """Channels, tags and titles that go on as typed; all of them from videos that this viewer may meet."""
    found = find(site, viewer, query, cursor=None, limit=50)
    typed = [token for part in (*query.words, *query.phrases) for token in PLAIN.analyze(part)]
    channels = [SuggestionOut(row.channel.name, "channel") for row, _ in found.rows if _goes_on(row.channel.name, typed)]
    tags = [SuggestionOut(tag, "tag") for row, _ in found.rows for tag in tags_of(row.video.tags) if _goes_on(tag, typed)]
    titles = [SuggestionOut(row.video.title, "video") for row, _ in found.rows]
    unique = {(item.kind, item.text.casefold()): item for item in reversed([*_few(channels), *_few(tags), *titles])}
    return SuggestOut(list(reversed(unique.values()))[:SUGGESTIONS])


def _few(items: Sequence[SuggestionOut]) -> list[SuggestionOut]:
    """Two of a kind are enough above the titles."""
    return list({item.text.casefold(): item for item in items}.values())[:2]


def _goes_on(text: str, typed: Sequence[str]) -> bool:
    tokens = PLAIN.analyze(text)
    return bool(typed) and all(any(token.startswith(part) for token in tokens) for part in typed)


def _allowed(session: Session, hits: Sequence[Hit], rule: Rule) -> list[Hit]:
    """The index may be behind by a moment; the rows never are."""
    ids = set(session.exec(select(Video.id).where(col(Video.id).in_([hit.id for hit in hits]), rule.sql())))
    return [hit for hit in hits if hit.id in ids]


def _rows(session: Session, viewer: Viewer, hits: Sequence[Hit]) -> list[tuple[Row, float]]:
    reading = Reading(session, viewer, renditions=True)
    rows = {row.video.id: row for row in reading.rows(reading.select().where(col(Video.id).in_([hit.id for hit in hits])))}
    return [(rows[hit.id], hit.score) for hit in hits if hit.id in rows]


def _offset(cursor: str | None) -> int:
    """Where in the hits a page begins; anything that was not made by `find` begins anew."""
    if not cursor:
        return 0
    (place,) = decode(cursor, 1)
    return min(int(place), MOST) if place.isascii() and place.isdigit() else 0
