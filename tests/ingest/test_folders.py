"""RELIABILITY R-18 with real files: never half, never twice, never loses the original. Only the clock is the test's."""

import os

import pytest

from app.ingest.models import Mode
from app.site import Site
from tests.ingest.folder_kit import MakeKit, film

# -- how a file comes in


@pytest.mark.parametrize("mode", list(Mode))
def test_a_film_becomes_a_video(watched: MakeKit, mode: Mode) -> None:
    kit = watched(mode)
    source = film(kit.top / "Summer" / "Lea_on_the_beach.mp4")
    content = source.read_bytes()
    kit.pass_time()

    (video,), (original,) = kit.videos, kit.originals
    assert (video.title, video.privacy, video.state) == ("Lea on the beach", "members", "queued")
    assert source.exists() is (mode is not Mode.MOVE)
    assert original.in_place is (mode is Mode.IN_PLACE)
    place = source if mode is Mode.IN_PLACE else kit.site.paths.originals / original.path
    assert (place.read_bytes(), original.size) == (content, len(content))
    assert len(kit.stored_files) == (0 if mode is Mode.IN_PLACE else 1)


@pytest.mark.parametrize("mode", list(Mode))
def test_nothing_comes_in_twice(watched: MakeKit, mode: Mode) -> None:
    kit = watched(mode)
    film(kit.top / "a.mp4")
    kit.pass_time()
    for _ in range(3):
        assert kit.pass_time() == 0
    assert len(kit.videos) == 1


def test_a_slow_writer_is_waited_for(watched: MakeKit) -> None:
    kit = watched()
    path = kit.top / "slow.mp4"
    for step in range(1, 6):
        film(path, "x", 100_000 * step)
        os.utime(path, ns=(step, step * 10**9))
        assert kit.pass_time(4) == 0
    assert kit.videos == []
    kit.pass_time()
    assert [original.size for original in kit.originals] == [500_000]


def test_an_index_that_is_written_at_the_end_is_waited_for(watched: MakeKit) -> None:
    """Same size, other bytes: the time of change tells."""
    kit = watched()
    path = film(kit.top / "a.mp4")
    kit.folders.step()
    kit.clock.now += 4
    with path.open("r+b") as file:
        file.write(b"index")
    os.utime(path, ns=(5, 5))
    kit.folders.sweep_now()
    assert kit.folders.step() == 0
    kit.clock.now += 4
    assert kit.folders.step() == 0
    kit.clock.now += 2
    assert kit.folders.step() == 1


def test_a_file_that_is_open_for_writing_is_waited_for(watched: MakeKit) -> None:
    kit = watched(Mode.MOVE)
    path = film(kit.top / "a.mp4")
    with path.open("ab") as writer:
        for _ in range(3):
            assert kit.pass_time() == 0
        writer.write(b"the end")
    kit.pass_time()
    assert [original.size for original in kit.originals] == [120_007]


@pytest.mark.parametrize("beside", ["a.mp4.part", ".a.mp4.Xa91bQ", "a.mp4.aria2"])
def test_a_file_with_its_temporary_beside_it_is_waited_for(watched: MakeKit, beside: str) -> None:
    kit = watched()
    film(kit.top / "a.mp4")
    film(kit.top / beside)
    for _ in range(3):
        assert kit.pass_time() == 0
    (kit.top / beside).unlink()
    kit.pass_time()
    assert len(kit.videos) == 1


def test_a_download_counts_under_its_last_name(watched: MakeKit) -> None:
    kit = watched()
    film(kit.top / "a.mp4.crdownload")
    kit.pass_time()
    assert (kit.videos, kit.entry("a.mp4.crdownload")) == ([], None)
    (kit.top / "a.mp4.crdownload").rename(kit.top / "a.mp4")
    kit.pass_time()
    assert len(kit.videos) == 1


@pytest.mark.parametrize("mode", [Mode.COPY, Mode.IN_PLACE])
def test_a_film_that_is_written_to_after_it_came_in_stays_one_video(watched: MakeKit, mode: Mode) -> None:
    kit = watched(mode)
    path = film(kit.top / "a.mp4", "first")
    kit.pass_time()
    before = kit.videos[0]
    film(path, "second", 150_000)
    kit.pass_time()
    kit.site.bus.drain()

    (video,) = kit.videos
    assert video.public_id == before.public_id
    assert [original.size for original in kit.originals if original.id == video.original_id] == [150_000]


@pytest.mark.parametrize("mode", [Mode.COPY, Mode.MOVE])
def test_another_film_under_a_name_that_was_used_before_is_another_video(watched: MakeKit, mode: Mode) -> None:
    """Cameras begin again at IMG_0001."""
    kit = watched(mode)
    contents = []
    for mark in ("first", "second"):
        path = film(kit.top / "IMG_0001.mp4", mark)
        contents.append(path.read_bytes())
        kit.pass_time()
        path.unlink(missing_ok=True)
        film(kit.top / f"keeps the inode number of {mark} busy.txt")
        kit.pass_time()
    kit.site.bus.drain()
    kit.site.queue.run_waiting()

    assert len(kit.videos) == 2
    assert sorted(path.read_bytes() for path in kit.stored_files) == sorted(contents)


# -- the same content


def test_the_same_content_twice_is_one_video_and_says_so(watched: MakeKit) -> None:
    kit = watched()
    film(kit.top / "a.mp4", "same")
    kit.pass_time()
    film(kit.top / "b.mp4", "same")
    kit.pass_time()

    entry = kit.entry("b.mp4")
    assert len(kit.videos) == 1
    assert entry is not None
    assert (entry.state, entry.reason) == ("already", "The same film is here already: “a”.")


def test_a_copy_that_is_to_be_moved_goes_once_its_twin_is_surely_ours(watched: MakeKit) -> None:
    kit = watched(Mode.MOVE)
    film(kit.top / "a.mp4", "same")
    film(kit.top / "b.mp4", "same")
    kit.pass_time()

    assert (len(kit.videos), len(kit.stored_files), list(kit.top.iterdir())) == (1, 1, [])


def test_same_size_and_same_ends_are_not_the_same_content(watched: MakeKit) -> None:
    """The quick mark alone decides nothing."""
    kit = watched(Mode.MOVE)
    edge = b"e" * (1 << 20)
    for name, middle in (("a.mp4", b"1" * 1000), ("b.mp4", b"2" * 1000)):
        (kit.top / name).write_bytes(edge + middle + edge)
    kit.pass_time()

    assert len(kit.videos) == 2
    assert len({path.read_bytes()[1 << 20 : (1 << 20) + 4] for path in kit.stored_files}) == 2


def test_a_film_of_others_that_the_owner_may_not_see_is_shared_without_a_word(watched: MakeKit, site: Site) -> None:
    from tests.ingest.other_people import private_video_of_ben

    kit = watched()
    path = film(kit.top / "mine.mp4", "secret twin")
    private_video_of_ben(site, path)
    kit.pass_time()

    entry = kit.entry("mine.mp4")
    assert entry is not None
    assert (entry.state, entry.reason) == ("done", "")
    assert sorted(video.title for video in kit.videos) == ["ben's own", "mine"]
    assert len({video.original_id for video in kit.videos}) == 1
    assert len(kit.stored_files) == 1
