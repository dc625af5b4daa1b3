"""From a file that arrived to a film that plays, is packed and is ready; and what is said of files that are none."""

import pytest
from sqlmodel import select

from app.jobs import JobFailed
from app.media.packing import packed_path, packed_table
from app.processing.films import film_of
from app.processing.opening import given_up, open_film
from app.videos import service
from app.videos.models import Original, Video
from tests.conftest import settle
from tests.processing.conftest import Films


def test_a_film_that_browsers_play_is_playable_at_once_and_ready_soon_after(films: Films) -> None:
    video = films.open("h264.mp4")
    assert (video.state, video.playable, video.reason) == ("processing", True, "")
    assert video.duration == pytest.approx(10, abs=0.2)
    assert (video.width, video.height) == (320, 180)
    assert video.published_at

    settle(films.site)

    video = films.video(video.id)
    assert (video.state, bool(video.thumbnail)) == ("ready", True)
    folder = films.folder(video)
    for row in films.renditions(video):
        assert row.packed
        assert row.ready == row.segments > 0
        assert row.size == packed_path(folder, row.name).stat().st_size
        assert packed_table(folder, row.name) is not None
    assert {row.kind for row in films.renditions(video)} == {"video", "audio"}
    assert len(films.original(video).digest) > 30
    assert set(films.jobs().values()) == {"done"}


def test_a_film_that_browsers_do_not_play_is_playable_with_its_first_segments(films: Films) -> None:
    video = films.open("hevc10.mkv")

    assert (video.state, video.playable) == ("processing", True)
    made = [path.parent.name for path in films.folder(video).rglob("*.m4s")]
    assert {row.name for row in films.renditions(video) if row.kind == "audio"} <= set(made)
    assert len(made) >= 2


def test_a_film_without_sound_and_sound_without_film(films: Films) -> None:
    silent, sound = films.open("no-audio.mp4"), films.open("audio-only.m4a")

    assert silent.playable
    assert sound.playable
    assert {row.kind for row in films.renditions(silent)} == {"video"}
    assert {row.kind for row in films.renditions(sound)} == {"audio"}
    assert sound.width is None


@pytest.mark.parametrize(
    "name", ["text-file.mp4", "playlist.mp4", "concat.mp4", "zero-bytes.mp4", "noise.mp4", "picture.png", "picture.mp4", "no-moov.mp4"]
)
def test_what_is_no_film_fails_with_a_sentence_and_is_not_tried_again(films: Films, name: str) -> None:
    video = films.whole(name)

    assert (video.state, video.playable) == ("failed", False)
    assert len(video.reason) > 15
    assert video.reason.endswith(".")
    assert "/" not in video.reason.replace("and/or", "")
    assert "Error" not in video.reason
    assert films.jobs()["open_film"] == "failed"
    with films.site.read() as session:  # the file stays: it is theirs
        original = session.get(Original, video.original_id)
        assert original is not None
        assert (films.site.paths.originals / original.path).exists()


@pytest.mark.parametrize("name", ["cut-in-half.mp4", "cut-in-half.mkv"])
def test_a_film_that_was_cut_off_plays_as_far_as_it_goes_and_its_owner_is_told(films: Films, name: str) -> None:
    video = films.whole(name)

    assert (video.state, video.playable) == ("needs_attention", True)
    assert video.reason.startswith("The last 5 seconds are missing: the file ends at 0:05 although it says that it lasts 0:10.")
    assert video.duration is not None
    assert 1 < video.duration < 9


def test_the_same_content_twice_becomes_one_file(films: Films) -> None:
    first = films.whole("h264.mp4")
    second = films.whole("h264.mp4", privacy="private")

    assert second.original_id == first.original_id
    assert (second.state, second.playable, second.duration) == ("ready", True, first.duration)
    assert second.privacy == "private"
    with films.site.read() as session:
        assert len(session.exec(select(Original)).all()) == 1
    kept = [path for path in films.site.paths.originals.rglob("*.mp4") if path.is_file()]
    assert len(kept) == 1
    assert [path.name for path in films.site.paths.renditions.iterdir() if path.is_dir()] == [first.original_id]


def test_deleting_for_good_removes_every_file_once_nobody_has_it(films: Films) -> None:
    first = films.whole("h264.mp4")
    second = films.whole("h264.mp4")
    path = films.site.paths.originals / films.original(first).path
    for video, left in ((first, True), (second, False)):
        with films.site.write() as session:
            service.trash(session, video.id, now=films.site.now())
            service.purge(session, video.id)
        settle(films.site)
        assert path.exists() is left
        assert films.folder(video).exists() is left
    with films.site.read() as session:
        assert session.exec(select(Original)).all() == []
        assert session.exec(select(Video)).all() == []


def test_work_that_ends_for_good_without_a_word_is_said_on_the_film(films: Films) -> None:
    video_id = films.add("h264.mp4")

    given_up(films.site, JobFailed("job", open_film.kind, video_id, "This work ended the whole program three times."))

    video = films.video(video_id)
    assert (video.state, video.reason) == ("failed", "This work ended the whole program three times.")
    with films.site.write() as session:
        service.retry(session, video_id)
    settle(films.site)
    assert films.video(video_id).state == "ready"


def test_a_master_for_a_slow_line_leaves_out_what_would_never_go_through(films: Films) -> None:
    film = film_of(films.site, films.original(films.open("hevc10.mkv")))
    lowest = min(rung.maxrate for rung in film.pictures)
    whole, capped, tiny = (film.master(lambda name: name, most=most) for most in (0, lowest, 1))

    assert whole.count("#EXT-X-STREAM-INF") == len(film.pictures)
    assert capped.count("#EXT-X-STREAM-INF") == 1
    assert tiny == capped, "the smallest is always there"
