"""RELIABILITY R-17 and R-18 with real files: never half, never twice, never loses the original. Only the clock is the test's."""

import os
import shutil
import time
from pathlib import Path

import pytest

from app.ingest.folder_service import ask_again, ensure_inbox
from app.ingest.models import Mode
from app.site import Site
from tests.ingest.folder_kit import Kit, MakeKit, film


@pytest.fixture
def watched(claimed: Site, tmp_path: Path) -> MakeKit:
    def make(mode: Mode = Mode.COPY, name: str = "films") -> Kit:
        return Kit(claimed, tmp_path / name, mode)

    return make


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


def test_a_file_that_changed_while_homereel_was_down_is_taken_as_the_same_video(watched: MakeKit) -> None:
    kit = watched()
    path = film(kit.top / "a.mp4", "first")
    kit.pass_time()
    before = kit.videos[0]
    film(path, "second", 150_000)
    kit.pass_time()
    kit.site.bus.drain()

    (video,) = kit.videos
    assert video.public_id == before.public_id
    assert [original.size for original in kit.originals if original.id == video.original_id] == [150_000]


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


# -- what is left alone


def test_what_is_left_alone_is_listed_with_its_reason(watched: MakeKit, tmp_path: Path) -> None:
    kit = watched()
    elsewhere = film(tmp_path / "elsewhere.mp4")
    film(kit.top / "notes.txt")
    film(kit.top / "small.mp4", size=50)
    (kit.top / "empty.mp4").touch()
    (kit.top / "link.mp4").symlink_to(elsewhere)
    os.mkfifo(kit.top / "pipe.mp4")
    (kit.top / "away").symlink_to(tmp_path)
    film(kit.top / "@eaDir" / "thumb.mp4")
    kit.pass_time()

    reasons = {
        name: (kit.entry(name) or pytest.fail(name)).reason for name in ("notes.txt", "small.mp4", "empty.mp4", "link.mp4", "pipe.mp4")
    }
    assert kit.videos == []
    assert {name: kit.state(name) for name in reasons} == dict.fromkeys(reasons, "skipped")
    assert reasons["link.mp4"] == "It is a link, and links are not followed."
    assert reasons["small.mp4"] == "It is smaller than 100 kB."
    assert elsewhere.exists()
    assert kit.entry("@eaDir/thumb.mp4") is None


