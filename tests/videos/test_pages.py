"""The library's pages over HTTP: what they show, to whom, and in how many queries."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import event

from app.http.addresses import addresses
from app.http.viewer import Role
from app.site import Site
from app.videos import service
from app.videos.listing import LIMIT
from tests.videos.library import NOW, Browser, Library

SignedIn = Callable[..., Browser]
CANARY = "<img src=x onerror=alert(1)>\"'"


@pytest.fixture
def statements(site: Site) -> Iterator[list[str]]:
    """Every SQL statement that was run for reading."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    engine = site.database._reader
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def test_nobody_is_led_to_sign_in_as_long_as_nothing_is_public(library: Library, signed_in: SignedIn) -> None:
    library.ready("anna")
    answer = signed_in(None).get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/")

    library.ready("anna", title="For all the world", privacy="public")
    assert "For all the world" in signed_in(None).get("/").text


def test_home_shows_what_is_new_and_what_was_begun(site: Site, library: Library, signed_in: SignedIn) -> None:
    begun, done = library.ready("anna", title="Ridge walk", duration=1000), library.ready("anna", title="Old news")
    library.ready("anna", title="Secret", privacy="private")
    ben = signed_in("ben")
    with site.write() as session:
        for video, seconds in ((begun, 345), (done, 99)):
            service.save_position(session, profile_id=library.person("ben").profile_id, video_id=video.id, seconds=seconds, now=NOW)
    text = ben.get("/").text

    assert "Carry on – 11 min left" in text
    assert "Old news" in text
    assert text.count("Carry on – ") == 1
    assert "Secret" not in text


def test_an_empty_shelf_says_what_to_do(site: Site, signed_in: SignedIn) -> None:
    text = signed_in("ben").get("/").text
    assert "Add the first video" in text
    others = len(addresses(site.settings)) > 1
    assert ("Send from a phone" in text) is others
    assert ('class="qrline"' in text) is others
    assert "Nobody has put a film here yet" in signed_in("lea", Role.MEMBER).get("/").text


def test_more_videos_follow_by_a_link(library: Library, signed_in: SignedIn) -> None:
    for number in range(LIMIT + 1):
        library.ready("anna", title=f"Film {number:02}.")
    ben = signed_in("ben")
    first = ben.get("/").text
    assert "Film 24." in first
    assert "Film 00." not in first
    address = first.partition('href="/?cursor=')[2].partition('"')[0]
    assert "Film 00." in ben.get(f"/?cursor={address}").text


def test_the_watch_page_goes_on_where_one_stopped_or_where_the_address_says(site: Site, library: Library, signed_in: SignedIn) -> None:
    video, ben = library.ready("anna", title="Ridge walk"), signed_in("ben")
    with site.write() as session:
        service.save_position(session, profile_id=library.person("ben").profile_id, video_id=video.id, seconds=42, now=NOW)

    assert 'data-start="42.0"' in ben.get(f"/w/{video.public_id}").text
    assert 'data-start="63.0"' in ben.get(f"/w/{video.public_id}?t=1:03").text
    assert 'data-start="0' in signed_in("anna").get(f"/w/{video.public_id}").text


def test_a_film_that_is_not_ready_says_so_to_its_owner_and_is_missing_to_others(site: Site, library: Library, signed_in: SignedIn) -> None:
    video = library.queued("anna")
    with site.write() as session:
        service.fail(session, video.id, "This is a picture, not a film.")
    text = signed_in("anna").get(f"/w/{video.public_id}").text
    assert "This is a picture, not a film." in text
    assert "Try again" in text
    assert signed_in("ben").get(f"/w/{video.public_id}").status_code == 404


def test_what_is_still_to_be_mended_is_its_keepers_business(site: Site, library: Library, signed_in: SignedIn) -> None:
    video = library.playable("anna")
    with site.write() as session:
        service.needs_attention(session, video.id, "It ends early.")
    for path in ("/", f"/w/{video.public_id}"):
        assert "It ends early." in signed_in("anna").get(path).text
        shown = signed_in("ben").get(path)
        assert shown.status_code == 200
        assert "It ends early." not in shown.text
        assert "badge tl trouble" not in shown.text
    assert signed_in("anna").post(f"/w/{video.public_id}/accept").status_code == 303
    assert library.again(video).state == "ready"


def test_a_file_that_is_away_is_said_to_be_away(site: Site, library: Library, signed_in: SignedIn) -> None:
    video = library.ready("anna")
    with site.write() as session:
        service.mark_missing(session, video.original_id or "")
    assert "The file is not where it was" in signed_in("ben").get(f"/w/{video.public_id}").text


