"""A film is shown in part: by the page, with or without scripts, and by the API; only those who edit it may say so."""

from collections.abc import Callable

import pytest
from litestar.testing import TestClient
from sqlmodel import select

from app.http.viewer import Role
from app.media.cutting.keep import read_cut
from app.media.facts import Facts
from app.site import Site
from app.videos.models import Position, Video
from app.videos.moments import shown_moment, typed_moment
from app.videos.service import set_facts
from tests.processing.conftest import Films

AsUser = Callable[..., TestClient]


@pytest.fixture
def film(claimed: Site) -> Video:
    return Films(claimed).open("h264.mp4")


def kept(site: Site, video: Video) -> tuple[tuple[float, float], ...] | None:
    with site.read() as session:
        row = session.get(Video, video.id)
        assert row is not None
        return read_cut(row.cut)


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [("0", 0), ("1:02", 62), ("1:02:03.5", 3723.5), ("62,25", 62.25), (" 2:05.120 ", 125.12), ("٢:٠٥", 125), ("", None), ("1:-2", None)],
)  # fmt: skip
def test_moments_are_understood_as_people_type_them(typed: str, seconds: float | None) -> None:
    assert typed_moment(typed) == seconds
    if seconds is not None:
        assert typed_moment(shown_moment(seconds)) == seconds


def test_the_api_cuts_a_film_and_brings_it_back(film: Video, as_user: AsUser, claimed: Site) -> None:
    anna = as_user()
    reply = anna.put(f"/api/v1/videos/{film.public_id}/cut", json={"keep": [[1, 3], [6, 8.5]]})
    assert reply.status_code == 200
    assert reply.json()["cut"] == [[1.0, 3.0], [6.0, 8.5]]
    assert reply.json()["duration"] == 4.5

    wrong = anna.put(f"/api/v1/videos/{film.public_id}/cut", json={"keep": [[6, 3]]})
    assert wrong.status_code == 422
    assert kept(claimed, film) == ((1.0, 3.0), (6.0, 8.5))
    assert anna.put(f"/api/v1/videos/{film.public_id}/cut", json={"keep": [[0, 5]], "owner_id": "x"}).status_code == 400

    reply = anna.delete(f"/api/v1/videos/{film.public_id}/cut")
    assert reply.json()["cut"] is None
    assert reply.json()["duration"] == pytest.approx(10, abs=0.1)


def test_a_plain_form_is_enough(film: Video, as_user: AsUser, claimed: Site) -> None:
    anna, address = as_user(), f"/studio/v/{film.public_id}/cut"
    page = anna.get(address)
    assert page.status_code == 200
    assert page.text.count('name="start"') == 4, "the whole film, two empty rows, and the one that scripts copy"

    sent = anna.post(address, data={"start": ["0:01", "6", ""], "end": ["0:03.000", "8,5", ""]}, follow_redirects=False)
    assert sent.status_code == 303
    assert kept(claimed, film) == ((1.0, 3.0), (6.0, 8.5))
    assert "0:06.000" in anna.get(address).text
    one = anna.post(address, data={"start": "", "end": "5"}, follow_redirects=False)
    assert one.status_code == 303
    assert kept(claimed, film) == ((0.0, 5.0),)

    wrong = anna.post(address, data={"start": ["0:01", "2"], "end": ["0:03", "soon"]})
    assert wrong.status_code == 422
    assert 'value="soon"' in wrong.text
    assert 'id="cut-error"' in wrong.text
    assert kept(claimed, film) == ((0.0, 5.0),)
    anna.post(f"/studio/v/{film.public_id}/uncut")
    assert kept(claimed, film) is None


def test_whoever_may_only_watch_may_not_cut(film: Video, as_user: AsUser, claimed: Site) -> None:
    ben = as_user("ben", Role.CREATOR)
    assert ben.put(f"/api/v1/videos/{film.public_id}/cut", json={"keep": [[1, 3]]}).status_code == 404
    assert ben.get(f"/studio/v/{film.public_id}/cut").status_code == 404
    assert ben.post(f"/studio/v/{film.public_id}/cut", data={"start": "1", "end": "3"}).status_code == 404
    assert kept(claimed, film) is None


def test_where_people_stopped_stays_at_the_same_picture(film: Video, as_user: AsUser, claimed: Site) -> None:
    anna = as_user()
    anna.put(f"/api/v1/videos/{film.public_id}/position", json={"position": 6.5})

    def position() -> float:
        with claimed.read() as session:
            return session.exec(select(Position)).one().position

    anna.put(f"/api/v1/videos/{film.public_id}/cut", json={"keep": [[1, 3], [6, 9]]})
    assert position() == 2.5
    anna.put(f"/api/v1/videos/{film.public_id}/cut", json={"keep": [[1, 3], [7, 9]]})
    assert position() == 2.0, "it was cut out: at what follows"
    anna.delete(f"/api/v1/videos/{film.public_id}/cut")
    assert position() == 7.0


def test_a_video_of_the_same_file_is_shown_whole(film: Video, as_user: AsUser, claimed: Site) -> None:
    with claimed.write() as session:
        twin = Video(**{**session.get(Video, film.id).model_dump(), "id": "twin", "public_id": "twin"})  # type: ignore[union-attr]
        session.add(twin)
    as_user().put(f"/api/v1/videos/{film.public_id}/cut", json={"keep": [[1, 3]]})
    films = Films(claimed)
    facts = films.original(film).facts
    with claimed.write() as session:
        set_facts(session, film.original_id or "", Facts.from_json(facts))
    assert films.video(film.id).duration == 2.0
    assert films.video("twin").duration == pytest.approx(10, abs=0.1)