NAMES = ["\udcff\udcfe.mp4", "a\nb.mp4", "\u202egpj.mp4", "-rf.mp4", "😀" * 60 + ".mp4", "$(reboot).mp4", "con.mp4", "x" * 251 + ".mp4"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("mode", [Mode.MOVE, Mode.COPY])
def test_any_name_that_a_disk_allows_comes_in(watched: MakeKit, name: str, mode: Mode) -> None:
    kit = watched(mode)
    film(kit.top / name)
    kit.pass_time()

    assert len(kit.videos) == 1
    (kept,) = kit.stored_files
    assert kept.is_relative_to(kit.site.paths.originals / "anna")
    assert kit.pass_time() == 0


# -- failures


def test_a_failure_is_kept_tried_again_ever_later_and_by_hand(watched: MakeKit, monkeypatch: pytest.MonkeyPatch) -> None:
    kit = watched()
    path = film(kit.top / "a.mp4")
    from app.ingest import bring

    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(bring.twins, "twin_of_file", refused)
    kit.pass_time()
    entry = kit.entry(path)
    assert entry is not None
    assert (entry.state, entry.attempts) == ("failed", 1)
    assert "permissions" in entry.reason
    assert entry.retry_at > kit.site.now()
    for _ in range(3):
        kit.site.clock = _in_the_future(kit, entry.retry_at)
        kit.pass_time()
        entry = kit.entry(path)
        assert entry is not None
    assert (entry.attempts, entry.retry_at) == (4, "")
    kit.pass_time()
    monkeypatch.undo()
    kit.pass_time()
    assert kit.videos == []
    with kit.site.write() as session:
        ask_again(session, entry.public_id, now=kit.site.now())
    kit.pass_time()
    assert kit.state(path) == "done"


def _in_the_future(kit: Kit, moment: str) -> object:
    from datetime import datetime, timedelta

    return lambda: datetime.fromisoformat(moment) + timedelta(seconds=1)


def test_a_full_disk_stops_the_folder_and_costs_no_try(watched: MakeKit, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.ingest import limits
    from app.storage.space import Reserve

    kit = watched()
    film(kit.top / "a.mp4")
    monkeypatch.setattr(limits, "reserve_of", lambda *_: Reserve(floor=10**18))
    kit.pass_time()
    assert "too full" in kit.row.fault
    assert (kit.videos, kit.entry("a.mp4")) == ([], None)
    monkeypatch.undo()
    kit.clock.now += 61
    kit.pass_time()
    assert (kit.row.fault, len(kit.videos)) == ("", 1)


def test_a_file_that_cannot_be_taken_out_is_not_taken_again(watched: MakeKit, monkeypatch: pytest.MonkeyPatch) -> None:
    kit = watched(Mode.MOVE)
    path = film(kit.top / "a.mp4")
    real = Path.unlink

    def unlink(self: Path, missing_ok: bool = False) -> None:
        if self == path:
            raise PermissionError(13, "Permission denied")
        real(self, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", unlink)
    for _ in range(3):
        kit.pass_time()
    entry = kit.entry(path)
    assert entry is not None
    assert "could not be taken out" in entry.reason
    assert (len(kit.videos), len(kit.stored_files)) == (1, 1)


# -- in place


def test_a_film_that_is_renamed_in_its_folder_keeps_its_video(watched: MakeKit) -> None:
    kit = watched(Mode.IN_PLACE)
    path = film(kit.top / "a.mp4")
    kit.pass_time()
    before = kit.videos[0]
    (kit.top / "sub").mkdir()
    path.rename(kit.top / "sub" / "b.mp4")
    kit.pass_time()

    assert [video.id for video in kit.videos] == [before.id]
    assert [(original.path, original.missing) for original in kit.originals] == [(str(kit.top / "sub" / "b.mp4"), False)]
    assert (kit.entry("a.mp4"), kit.state("sub/b.mp4")) == (None, "done")


def test_a_film_that_is_gone_is_missing_and_comes_back(watched: MakeKit, tmp_path: Path) -> None:
    kit = watched(Mode.IN_PLACE)
    path = film(kit.top / "a.mp4")
    film(kit.top / "b.mp4")
    kit.pass_time()
    path.rename(tmp_path / "aside.mp4")
    kit.pass_time()
    assert {Path(original.path).name: original.missing for original in kit.originals} == {"a.mp4": True, "b.mp4": False}
    assert len(kit.videos) == 2
    (tmp_path / "aside.mp4").rename(path)
    kit.pass_time()
    assert [original.missing for original in kit.originals] == [False, False]
    assert len(kit.videos) == 2


@pytest.mark.parametrize("accident", ["unmounted", "empty mount point"])
def test_a_disk_that_is_not_there_changes_nothing(watched: MakeKit, tmp_path: Path, accident: str) -> None:
    kit = watched(Mode.IN_PLACE)
    for number in range(6):
        film(kit.top / f"{number}.mp4")
    kit.pass_time()
    before = [(video.id, video.state) for video in kit.videos]
    kit.top.rename(tmp_path / "unplugged")
    if accident == "empty mount point":
        kit.top.mkdir()
    for _ in range(3):
        kit.pass_time(1000)
    assert "Nothing was changed" in kit.row.fault
    assert [original.missing for original in kit.originals] == [False] * 6
    assert [(video.id, video.state) for video in kit.videos] == before

    if accident == "empty mount point":
        kit.top.rmdir()
    (tmp_path / "unplugged").rename(kit.top)
    assert kit.pass_time() == 0
    assert kit.row.fault == ""


def test_a_folder_that_homereel_only_reads_is_never_written_to(watched: MakeKit) -> None:
    kit = watched(Mode.IN_PLACE)
    path = film(kit.top / "a.mp4")
    before = (path.stat().st_mtime_ns, sorted(kit.top.iterdir()), kit.top.stat().st_mtime_ns)
    kit.pass_time()
    assert (path.stat().st_mtime_ns, sorted(kit.top.iterdir()), kit.top.stat().st_mtime_ns) == before


# -- the inbox, many files, real events


def test_every_claimed_site_has_its_inbox(claimed: Site) -> None:
    from app.ingest.folder_views import folder_list

    (inbox,) = folder_list(claimed).items
    assert (inbox.inbox, inbox.mode, inbox.privacy, inbox.owner, inbox.channel) == (True, "move", "members", "anna", "anna")
    assert Path(inbox.path) == claimed.paths.inbox
    ensure_inbox(claimed, "nobody")
    assert len(folder_list(claimed).items) == 1


def test_a_crash_between_the_library_and_the_folder_makes_no_second_video(watched: MakeKit) -> None:
    """Killed after the film was written down, before its row in the folder was: the source is still there."""
    kit = watched(Mode.MOVE)
    source = film(kit.top / "a.mp4")
    content = source.read_bytes()
    kit.pass_time()
    source.write_bytes(content)
    with kit.site.write() as session:
        session.delete(session.merge(kit.entry("a.mp4")))
    kit.pass_time()

    assert (len(kit.videos), len(kit.stored_files), list(kit.top.iterdir())) == (1, 1, [])


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_five_thousand_files_at_once(watched: MakeKit) -> None:
    kit = watched(Mode.MOVE)
    for number in range(5000):
        film(kit.top / f"{number % 50}" / f"{number}.mp4")
    began = time.monotonic()
    kit.pass_time()

    print(f"5000 files in {time.monotonic() - began:.0f} s")
    assert (len(kit.videos), len(kit.stored_files)) == (5000, 5000)
    assert [path for path in kit.top.rglob("*") if path.is_file()] == []


def test_a_thousand_unchanged_files_cost_less_than_a_second(watched: MakeKit) -> None:
    kit = watched(Mode.COPY)
    for number in range(1000):
        film(kit.top / f"{number}.txt")
    kit.pass_time()
    began = time.monotonic()
    kit.folders.sweep_now()
    kit.folders.step()
    assert time.monotonic() - began < 1


@pytest.mark.parametrize("polling", [False, True])
def test_events_wake_the_watcher(watched: MakeKit, monkeypatch: pytest.MonkeyPatch, polling: bool) -> None:
    """The one test that waits: real events, in a real thread."""
    from app.ingest import folders, watch

    monkeypatch.setattr(folders, "SETTLED", 0.2)
    monkeypatch.setattr(folders, "TURN", 0.1)
    monkeypatch.setattr(watch, "POLL", 0.2)
    kit = watched()
    with kit.site.write() as session:
        row = session.merge(kit.row)
        row.polling = polling
    running = folders.Folders(kit.site)
    running.start()
    try:
        _until(lambda: bool(kit.row.swept_at))
        (kit.top / "new").mkdir()
        film(kit.top / "new" / "a.mp4")
        film(kit.top / "b.mp4.part").rename(kit.top / "b.mp4")
        _until(lambda: len(kit.videos) == 2)
    finally:
        running.stop()


def _until(done: object) -> None:
    deadline = time.monotonic() + 15
    while not done():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_lost_events_ask_for_a_whole_look(tmp_path: Path) -> None:
    import logging

    from app.ingest.watch import Watch

    told: list[Path | None] = []
    made = Watch(tmp_path, told.append, polling=False)
    made.start()
    try:
        logging.getLogger("watchdog.observers.inotify_c").warning("Inotify queue overflowed; filesystem events were lost")
    finally:
        made.stop()
    assert told == [None]


def test_a_mount_that_comes_back_is_watched_again(watched: MakeKit, tmp_path: Path) -> None:
    kit = watched(Mode.IN_PLACE)
    film(kit.top / "a.mp4")
    kit.pass_time()
    shutil.move(kit.top, tmp_path / "unplugged")
    kit.pass_time()
    assert kit.row.fault
    shutil.move(tmp_path / "unplugged", kit.top)
    film(kit.top / "b.mp4")
    kit.pass_time()
    assert (kit.row.fault, len(kit.videos)) == ("", 2)
