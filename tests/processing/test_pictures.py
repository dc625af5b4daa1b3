"""Stills and storyboards as jobs; choices as rows; pictures that people chose, which nobody can make again."""

import io
from pathlib import Path

import pytest
from PIL import Image
from sqlmodel import select

from app.errors import Conflict, Invalid
from app.jobs import find_task
from app.media.stills import SMALL, STILLS, load_storyboard, still_name
from app.processing import pictures
from app.processing.own_pictures import keep_moment, keep_picture
from app.queue import Job
from app.videos import service
from app.videos.models import Video
from app.videos.pictures import choose_still
from app.videos.shown import OWN, stills_of
from tests.conftest import settle
from tests.processing.conftest import Films


def sent() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (800, 450), (10, 200, 30)).save(out, "PNG")
    return out.getvalue()


def again(films: Films, kind: str, video: Video) -> None:
    task = find_task(kind)
    assert task is not None
    films.site.queue.add(task, video.id)
    films.run(kind)


def own_folder(films: Films, video: Video) -> Path:
    return films.site.paths.pictures / video.id


def test_a_film_gets_stills_and_a_storyboard_by_itself(films: Films) -> None:
    video = films.whole("h264.mp4")

    original = films.original(video)
    assert video.thumbnail
    assert len(stills_of(original)) == STILLS
    assert original.storyboard
    assert load_storyboard(films.folder(video))
    assert all((films.folder(video) / still_name(SMALL, number)).is_file() for number in (1, 2, 3))


def test_sound_alone_gets_neither_and_nothing_fails(films: Films) -> None:
    video = films.whole("audio-only.m4a")

    assert video.thumbnail == ""
    assert films.original(video).storyboard == ""
    assert {films.jobs()[kind] for kind in ("make_pictures", "make_storyboard")} == {"done"}


def test_where_key_frames_are_rare_the_pictures_come_from_a_rendition(films: Films) -> None:
    video = films.open("bframes.mp4")
    films.site.bus.drain()
    films.run("make_storyboard")
    first = load_storyboard(films.folder(video))
    assert first
    assert first.sparse

    settle(films.site)

    board = load_storyboard(films.folder(video))
    assert board
    assert board.times == pytest.approx((0.0, 4.0, 8.0), abs=0.1)
    assert not board.sparse


def test_seek_pictures_are_made_one_film_at_a_time(films: Films) -> None:
    video = films.open("h264.mp4")
    with pictures._one:
        again(films, "make_storyboard", video)
        assert films.jobs()["make_storyboard"] == "waiting"
        assert films.original(video).storyboard == ""
    with films.site.write() as session:
        for job in session.exec(select(Job).where(Job.kind == "make_storyboard")):
            job.not_before = ""
    films.run("make_storyboard")

    assert films.original(video).storyboard


def test_each_video_of_a_file_has_a_choice_of_its_own(films: Films) -> None:
    first, second = films.whole("h264.mp4"), films.whole("h264.mp4")
    first, second = films.video(first.id), films.video(second.id)
    assert first.original_id == second.original_id
    with films.site.write() as session:
        choose_still(session, first.id, 2)

    assert (films.video(first.id).picture, films.video(second.id).picture) == ("2", "")
    assert films.video(first.id).thumbnail != first.thumbnail
    assert films.video(second.id).thumbnail == second.thumbnail
    with films.site.write() as session, pytest.raises(Invalid, match="no such picture"):
        choose_still(session, first.id, 4)


def test_a_picture_of_ones_own_stays_when_stills_are_made_again(films: Films) -> None:
    video = films.whole("h264.mp4")
    keep_picture(films.site, video.id, sent())
    shown = films.video(video.id)
    assert shown.picture == OWN
    with Image.open(own_folder(films, video) / SMALL) as small:
        assert small.size == (640, 360)

    again(films, "make_pictures", video)

    after = films.video(video.id)
    assert (after.picture, after.thumbnail) == (OWN, shown.thumbnail)
    assert not list(films.site.paths.scratch.iterdir())


def test_a_picture_that_is_none_changes_nothing(films: Films) -> None:
    video = films.whole("h264.mp4")
    with pytest.raises(Invalid):
        keep_picture(films.site, video.id, b"<svg/>")

    assert films.video(video.id) == video
    assert not own_folder(films, video).exists()


def test_a_moment_becomes_the_picture(films: Films) -> None:
    video = films.whole("h264.mp4")
    keep_moment(films.site, video.id, 4.5)

    assert films.video(video.id).picture == OWN
    assert (own_folder(films, video) / SMALL).is_file()


def test_before_anything_is_made_there_is_nothing_to_choose(films: Films) -> None:
    video = films.open("h264.mp4")
    with films.site.write() as session, pytest.raises(Conflict, match="no pictures to choose"):
        choose_still(session, video.id, 1)


def test_what_people_chose_goes_with_the_video_and_stills_with_the_file(films: Films) -> None:
    video = films.whole("h264.mp4")
    keep_picture(films.site, video.id, sent())
    with films.site.write() as session:
        service.trash(session, video.id, now=films.site.now())
    settle(films.site)
    assert own_folder(films, video).exists()
    with films.site.write() as session:
        service.purge(session, video.id)
    settle(films.site)

    assert not own_folder(films, video).exists()
    assert not films.folder(video).exists()
