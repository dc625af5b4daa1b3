"""A video's life, from the first byte to ready, as its rows and the facts it tells."""

import contextlib
from collections.abc import Callable

import pytest

from app.errors import Conflict, Invalid, Missing
from app.media.facts import Facts, VideoFacts
from app.site import Site
from app.videos import service
from app.videos.events import VideoChanged, VideoPlayable, VideoPurged, VideoUploaded
from app.videos.models import State
from tests.videos.library import NOW, Library

Heard = Callable[[], list[object]]
LATER = "2026-06-01T00:00:00.000Z"
FACTS = Facts(
    container="mov,mp4", size=1000, duration=63.5, zero=0.0, bit_rate=0, recorded_at="2019-08-01T14:00:00+02:00",
    video=VideoFacts(stream=0, codec="h264", codec_string="avc1", profile="", width=1080, height=1920, coded_width=1920, coded_height=1080,
                     pix_fmt="yuv420p", bits=8, fps=30, frames=1905, tb_num=1, tb_den=90000, zero=0, rotation=90),
)  # fmt: skip


def test_an_upload_is_there_from_its_first_byte_and_called_as_its_file(site: Site, library: Library) -> None:
    anna = library.person("anna")
    with site.write() as session:
        video = service.begin_upload(
            session, owner_id=anna.user_id, channel_id=anna.channel_id, title=" ", privacy="private",
            filename="../../Sommer_am\u202e_Meer\n.mp4", now=NOW,
        )  # fmt: skip

    assert (video.state, video.title, video.filename) == (State.UPLOADING, "Sommer am Meer", "Sommer_am_Meer .mp4")
    assert not video.playable


def test_a_name_of_255_bytes_still_makes_a_title(library: Library, site: Site) -> None:
    anna = library.person("anna")
    with site.write() as session:
        video = service.begin_upload(
            session, owner_id=anna.user_id, channel_id=anna.channel_id, title="", privacy="members", filename="a" * 251 + ".mp4", now=NOW
        )
    assert video.title == "a" * 200


def test_nobody_uploads_into_a_channel_of_others(site: Site, library: Library) -> None:
    anna, ben = library.person("anna"), library.person("ben")
    with pytest.raises(Missing), site.write() as session:
        service.begin_upload(
            session, owner_id=ben.user_id, channel_id=anna.channel_id, title="x", privacy="members", filename="x.mp4", now=NOW
        )


def test_a_finished_upload_is_told_once_the_transaction_commits(library: Library, heard: Heard) -> None:
    video = library.queued()

    assert video.state == State.QUEUED
    assert VideoUploaded(video.id) in heard()


def test_a_failed_transaction_tells_nothing(site: Site, library: Library, heard: Heard) -> None:
    video = library.uploading()
    heard()
    with contextlib.suppress(ZeroDivisionError), site.write() as session:
        original = service.add_original(session, path="a", size=1, now=NOW)
        service.uploaded(session, video.id, original.id)
        raise ZeroDivisionError

    assert heard() == []
    assert library.again(video).state == State.UPLOADING


def test_an_upload_that_was_given_up_leaves_nothing(site: Site, library: Library, heard: Heard) -> None:
    video = library.uploading()
    with site.write() as session:
        assert service.abandon_upload(session, video.id)
        assert not service.abandon_upload(session, video.id)

    assert not library.is_there(video)
    assert heard() == [VideoPurged(video.id, "")]


def test_an_upload_that_arrived_is_not_given_up_by_a_late_sweep(site: Site, library: Library) -> None:
    video = library.queued()
    with site.write() as session:
        assert not service.abandon_upload(session, video.id)
    assert library.is_there(video)


def test_playing_is_told_once_and_published_at_stays(site: Site, library: Library, heard: Heard) -> None:
    video = library.playable()
    assert VideoPlayable(video.id) in heard()

    with site.write() as session:
        service.mark_playable(session, video.id, now=LATER)

    assert heard() == []
    assert library.again(video).published_at == NOW


def test_processing_twice_changes_nothing(site: Site, library: Library) -> None:
    video = library.ready()
    with site.write() as session:
        assert service.begin_processing(session, video.id) is None
        assert service.begin_processing(session, "gone") is None


