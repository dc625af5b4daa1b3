"""Another file for a video: its address stays, the old file plays until the new one does, and one can go back."""

import base64
from collections.abc import Callable
from pathlib import Path

import pytest
from litestar.testing import TestClient
from sqlmodel import select

from app.http.viewer import Role
from app.processing.films import folder_of
from app.site import Site
from app.videos import service
from app.videos.models import Original, Position, State, Video
from app.videos.replacing import replacement_of, take_over
from tests.conftest import settle
from tests.ingest.tus_client import TUS
from tests.media_files import clip
from tests.processing.conftest import Films

AsUser = Callable[..., TestClient]


@pytest.fixture
def film(films: Films) -> Video:
    return films.open("24fps.mp4")


def send(client: TestClient, video: Video, name: str) -> int:
    return client.post(
        f"/studio/v/{video.public_id}/replace", files={"file": (name, clip(name).read_bytes(), "video/mp4")}, follow_redirects=False
    ).status_code


def plays(client: TestClient, video: Video) -> bytes:
    reply = client.get(f"/media/{video.public_id}/original")
    assert reply.status_code == 200
    return bytes(reply.content)


def draft_of(site: Site, video: Video) -> Video | None:
    with site.read() as session:
        return replacement_of(session, video.id)


def test_the_new_file_takes_over_once_it_plays(films: Films, film: Video, as_user: AsUser, claimed: Site) -> None:
    anna, before = as_user(), film
    anna.put(f"/api/v1/videos/{film.public_id}/position", json={"position": 9.5})
    anna.put(f"/api/v1/videos/{film.public_id}/cut", json={"keep": [[0, 9.9]]})
    old = plays(anna, film)

    assert send(anna, film, "vp9.webm") == 303
    draft = draft_of(claimed, film)
    assert draft is not None
    assert plays(anna, film) == old
    assert anna.get(f"/w/{draft.public_id}").status_code == 404
    assert draft.public_id not in anna.get("/studio").text + anna.get("/").text + anna.get("/api/v1/videos").text
    assert "vp9.webm" in anna.get(f"/studio/v/{film.public_id}").text

    settle(claimed)
    now = films.video(film.id)
    assert plays(anna, film) == clip("vp9.webm").read_bytes()
    assert draft_of(claimed, film) is None
    assert (now.public_id, now.title, now.published_at) == (before.public_id, before.title, before.published_at)
    assert now.filename == "vp9.webm"
    assert now.cut == ""
    assert now.state == State.READY
    assert now.edition
    assert now.duration == pytest.approx(6, abs=0.1)
    with claimed.read() as session:
        assert session.exec(select(Position)).one().position <= 6.1
        assert len(session.exec(select(Video)).all()) == 1


@pytest.mark.slow
def test_one_can_go_back_and_forth_until_the_earlier_file_is_given_up(films: Films, film: Video, as_user: AsUser, claimed: Site) -> None:
    anna = as_user()
    anna.put(f"/api/v1/videos/{film.public_id}/cut", json={"keep": [[1, 4]]})
    old = plays(anna, film)
    send(anna, film, "vp9.webm")
    settle(claimed)

    assert anna.post(f"/api/v1/videos/{film.public_id}/replacement/undo").json()["can_go_back"] is True
    settle(claimed)
    assert plays(anna, film) == old
    back = films.video(film.id)
    assert (back.duration, back.filename, back.state) == (3.0, "24fps.mp4", State.READY)

    anna.post(f"/studio/v/{film.public_id}/replace/undo")
    settle(claimed)
    assert plays(anna, film) == clip("vp9.webm").read_bytes()
    assert anna.delete(f"/api/v1/videos/{film.public_id}/replacement/previous").json()["can_go_back"] is False
    settle(claimed)
    with claimed.read() as session:
        assert [each.id for each in session.exec(select(Original))] == [films.video(film.id).original_id]
    assert not folder_of(claimed, film.original_id or "").exists()
    assert anna.post(f"/api/v1/videos/{film.public_id}/replacement/undo").status_code == 409


