"""Pictures of a video by its media address: under the one rule, kept by nobody who should not, the token passed on."""

import io
from collections.abc import Iterator

import pytest
from PIL import Image

from app.jobs import find_task
from app.processing.own_pictures import keep_picture
from app.videos.models import Video
from app.videos.pictures import choose_still
from tests.delivery.conftest import Cinema

NAMES = ("thumbnail.webp", "poster.webp", "still-1.webp", "storyboard.vtt", "storyboard-0.webp")


@pytest.fixture(scope="module")
def drawn(cinema: Cinema) -> Cinema:
    for kind in ("make_pictures", "make_storyboard"):
        task = find_task(kind)
        assert task is not None
        cinema.site.queue.add(task, cinema.film.id)
        cinema.films.run(kind)
    return cinema


@pytest.fixture
def chosen(drawn: Cinema) -> Iterator[Cinema]:
    yield drawn
    with drawn.site.write() as session:
        choose_still(session, drawn.film.id, 1)


@pytest.mark.parametrize(("privacy", "kept"), [("public", "public, no-cache"), ("private", "private, no-cache")])
def test_each_is_there_and_kept_as_its_video_is(drawn: Cinema, privacy: str, kept: str) -> None:
    drawn.make(privacy)
    try:
        for name in NAMES:
            reply = drawn.owner.get(drawn.media(name))
            assert reply.status_code == 200, name
            assert reply.headers["content-type"].partition(";")[0] == ("text/vtt" if name.endswith("vtt") else "image/webp")
            assert reply.headers["cache-control"] == kept
            assert "nosniff" in reply.headers["x-content-type-options"]
            assert "set-cookie" not in reply.headers
            assert drawn.nobody.get(drawn.media(name)).status_code == (200 if privacy == "public" else 404)
    finally:
        drawn.make("members")


def test_names_that_are_none_are_missing(drawn: Cinema) -> None:
    for name in (
        "still-0.webp",
        "still-4.webp",
        "still-10.webp",
        "storyboard-01.webp",
        "storyboard-99.webp",
        "storyboard-.webp",
        "index.webp",
    ):
        assert drawn.owner.get(drawn.media(name)).status_code == 404, name


def test_the_token_reaches_the_sheets(drawn: Cinema) -> None:
    reply = drawn.nobody.get(f"/api/v1/videos/{drawn.film.public_id}", headers={"authorization": f"Bearer {drawn.bearer}"})
    address = reply.json()["storyboard"]
    listed = drawn.nobody.get(address)
    assert listed.headers["referrer-policy"] == "no-referrer"
    sheets = {line.partition("#")[0] for line in listed.text.splitlines() if "#xywh" in line}

    assert sheets
    assert all("token=" in sheet for sheet in sheets)
    assert all(drawn.nobody.get(sheet).status_code == 200 for sheet in sheets)
    assert all(drawn.nobody.get(sheet.partition("?")[0]).status_code == 404 for sheet in sheets)


def test_what_is_chosen_is_shown(chosen: Cinema) -> None:
    def shown() -> bytes:
        return bytes(chosen.owner.get(chosen.media("thumbnail.webp")).content)

    best = shown()
    with chosen.site.write() as session:
        choose_still(session, chosen.film.id, 2)
    second = shown()
    keep_picture(chosen.site, chosen.film.id, picture())

    assert second == chosen.owner.get(chosen.media("still-2.webp")).content != best
    with Image.open(io.BytesIO(shown())) as own:
        assert own.convert("RGB").getpixel((5, 5))[1] > 150
    with chosen.site.read() as session:
        assert session.get(Video, chosen.film.id).picture == "own"


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (320, 180), (10, 200, 30)).save(out, "JPEG")
    return out.getvalue()
