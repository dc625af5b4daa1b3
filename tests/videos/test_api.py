"""The library's API, over HTTP, as programs and pages use it."""

from collections.abc import Callable
from typing import Any

import pytest
from httpx import Response

from app.http.viewer import Role
from app.main import build_asgi
from app.site import Site
from app.videos import service
from tests.videos.library import NOW, Browser, Library

SignedIn = Callable[..., Browser]


def titles(answer: Any) -> list[str]:
    return [item["title"] for item in answer.json()["items"]]


def test_a_video_is_told_as_the_contract_says(library: Library, signed_in: SignedIn) -> None:
    video = library.ready("anna", title="Ridge walk")
    told = signed_in("ben").get(f"/api/v1/videos/{video.public_id}").json()

    expected = {
        "id": video.public_id, "title": "Ridge walk", "description": "", "state": "ready", "reason": "", "playable": True, "missing": False,
        "blocked": False, "trashed": False, "publish_at": None, "privacy": "members", "duration": 100.0, "width": 1920, "height": 1080,
        "published_at": NOW, "recorded_at": None, "thumbnail": None, "storyboard": None, "renditions": [], "captions": [], "chapters": [],
    }  # fmt: skip
    assert {name: told[name] for name in expected} == expected
    assert told["channel"]["handle"] == "anna-s-films"
    assert told["sources"]["hls"] == f"/media/{video.public_id}/master.m3u8"


def test_no_row_id_is_told(library: Library, signed_in: SignedIn) -> None:
    video = library.ready("anna")
    text = signed_in("anna").get("/api/v1/videos").text
    for secret in (video.id, video.owner_id, video.channel_id, video.original_id or ""):
        assert secret not in text


def test_pages_of_a_list_hold_every_video_once_also_when_new_ones_come(library: Library, signed_in: SignedIn) -> None:
    for number in range(7):
        library.ready("anna", title=f"{number}")
    ben = signed_in("ben")
    first = ben.get("/api/v1/videos?limit=3")
    library.ready("anna", title="new")
    second = ben.get(f"/api/v1/videos?limit=3&cursor={first.json()['next']}")
    third = ben.get(f"/api/v1/videos?limit=3&cursor={second.json()['next']}")

    assert [titles(each) for each in (first, second, third)] == [["6", "5", "4"], ["3", "2", "1"], ["0"]]
    assert third.json()["next"] is None


@pytest.mark.parametrize(("sort", "order"), [("newest", "cAb"), ("oldest", "bAc"), ("title", "Abc")])
def test_lists_come_in_the_order_asked_for_page_by_page(library: Library, signed_in: SignedIn, sort: str, order: str) -> None:
    for title in "bAc":
        library.ready("anna", title=title)
    ben, found, cursor = signed_in("ben"), "", ""
    for _ in order:
        answer = ben.get(f"/api/v1/videos?limit=1&sort={sort}{cursor}")
        found += "".join(titles(answer))
        cursor = f"&cursor={answer.json()['next']}"
    assert found == order


def test_a_cursor_that_is_none_of_ours_is_refused(signed_in: SignedIn) -> None:
    ben = signed_in("ben")
    for cursor in ("nonsense", "W10", "e30", "%00", "8J-YgA", "WyJhIiwiYiJd", "bnVsbA"):
        assert ben.get(f"/api/v1/videos?cursor={cursor}").status_code == 400, cursor


def test_what_is_written_about_a_video_is_changed(library: Library, signed_in: SignedIn) -> None:
    video = library.ready("anna")
    answer = signed_in("anna").patch(
        f"/api/v1/videos/{video.public_id}", json={"title": " Oma ", "tags": ["cake", "Cake"], "privacy": "private"}
    )

    assert (answer.json()["title"], answer.json()["tags"], answer.json()["privacy"]) == ("Oma", ["cake"], "private")
    assert library.again(video).description == ""


FORBIDDEN = (
    "id", "public_id", "owner_id", "role", "state", "path", "original_id", "quota", "created_at", "published_at", "is_admin", "playable",
    "blocked", "trashed", "duration", "thumbnail", "channel_id", "reason",
)  # fmt: skip


def test_forbidden_fields_change_nothing_at_all(library: Library, signed_in: SignedIn) -> None:
    video, anna = library.ready("anna"), signed_in("anna")
    for field in FORBIDDEN:
        answer = anna.patch(f"/api/v1/videos/{video.public_id}", json={"title": "New", field: "1"})
        assert 400 <= answer.status_code < 500, field
        assert answer.headers["content-type"] == "application/problem+json"
        form = {"title": "A day out", "privacy": "members", field: "1"}
        assert anna.post(f"/studio/v/{video.public_id}", data=form).status_code in (303, 400, 422), field
        assert library.again(video) == video, field


def test_a_title_that_cannot_be_is_refused_with_a_sentence_for_its_field(library: Library, signed_in: SignedIn) -> None:
    video = library.ready("anna")
    answer = signed_in("anna").patch(f"/api/v1/videos/{video.public_id}", json={"title": "x" * 201})
    assert answer.status_code == 422
    assert answer.json()["errors"]["title"] == "A title can have at most 200 characters; this one has 201."