def test_facts_of_a_file_reach_its_video_with_the_date_in_utc(site: Site, library: Library) -> None:
    video = library.queued()
    with site.write() as session:
        service.set_facts(session, video.original_id or "", FACTS)

    row = library.again(video)
    assert (row.duration, row.width, row.height) == (63.5, 1080, 1920)
    assert row.recorded_at == "2019-08-01T12:00:00.000Z"


def test_a_failed_video_can_be_tried_again_and_loses_its_reason(site: Site, library: Library, heard: Heard) -> None:
    video = library.queued()
    with site.write() as session:
        service.fail(session, video.id, "The file is not a film.")
    assert library.again(video).reason == "The file is not a film."
    heard()

    with site.write() as session:
        service.retry(session, video.id)

    assert (library.again(video).state, library.again(video).reason) == (State.QUEUED, "")
    assert VideoUploaded(video.id) in heard()


def test_what_went_well_cannot_be_tried_again(site: Site, library: Library) -> None:
    video = library.ready()
    with pytest.raises(Conflict), site.write() as session:
        service.retry(session, video.id)


def test_a_damaged_film_waits_for_its_owner_who_may_keep_it(site: Site, library: Library, heard: Heard) -> None:
    video = library.queued()
    with site.write() as session:
        service.begin_processing(session, video.id)
        service.needs_attention(session, video.id, "The file ends early, at 2:14 of 3:30. What is there plays.")
    assert not library.again(video).playable
    heard()

    with site.write() as session:
        service.accept_damaged(session, video.id, by="anna", now=NOW)

    row = library.again(video)
    assert (row.state, row.playable, row.reason) == (State.READY, True, "")
    assert VideoPlayable(video.id) in heard()


def test_a_title_is_changed_whole_or_not_at_all(site: Site, library: Library, heard: Heard) -> None:
    video = library.ready()
    heard()
    change = service.VideoEdit(title="New", privacy="nonsense")
    with pytest.raises(Invalid), site.write() as session:
        service.edit(session, video.id, change, edits=frozenset())
    assert library.again(video).title == "A day out"
    assert heard() == []

    with site.write() as session:
        service.edit(session, video.id, service.VideoEdit(title="New", tags=["sea"]), edits=frozenset())
    assert (library.again(video).title, library.again(video).tags) == ("New", "sea")
    assert heard() == [VideoChanged(video.id)]


def test_saving_what_is_there_already_tells_nothing(site: Site, library: Library, heard: Heard) -> None:
    video = library.ready()
    heard()
    with site.write() as session:
        service.edit(session, video.id, service.VideoEdit(title="A day out"), edits=frozenset())
    assert heard() == []


def test_a_video_moves_only_into_a_channel_that_its_editor_may_use(site: Site, library: Library) -> None:
    video, ben = library.ready("anna"), library.person("ben")
    handle = library.channel(ben.channel_id).handle
    anna = library.person("anna").viewer(site)
    with pytest.raises(Missing), site.write() as session:
        service.edit(session, video.id, service.VideoEdit(channel=handle), edits=anna.edits)

    with site.write() as session:
        service.add_editor(session, channel_id=ben.channel_id, user_id=anna.user_id)
        service.edit(session, video.id, service.VideoEdit(channel=handle), edits=service.edits_of(session, anna.user_id))
    assert library.again(video).channel_id == ben.channel_id


def test_channels_of_the_same_name_get_handles_of_their_own(site: Site, library: Library) -> None:
    anna = library.person("anna")
    with site.write() as session:
        handles = [service.make_channel(session, owner_id=anna.user_id, name="Film night", now=NOW).handle for _ in range(3)]
    assert handles == ["film-night", "film-night-2", "film-night-3"]


def test_a_rung_is_one_row_however_often_it_is_noted(site: Site, library: Library) -> None:
    video = library.queued()
    original = video.original_id or ""
    with site.write() as session:
        service.note_rendition(session, original_id=original, name="v720", kind="video", height=720, segments=10)
        service.rendition_progress(session, original_id=original, name="v720", ready=4, packed=False, size=99)
        row = service.note_rendition(session, original_id=original, name="v720", kind="video", height=720, segments=12)
    assert (row.segments, row.ready, row.size) == (12, 4, 99)
