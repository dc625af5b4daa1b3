"""Search by page and by API, for every kind of viewer; the index and the database give the same answers (RELIABILITY R-23)."""

from collections.abc import Iterator

import pytest
from litestar.testing import TestClient
from sqlmodel import select

from app.http.viewer import ANONYMOUS, Role, Scope, Viewer
from app.search.keeper import Keeper
from app.search.query import parse
from app.search.views import find
from app.site import Site
from app.videos.access import Act, clauses
from app.videos.models import Privacy, Video
from tests.conftest import AsUser
from tests.search.conftest import Add

WORDS = ("snow", "sea", "school", "bread", "garden")


@pytest.fixture
def library(claimed: Site, add: Add) -> Site:
    """Films of three people, of every privacy and in every state that a rule looks at."""
    number = 0
    for channel in ("ben", "cleo"):
        for privacy in Privacy:
            for odd in ({}, {"playable": False, "state": "processing"}, {"blocked": True}, {"trashed": True}):
                number += 1
                words = f"{WORDS[number % 5]} {WORDS[number % 3]}"
                add(f"{words} {number}", channel=channel, privacy=privacy, description=f"about {WORDS[number % 4]}", **odd)
    return claimed


@pytest.fixture
def indexed(library: Site) -> Iterator[Site]:
    library.part(Keeper).rebuild()
    yield library
    library.part(Keeper).stop()


def person(name: str, role: Role = Role.MEMBER, **values: object) -> Viewer:
    return Viewer(user_id=f"u-{name}", name=name, role=role, edits=frozenset({f"c-{name}"}), **values)  # type: ignore[arg-type]


VIEWERS = {
    "anonymous": ANONYMOUS,
    "member": person("dora"),
    "creator": person("ben", Role.CREATOR),
    "other creator": person("cleo", Role.CREATOR),
    "administrator": person("erik", Role.ADMIN),
    "token that may not read": person("ben", scopes=frozenset({Scope.UPLOAD})),
}


def found(site: Site, viewer: Viewer, text: str) -> set[str]:
    return {row.video.id for row, _ in find(site, viewer, parse(text), cursor=None, limit=100).rows}


def test_every_viewer_finds_exactly_what_the_rule_lets_them_with_and_without_an_index(indexed: Site) -> None:
    keeper = indexed.part(Keeper)
    for with_index in (True, False):
        for name, viewer in VIEWERS.items():
            with indexed.read() as session:
                allowed = session.exec(select(Video).where(clauses(viewer, Act.LIST).sql())).all()
            for word in WORDS:
                true = {video.id for video in allowed if word in f"{video.title} {video.description}"}
                assert found(indexed, viewer, f"{word} ") == true, (name, word, with_index)
        keeper._give_up(keeper._index, "taken away by the test")
    assert keeper.find(parse("snow"), ({},), 10) is None


def test_what_became_private_is_not_found_even_before_the_index_knows(indexed: Site) -> None:
    everybody = found(indexed, ANONYMOUS, "sea ")
    assert everybody
    with indexed.write() as session:
        for video in session.exec(select(Video)):
            video.privacy = Privacy.PRIVATE
    assert found(indexed, ANONYMOUS, "sea ") == set()


def test_hits_come_in_pages_and_the_total_is_what_one_may_see(indexed: Site, as_user: AsUser) -> None:
    client = as_user("dora")
    first = client.get("/api/v1/search", params={"q": "about ", "limit": 2}).json()
    assert (len(first["items"]), first["total"]) == (2, 4)
    second = client.get("/api/v1/search", params={"q": "about ", "limit": 2, "cursor": first["next"]}).json()
    assert second["next"] is None
    ids = [hit["video"]["id"] for hit in first["items"] + second["items"]]
    assert len(set(ids)) == 4
    assert client.get("/api/v1/search", params={"q": "about", "cursor": "nonsense"}).status_code == 400


def test_a_hit_says_what_the_contract_says(claimed: Site, add: Add, client: TestClient) -> None:
    video = add("Snow <script> & Ice", privacy="public", tags="winter")
    claimed.part(Keeper).rebuild()
    answer = client.get("/api/v1/search", params={"q": "snow script "}).json()
    assert set(answer) == {"items", "total", "facets", "did_you_mean", "next"}
    (hit,) = answer["items"]
    assert hit["video"]["id"] == video.public_id
    assert hit["title_marked"] == "<mark>Snow</mark> &lt;<mark>script</mark>&gt; &amp; Ice"
    assert hit["score"] > 0
    assert hit["passages"] == []


def test_no_question_is_a_fault_of_ours(claimed: Site, client: TestClient) -> None:
    claimed.part(Keeper).rebuild()
    for q in ("", " ", '"', "*", "title:x AND", "a" * 200, "%", "_", "\\", "ß", "日本語", "'; DROP TABLE videos", "\x00"):
        for path in ("/search", "/api/v1/search", "/api/v1/suggest"):
            assert client.get(path, params={"q": q}).status_code == 200, (path, q)


def test_too_long_a_question_is_refused_with_a_hint(claimed: Site, client: TestClient) -> None:
    for path in ("/api/v1/search", "/api/v1/suggest", "/search"):
        answer = client.get(path, params={"q": "x" * 201})
        assert answer.status_code == 400
        assert "few words" in answer.text


def test_the_page_shows_marks_and_leads_to_the_film(claimed: Site, add: Add, client: TestClient) -> None:
    video = add("Snow <b>", privacy="public", description="Much of it fell. " * 20 + "Then came the thaw.")
    claimed.part(Keeper).rebuild()
    page = client.get("/search", params={"q": "snow thaw "}).text
    assert "<mark>Snow</mark> &lt;b&gt;" in page
    assert "<mark>thaw</mark>" in page
    assert f"/w/{video.public_id}" in page
    assert "One film found" in page
    assert "Nothing found" in client.get("/search", params={"q": "palm tree "}).text
    assert client.get("/search").status_code == 200


def test_the_page_says_so_while_there_is_no_index(claimed: Site, add: Add, client: TestClient) -> None:
    add("Snow", privacy="public")
    page = client.get("/search", params={"q": "snow"}).text
    assert "put in order" in page
    assert "<mark>Snow</mark>" in page


def test_suggestions_go_on_as_typed_and_tell_of_nothing_hidden(claimed: Site, add: Add, client: TestClient, as_user: AsUser) -> None:
    add("Snow at last", privacy="public", tags="snowman\nwinter")
    add("Snowed in", privacy="private", tags="snowdrift", channel="snowy")
    claimed.part(Keeper).rebuild()
    items = client.get("/api/v1/suggest", params={"q": "sno"}).json()["items"]
    assert items == [{"text": "snowman", "kind": "tag"}, {"text": "Snow at last", "kind": "video"}]
    assert as_user("dora").get("/api/v1/suggest", params={"q": "ann"}).json()["items"][0] == {"text": "anna", "kind": "channel"}
    assert client.get("/api/v1/suggest", params={"q": ""}).json()["items"] == []