def test_nonsense_is_refused_and_never_breaks_anything(library: Library, signed_in: SignedIn) -> None:
    video, anna = library.ready("anna"), signed_in("anna")
    address = f"/api/v1/videos/{video.public_id}"
    for body in (
        b"",
        b"null",
        b"[]",
        b'"x"',
        b"{",
        b'{"title": null}',
        b'{"title": 7}',
        b'{"title": "\\ud800"}',
        b'{"tags": "a,b"}',
        b"\xff\xfe",
    ):
        assert anna.patch(address, content=body, headers={"content-type": "application/json"}).status_code in (400, 422), body
    assert anna.patch(address, content=b"title=x", headers={"content-type": "text/plain"}).status_code in (400, 415, 422)
    assert library.again(video) == video
    for query in ("limit=x", "sort=best", "trashed=perhaps", "limit=1.5"):
        assert anna.get(f"/api/v1/videos?{query}").status_code == 400, query
    for query in ("limit=0", "limit=-5", "limit=99999999999999999999", "channel=nobody", "channel=%00", "unknown=1"):
        assert anna.get(f"/api/v1/videos?{query}").status_code == 200, query
    for moment in ("x", "-1", "1e9", "NaN", "9" * 400, "%00", "1:99:99"):
        assert anna.get(f"/w/{video.public_id}?t={moment}").status_code == 200, moment
    for name in ("%00", "%F0%9F%8E%A5", "a" * 3000, "..%2F..%2Fetc", "ANNA-S-FILMS"):
        assert anna.get(f"/c/{name}").status_code in (200, 404), name
        assert anna.get(f"/w/{name}").status_code == 404, name
    form = anna.post(
        f"/studio/v/{video.public_id}",
        content=b"title=%FF%FE&privacy=members",
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert form.status_code < 500


def test_others_videos_are_neither_changed_nor_thrown_away(library: Library, signed_in: SignedIn) -> None:
    video = library.ready("anna", privacy="public")
    for person in (signed_in("ben"), signed_in("chief", Role.ADMIN), signed_in("mod", Role.MODERATOR)):
        address = f"/api/v1/videos/{video.public_id}"
        answers = [
            person.patch(address, json={"title": "Mine"}), person.delete(address), person.delete(f"{address}?forever=true"),
            person.post(f"{address}/restore"), person.post(f"{address}/retry"), person.post(f"{address}/accept"),
            person.post(f"/w/{video.public_id}/trash"), person.post(f"/studio/v/{video.public_id}", data={"title": "Mine"}),
        ]  # fmt: skip
        assert [answer.status_code for answer in answers] == [404] * len(answers)
    assert library.again(video) == video


def test_a_co_editor_may_do_what_the_owner_may(site: Site, library: Library, signed_in: SignedIn) -> None:
    video, ben = library.ready("anna", privacy="private"), signed_in("ben")
    with site.write() as session:
        service.add_editor(session, channel_id=video.channel_id, user_id=library.person("ben").user_id)
    assert ben.patch(f"/api/v1/videos/{video.public_id}", json={"title": "Ours"}).json()["title"] == "Ours"


def test_the_trash_and_back_and_gone_for_good(library: Library, signed_in: SignedIn) -> None:
    video, anna = library.ready("anna"), signed_in("anna")
    address = f"/api/v1/videos/{video.public_id}"

    assert anna.delete(f"{address}?forever=true").status_code == 409
    assert anna.delete(address).status_code == 204
    assert anna.get(address).status_code == 404
    assert titles(anna.get("/api/v1/videos")) == []
    assert titles(anna.get("/api/v1/videos?trashed=true")) == ["A day out"]
    assert anna.post(f"{address}/restore").json()["trashed"] is False
    assert anna.get(address).status_code == 200

    anna.delete(address)
    assert anna.delete(f"{address}?forever=true").status_code == 204
    assert anna.post(f"{address}/restore").status_code == 404
    assert not library.is_there(video)


def test_a_failed_video_is_tried_again_and_a_damaged_one_kept(site: Site, library: Library, signed_in: SignedIn) -> None:
    failed, damaged, anna = library.queued("anna"), library.queued("anna"), signed_in("anna")
    with site.write() as session:
        service.fail(session, failed.id, "It is a picture.")
        service.begin_processing(session, damaged.id)
        service.needs_attention(session, damaged.id, "It ends early.")
    assert anna.get(f"/api/v1/videos/{failed.public_id}").json()["reason"] == "It is a picture."
    assert anna.post(f"/api/v1/videos/{failed.public_id}/retry").json()["state"] == "queued"
    assert anna.post(f"/api/v1/videos/{failed.public_id}/retry").status_code == 409
    assert anna.post(f"/api/v1/videos/{damaged.public_id}/accept").json()["playable"] is True


def test_a_place_is_remembered_by_put_and_by_a_beacon_of_plain_text(library: Library, signed_in: SignedIn) -> None:
    video, ben = library.ready("anna"), signed_in("ben")
    address = f"/api/v1/videos/{video.public_id}/position"
    assert ben.put(address, json={"position": 12}).status_code == 204
    assert ben.get(f"/api/v1/videos/{video.public_id}").json()["position"] == 12
    beacon = ben.post(address, content='{"position": 33.5}', headers={"content-type": "text/plain;charset=UTF-8"})
    assert beacon.status_code == 204
    assert ben.get(f"/api/v1/videos/{video.public_id}").json()["position"] == 33.5
    assert signed_in("anna").get(f"/api/v1/videos/{video.public_id}").json()["position"] is None

    for body in (
        "",
        "null",
        "{}",
        "[1]",
        '{"position": "x"}',
        '{"position": -1}',
        '{"position": NaN}',
        '{"position": 1, "profile_id": "x"}',
    ):
        assert ben.post(address, content=body, headers={"content-type": "text/plain"}).status_code == 422, body


def test_a_beacon_of_another_site_is_refused(library: Library, signed_in: SignedIn) -> None:
    video, ben = library.ready("anna"), signed_in("ben")
    answer = ben.post(f"/api/v1/videos/{video.public_id}/position", content='{"position": 3}', headers={"origin": "http://evil.example"})
    assert answer.status_code == 403


def test_history_is_ones_own_latest_first_and_loses_what_one_may_not_watch_any_more(
    site: Site, library: Library, signed_in: SignedIn
) -> None:
    videos, ben = [library.ready("anna", title=title) for title in "abc"], signed_in("ben")
    for number, video in enumerate(videos):
        with site.write() as session:
            service.save_position(
                session,
                profile_id=library.person("ben").profile_id,
                video_id=video.id,
                seconds=10 + number,
                now=f"2026-05-2{number}T00:00:00.000Z",
            )
    first = ben.get("/api/v1/history?limit=2").json()
    rest = ben.get(f"/api/v1/history?limit=2&cursor={first['next']}").json()
    assert [item["video"]["title"] for item in first["items"] + rest["items"]] == ["c", "b", "a"]
    assert (rest["items"][0]["position"], rest["next"]) == (10, None)
    assert signed_in("anna").get("/api/v1/history").json()["items"] == []

    with site.write() as session:
        service.edit(session, videos[2].id, service.VideoEdit(privacy="private"), edits=frozenset())
    assert [item["video"]["title"] for item in ben.get("/api/v1/history").json()["items"]] == ["b", "a"]
    assert ben.delete(f"/api/v1/videos/{videos[1].public_id}/position").status_code == 204
    assert ben.delete("/api/v1/history").status_code == 204
    assert ben.get("/api/v1/history").json()["items"] == []


def test_channels_for_an_upload_are_those_one_may_use(library: Library, signed_in: SignedIn) -> None:
    library.person("anna")
    items = signed_in("ben").get("/api/v1/channels").json()["items"]
    assert [item["handle"] for item in items] == ["ben-s-films"]


def test_private_is_missing_to_the_byte(library: Library, signed_in: SignedIn) -> None:
    video = library.ready("anna", privacy="private")
    nowhere = "1" * 12
    for person in (signed_in("ben"), signed_in("chief", Role.OWNER), signed_in(None)):
        for path in ("/w/{}", "/api/v1/videos/{}", "/media/{}/original", "/media/{}/master.m3u8"):
            private, missing = (person.get(path.format(each)) for each in (video.public_id, nowhere))
            assert private.status_code == missing.status_code == 404
            assert plain(private, video.public_id) == plain(missing, nowhere)
            assert private.headers.keys() == missing.headers.keys()


def plain(answer: Response, public_id: str) -> str:
    """Without what differs from request to request: the address asked for and the request's own number."""
    return answer.text.replace(public_id, "").replace(answer.headers["x-request-id"], "")


def test_the_api_answers_nobody_with_what_is_not_public(library: Library, signed_in: SignedIn) -> None:
    library.ready("anna", title="for members")
    library.ready("anna", title="for all", privacy="public")
    library.ready("anna", title="by link", privacy="unlisted")
    assert titles(signed_in(None).get("/api/v1/videos")) == ["for all"]
    assert titles(signed_in("ben").get("/api/v1/videos")) == ["for all", "for members"]
    assert titles(signed_in("anna").get("/api/v1/videos")) == ["by link", "for all", "for members"]


def test_openapi_tells_every_route_of_the_library(site: Site) -> None:
    paths = build_asgi(site).openapi_schema.to_schema()["paths"]
    for path in (
        "/api/v1/videos",
        "/api/v1/videos/{public_id}",
        "/api/v1/videos/{public_id}/position",
        "/api/v1/history",
        "/api/v1/channels",
    ):
        assert path in paths
    assert not [path for path in paths if path.startswith(("/w", "/studio", "/c/"))]
