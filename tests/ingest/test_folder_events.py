"""The inbox, many files at once, and events of the real file system."""

import shutil
import time
from pathlib import Path

import pytest

from app.ingest.folder_service import ensure_inbox
from app.ingest.models import Mode
from app.site import Site
from tests.ingest.folder_kit import MakeKit, film

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
