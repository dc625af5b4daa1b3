"""Two videos of the same content share one file, quietly; neither can take it from the other."""

from collections.abc import Callable

from sqlmodel import select

from app.media.facts import Facts
from app.site import Site
from app.videos import service
from app.videos.events import VideoPlayable, VideoPurged, VideoUploaded
from app.videos.models import Original, State, Video
from app.videos.pictures import set_stills
from tests.videos.library import NOW, Library

Heard = Callable[[], list[object]]


def test_a_copy_of_a_film_that_plays_plays_at_once(site: Site, library: Library, heard: Heard) -> None:
    first, second = library.ready("anna"), library.queued("ben")
    heard()
    with site.write() as session:
        orphan = service.share_original(session, video_id=second.id, original_id=first.original_id or "", now=NOW)

    shared = library.again(second)
    assert (shared.original_id, shared.state, shared.playable, shared.duration) == (first.original_id, State.READY, True, 100.0)
    assert orphan is not None
    assert orphan.id == second.original_id
    assert VideoPlayable(second.id) in heard()


def test_a_copy_of_a_film_in_work_becomes_ready_with_it(site: Site, library: Library) -> None:
    first, second = library.queued("anna"), library.uploading("ben")
    with site.write() as session:
        assert service.share_original(session, video_id=second.id, original_id=first.original_id or "", now=NOW) is None
        service.begin_processing(session, first.id)
        service.set_facts(session, first.original_id or "", Facts(container="mp4", size=1, duration=5.0, zero=0.0, bit_rate=0))
        set_stills(session, first.id, [2.5, 1.0])
        service.mark_playable(session, first.id, now=NOW)
        service.finish_processing(session, first.id)

    shared = library.again(second)
    assert (shared.state, shared.playable, shared.duration) == (State.READY, True, 5.0)
    assert shared.thumbnail


def test_a_copy_of_a_film_that_failed_is_tried_anew(site: Site, library: Library, heard: Heard) -> None:
    first, second = library.queued("anna"), library.uploading("ben")
    with site.write() as session:
        service.fail(session, first.id, "It does not play.")
    heard()
    with site.write() as session:
        service.share_original(session, video_id=second.id, original_id=first.original_id or "", now=NOW)
    assert library.again(second).state == State.QUEUED
    assert VideoUploaded(second.id) in heard()


def test_a_private_film_tells_nothing_to_who_uploads_the_same(site: Site, library: Library) -> None:
    first, second = library.ready("anna", privacy="private", title="Secret"), library.uploading("ben", title="Mine")
    with site.write() as session:
        service.share_original(session, video_id=second.id, original_id=first.original_id or "", now=NOW)
    shared = library.again(second)
    assert (shared.title, shared.privacy, shared.channel_id) == ("Mine", "members", library.person("ben").channel_id)


def test_the_file_stays_as_long_as_one_video_uses_it(site: Site, library: Library, heard: Heard) -> None:
    first, second = library.ready("anna"), library.uploading("ben")
    original = first.original_id or ""
    with site.write() as session:
        service.share_original(session, video_id=second.id, original_id=original, now=NOW)
        service.trash(session, first.id, now=NOW)
    heard()
    with site.write() as session:
        service.purge(session, first.id)
    assert heard() == [VideoPurged(first.id, "")]
    with site.write() as session:
        assert not service.forget_original(session, original)
        service.trash(session, second.id, now=NOW)
        service.purge(session, second.id)

    assert VideoPurged(second.id, original) in heard()
    with site.write() as session:
        assert service.forget_original(session, original)
        assert session.get(Original, original) is None


def test_work_goes_on_for_a_copy_when_the_video_it_was_asked_for_is_trashed(site: Site, library: Library, heard: Heard) -> None:
    first, second = library.queued("anna"), library.uploading("ben")
    with site.write() as session:
        service.share_original(session, video_id=second.id, original_id=first.original_id or "", now=NOW)
    heard()
    with site.write() as session:
        service.trash(session, first.id, now=NOW)

    assert VideoUploaded(second.id) in heard()
    with site.write() as session:
        assert service.begin_processing(session, first.id) is not None  # its job may still be the one that does it
        service.trash(session, second.id, now=NOW)
        assert service.begin_processing(session, first.id) is None


def with_digest(site: Site, library: Library, digest: str, **kept: bool) -> str:
    original = library.queued().original_id or ""
    with site.write() as session:
        service.set_digest(session, original, digest)
        row = session.get(Original, original)
        assert row is not None
        for name, value in kept.items():
            setattr(row, name, value)
    return original


def test_a_twin_has_the_same_digest_and_is_the_oldest(site: Site, library: Library) -> None:
    first, _second, third = (with_digest(site, library, "d1") for _ in range(3))
    with_digest(site, library, "d2")
    with site.read() as session:
        twin = service.twin_of(session, third)
        assert twin is not None
        assert twin.id == first


def test_a_file_in_someones_own_folder_never_stands_for_one_of_ours(site: Site, library: Library) -> None:
    theirs = with_digest(site, library, "d1", in_place=True)
    gone = with_digest(site, library, "d1", missing=True)
    ours = with_digest(site, library, "d1")
    with site.read() as session:
        assert service.twin_of(session, ours) is None
        for other in (theirs, gone):
            twin = service.twin_of(session, other)
            assert twin is not None
        assert service.twin_of(session, library.uploading().id) is None


def test_a_file_that_nobody_uses_any_more_is_no_twin(site: Site, library: Library) -> None:
    """It is about to be deleted, and whoever shared it then would lose the film."""
    left, ours = with_digest(site, library, "d1"), with_digest(site, library, "d1")
    with site.write() as session:
        for video in session.exec(select(Video).where(Video.original_id == left)).all():
            service.trash(session, video.id, now=NOW)
            service.purge(session, video.id)
        assert service.twin_of(session, ours) is None