def test_a_file_that_is_none_leaves_everything_as_it_was_and_says_why(films: Films, film: Video, as_user: AsUser, claimed: Site) -> None:
    anna = as_user()
    old = plays(anna, film)
    anna.post(f"/studio/v/{film.public_id}/replace", files={"file": ("film.mp4", b"no film at all" * 1000, "video/mp4")})
    settle(claimed)
    assert plays(anna, film) == old
    assert films.video(film.id).original_id == film.original_id
    told = anna.get(f"/api/v1/videos/{film.public_id}/replacement").json()
    assert told["state"] == "failed"
    assert told["reason"]
    assert told["reason"] in anna.get(f"/studio/v/{film.public_id}").text

    assert send(anna, film, "vp9.webm") == 303, "a better one may be sent at once"
    assert anna.delete(f"/api/v1/videos/{film.public_id}/replacement").json()["state"] == ""
    settle(claimed)
    assert plays(anna, film) == old
    with claimed.read() as session:
        assert len(session.exec(select(Original)).all()) == 1


def test_only_who_may_edit_replaces_and_only_who_still_may_at_the_end(films: Films, film: Video, as_user: AsUser, claimed: Site) -> None:
    ben, anna = as_user("ben", Role.CREATOR), as_user()
    assert send(ben, film, "vp9.webm") == 404
    metadata = f"filename {_base64('a.webm')},replace {_base64(film.public_id)}"
    headers = {**TUS, "upload-length": "10", "upload-metadata": metadata}
    assert ben.post("/api/v1/uploads", headers=headers).status_code == 404
    made = anna.post("/api/v1/uploads", headers=headers)
    assert made.status_code == 201
    assert made.headers["homereel-video"] == film.public_id
    assert anna.post("/api/v1/uploads", headers=headers).status_code == 409
    anna.delete(f"/api/v1/videos/{film.public_id}/replacement")

    assert send(anna, film, "vp9.webm") == 303
    claimed.bus.drain()
    films.run("open_film")
    draft = draft_of(claimed, film)
    assert draft is not None
    with claimed.write() as session:
        assert take_over(session, draft.id, now=claimed.now(), edits=frozenset()) is None
    assert films.video(film.id).original_id == film.original_id
    assert anna.get(f"/api/v1/videos/{film.public_id}/replacement").json()["state"] == "failed"


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.slow
def test_a_video_that_shared_the_file_keeps_it(films: Films, film: Video, as_user: AsUser, claimed: Site) -> None:
    settle(claimed)
    twin = films.whole("24fps.mp4")
    assert twin.original_id == films.video(film.id).original_id
    send(as_user(), film, "vp9.webm")
    settle(claimed)
    as_user().delete(f"/api/v1/videos/{film.public_id}/replacement/previous")
    settle(claimed)
    assert films.video(twin.id).original_id == twin.original_id
    assert plays(as_user(), twin) == clip("24fps.mp4").read_bytes()
    assert plays(as_user(), film) == clip("vp9.webm").read_bytes()


@pytest.mark.slow
def test_deleting_the_video_deletes_what_waited_and_what_was_kept(films: Films, film: Video, as_user: AsUser, claimed: Site) -> None:
    anna = as_user()
    send(anna, film, "vp9.webm")
    settle(claimed)
    send(anna, film, "vfr.mp4")
    with claimed.write() as session:
        service.trash(session, film.id, now=claimed.now())
        service.purge(session, film.id)
    settle(claimed)
    with claimed.read() as session:
        assert session.exec(select(Video)).all() == []
        assert session.exec(select(Original)).all() == []
    left = [path for path in Path(claimed.paths.originals).rglob("*") if path.is_file() and not path.name.startswith(".")]
    assert left == []
