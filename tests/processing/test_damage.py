"""A damaged film says what is lost, plays what is there, and waits for its owner."""

import msgspec
import pytest

from app.accounts.service import find_user
from app.errors import Conflict, Unavailable
from app.http.viewer import Role
from app.media.checks import shortcoming
from app.media.facts import Facts
from app.media.packing import packed_path, packed_table
from app.media.runs import RunManager
from app.processing import damage
from app.processing.budget import Budget, OverBudget
from app.processing.films import Film, film_of
from app.processing.finishing import pack_checked, throw_away
from app.videos import service
from tests.conftest import AsUser
from tests.processing.conftest import Films

WHOLE = Facts(container="mp4", size=1, duration=700.0, zero=0.0, bit_rate=1)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (WHOLE, ""),
        (
            msgspec.structs.replace(WHOLE, duration=425.0, cut_at=425.0, stated=617.0),
            "The last 3 minutes 12 seconds are missing: the file ends at 7:05 although it says that it lasts 10:17.",
        ),
        (msgspec.structs.replace(WHOLE, cut_at=3725.4, stated=3725.5), "The end is missing: the file was cut off at 1:02:05."),
        (
            msgspec.structs.replace(WHOLE, gaps=((245.0, 257.0),)),
            "The picture cannot be read for 12 seconds around 4:05; it stands still there.",
        ),
        (
            msgspec.structs.replace(WHOLE, gaps=((5.0, 6.0), (245.0, 257.0))),
            "The picture cannot be read for 13 seconds, in 2 places, the longest of them around 4:05; it stands still there.",
        ),
    ],
)
def test_what_is_lost_is_said(facts: Facts, sentence: str) -> None:
    assert damage.loss(facts).startswith(sentence)
    assert bool(damage.loss(facts)) == bool(sentence)


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "1 second"), (61, "1 minute 1 second"), (7320, "2 hours 2 minutes"), (120, "2 minutes")]
)
def test_lengths_are_said_in_words(seconds: float, words: str) -> None:
    assert damage.in_words(seconds) == words


def test_a_film_with_a_damaged_middle_plays_whole_and_its_owner_is_told(films: Films) -> None:
    video = films.whole("spoiled.mp4")

    assert (video.state, video.playable, video.duration) == ("needs_attention", True, 12.0)
    assert video.reason.startswith("The picture cannot be read for 3 seconds around 0:05; it stands still there.")
    assert all(row.packed for row in films.renditions(video))


def test_a_hole_that_the_demuxer_passed_over_is_told_too(films: Films) -> None:
    video = films.open("spoiled.mkv")

    assert (video.state, video.playable) == ("needs_attention", True)
    assert "The picture cannot be read for" in video.reason


@pytest.mark.parametrize("name", ["cut-in-half.m4a", "cut-in-half.mp3", "cut-in-half.wav", "cut-in-half.flac"])
def test_sound_that_was_cut_off_is_noticed(films: Films, name: str) -> None:
    video = films.open(name)

    assert (video.state, video.playable) == ("needs_attention", True)
    assert "although it says that it lasts 0:11" in video.reason
    assert video.duration == pytest.approx(5.5, abs=0.3)


@pytest.mark.parametrize("name", ["audio-first.m4a", "audio-only.mp3", "audio-only.wav", "audio-only.flac"])
def test_whole_sound_is_not_called_damaged(films: Films, name: str) -> None:
    video = films.open(name)

    assert (video.state, video.reason) == ("processing", "")


def test_its_owner_keeps_it_and_that_is_written_down(films: Films, as_user: AsUser) -> None:
    video = films.open("cut-in-half.mp4")
    other, anna = as_user("ben", Role.CREATOR), as_user("anna")

    refused = other.post(f"/w/{video.public_id}/accept", follow_redirects=False)
    kept = anna.post(f"/w/{video.public_id}/accept", follow_redirects=False)
    original = films.original(video)

    assert (refused.status_code, kept.status_code) == (404, 303)  # who may not edit it is not told that it can be
    assert films.video(video.id).state == "ready"
    with films.site.read() as session:
        owner = find_user(session, "anna")
    assert owner
    assert (original.accepted_by, original.accepted_damage) == (owner.id, video.reason)
    assert original.accepted_at


def test_what_was_accepted_is_not_asked_again_but_worse_is(films: Films) -> None:
    video = films.open("cut-in-half.mp4")
    with films.site.write() as session:
        service.accept_damaged(session, video.id, by="anna", now=films.site.now())
        service.tell_damage(session, video.id, video.reason)
    assert films.video(video.id).state == "ready"

    with films.site.write() as session:
        service.tell_damage(session, video.id, "Worse.")
    assert (films.video(video.id).state, films.video(video.id).reason) == ("needs_attention", "Worse.")


def test_only_what_waits_can_be_accepted(films: Films) -> None:
    video = films.whole("h264.mp4")

    with films.site.write() as session, pytest.raises(Conflict):
        service.accept_damaged(session, video.id, by="anna", now=films.site.now())


def test_a_version_that_did_not_come_out_right_is_never_packed(films: Films) -> None:
    """A segment gone bad on the disk, between its making and its packing."""
    runs, film = _filled(films)
    rendition = film.renditions()[0]
    last = max(int(path.stem) for path in rendition.home.glob("*.m4s"))
    path = rendition.segment_path(last)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2] + bytes(len(data) - len(data) // 2))

    with pytest.raises(Unavailable, match="made once more"):
        pack_checked(runs, rendition)

    assert packed_table(film.folder, rendition.rung.name) is None
    assert not rendition.home.exists()
    assert runs.fill([rendition])
    pack_checked(runs, rendition)
    assert packed_path(film.folder, rendition.rung.name).exists()


@pytest.mark.slow
def test_missing_and_short_segments_are_named(films: Films) -> None:
    runs, film = _filled(films)
    rendition = film.renditions()[0]

    whole = shortcoming(runs.tool, rendition)
    rendition.segment_path(2).replace(rendition.home / "away")
    missing = shortcoming(runs.tool, rendition)
    rendition.segment_path(2).write_bytes(rendition.segment_path(0).read_bytes())

    assert whole == ""
    assert missing == "segments are missing: [2]"
    assert "instead of" in shortcoming(runs.tool, rendition)


@pytest.mark.slow
def test_what_is_thrown_away_is_gone_whole(films: Films) -> None:
    runs, film = _filled(films)
    rendition = film.renditions()[0]
    pack_checked(runs, rendition)

    throw_away(runs, rendition)

    assert list(film.folder.glob(f"{rendition.rung.name}*")) == []


def test_work_beyond_its_budget_is_ended(films: Films) -> None:
    _, film = _filled(films)
    budget = Budget(film)
    budget.check()

    budget._bytes, budget._looked = 10, 0.0
    with pytest.raises(OverBudget, match="far more than its size"):
        budget.check()

    budget = Budget(film)
    budget._seconds = 0.0
    with pytest.raises(OverBudget, match="far too long"):
        budget.check()


def _filled(films: Films) -> tuple[RunManager, Film]:
    video = films.open("hevc10.mkv")
    runs = films.site.part(RunManager)
    film = film_of(films.site, films.original(video))
    assert runs.fill(film.renditions())
    return runs, film