def test_settings_are_saved_by_a_plain_form_and_refused_beside_the_field(library: Library, signed_in: SignedIn) -> None:
    video, anna = library.ready("anna"), signed_in("anna")
    address = f"/studio/v/{video.public_id}"
    form = {"title": "Oma’s 80th", "description": "Cake at 0:40", "tags": "cake, candles ,", "privacy": "private"}
    saved = anna.post(address, data=form)
    assert (saved.status_code, saved.headers["location"]) == (303, f"{address}?saved=true")
    row = library.again(video)
    assert (row.title, row.tags, row.privacy) == ("Oma’s 80th", "cake\ncandles", "private")
    assert 'data-moment="40"' in anna.get(f"/w/{video.public_id}").text

    refused = anna.post(address, data=form | {"title": " "})
    assert refused.status_code == 422
    assert "A video needs a title." in refused.text
    assert library.again(video) == row


def test_the_trash_works_without_scripts(library: Library, signed_in: SignedIn) -> None:
    video, anna = library.ready("anna", title="Blurry"), signed_in("anna")
    assert anna.post(f"/w/{video.public_id}/trash").status_code == 303
    assert "Blurry" not in anna.get("/studio").text
    assert "Blurry" in anna.get("/studio?show=trash").text
    assert "in the trash until" in anna.get(f"/studio/v/{video.public_id}").text
    assert anna.post(f"/w/{video.public_id}/restore").status_code == 303
    assert "Blurry" in anna.get("/studio").text
    anna.post(f"/w/{video.public_id}/trash")
    assert anna.post(f"/w/{video.public_id}/delete").headers["location"] == "/studio?show=trash"
    assert not library.is_there(video)


def test_the_studio_lists_every_state_and_counts_them(site: Site, library: Library, signed_in: SignedIn) -> None:
    library.uploading("anna", title="On its way")
    failed = library.queued("anna", title="Broken")
    library.ready("ben", title="Not hers")
    library.trashed("anna")
    with site.write() as session:
        service.fail(session, failed.id, "It is cut off.")
    anna = signed_in("anna")
    text = anna.get("/studio").text
    assert "On its way" in text
    assert "It is cut off." in text
    assert "Not hers" not in text
    trouble = anna.get("/studio?show=trouble").text
    assert "Broken" in trouble
    assert "On its way" not in trouble


def test_the_studio_is_for_those_who_may_add_videos(signed_in: SignedIn) -> None:
    assert signed_in("lea", Role.MEMBER).get("/studio").status_code == 403
    assert signed_in(None).get("/studio").headers["location"] == "/login?next=/studio"


def test_a_channel_is_there_for_those_who_see_something_in_it(library: Library, signed_in: SignedIn) -> None:
    library.ready("anna", title="Hers alone", privacy="private")
    address = "/c/anna-s-films"
    ben = signed_in("ben")
    assert "Hers alone" in signed_in("anna").get(address).text
    assert ben.get(address).status_code == 404
    library.ready("anna", title="For members")
    shown = ben.get(address)
    assert "For members" in shown.text
    assert "Hers alone" not in shown.text
    assert signed_in(None).get(address).status_code == 404
    assert ben.get("/c/nobody").status_code == 404


def test_what_people_write_never_becomes_markup(site: Site, library: Library, signed_in: SignedIn) -> None:
    video, anna = library.ready("anna", title=CANARY), signed_in("anna")
    with site.write() as session:
        change = service.VideoEdit(description=CANARY, tags=[CANARY[:40]])
        service.edit(session, video.id, change, edits=frozenset())
        service.needs_attention(session, video.id, CANARY)
    for path in ("/", f"/w/{video.public_id}", "/studio", f"/studio/v/{video.public_id}", "/c/anna-s-films"):
        answer = anna.get(path)
        assert answer.status_code == 200
        assert "<img src=x" not in answer.text
        assert "&lt;img src=x onerror" in answer.text


def test_private_pages_are_kept_by_no_cache(library: Library, signed_in: SignedIn) -> None:
    video, ben = library.ready("anna"), signed_in("ben")
    for path in ("/", f"/w/{video.public_id}", "/api/v1/videos", f"/api/v1/videos/{video.public_id}"):
        assert ben.get(path).headers["cache-control"] == "private, no-store"


def test_a_page_takes_as_many_queries_for_many_videos_as_for_few(library: Library, signed_in: SignedIn, statements: list[str]) -> None:
    paths = ("/", "/studio", "/c/anna-s-films", "/api/v1/videos", "/api/v1/history", "/w/{}")
    anna = signed_in("anna")

    def counts(public_id: str) -> dict[str, int]:
        found = {}
        for path in paths:
            statements.clear()
            assert anna.get(path.format(public_id)).status_code == 200
            found[path] = len([each for each in statements if each.startswith("SELECT")])
        return found

    few = counts(library.queued("anna").public_id) and counts(library.ready("anna").public_id)
    for _ in range(15):
        library.ready("anna")
    many = counts(library.ready("anna").public_id)

    assert many == few
    assert max(many.values()) <= 12
