"""What is left alone, what fails, and what is not there: told, kept, and never a loss (RELIABILITY R-17, R-18)."""

import os
from pathlib import Path

import pytest

from app.ingest.folder_service import ask_again
from app.ingest.models import Mode
from tests.ingest.folder_kit import Kit, MakeKit, film

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
