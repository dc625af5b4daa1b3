"""RELIABILITY R-23 and R-24: the index makes itself anew, agrees with the database, and never stops the site."""

import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from sqlmodel import Session

from app.search import keeper as keeper_module
from app.search.entries import Entry
from app.search.keeper import Keeper
from app.search.query import parse
from app.site import Site
from app.videos.models import Video
from tests.search.conftest import Add

EVERYTHING = ({},)


def found(keeper: Keeper, text: str) -> list[str] | None:
    hits = keeper.find(parse(text), EVERYTHING, 50)
    return None if hits is None else sorted(hit.id for hit in hits)


def until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def files(keeper: Keeper) -> list[Path]:
    return sorted(path for path in keeper._site.paths.index.rglob("*") if path.is_file() and not path.name.endswith(".lock"))


def test_a_missing_index_is_made_in_the_background(keeper: Keeper, add: Add) -> None:
    video = add("Snow at last")
    assert found(keeper, "snow ") is None
    keeper.start()
    until(lambda: keeper.state == "ready")
    assert found(keeper, "snow ") == [video.id]


def test_changes_are_followed_and_the_trash_is_left_out(site: Site, keeper: Keeper, add: Add) -> None:
    keeper.start()
    until(lambda: keeper.state == "ready")
    video = add("Snow at last")
    keeper.changed(video.id)
    until(lambda: found(keeper, "snow ") == [video.id])
    with site.write() as session:
        row = session.get(Video, video.id)
        assert row is not None
        row.title, row.trashed = "Ice at last", True
    keeper.changed(video.id)
    until(lambda: found(keeper, "snow ") == [])
    assert found(keeper, "ice ") == []


def test_an_orderly_end_commits_and_the_next_start_need_not_compare(site: Site, keeper: Keeper, add: Add) -> None:
    keeper.start()
    until(lambda: keeper.state == "ready")
    video = add("Snow at last")
    keeper.changed(video.id)
    keeper.stop()
    assert (site.paths.index / "closed").exists()
    again = Keeper(site, lambda: pytest.fail("asked to be made anew"))
    assert again.open()
    assert found(again, "snow ") == [video.id]
    assert not (site.paths.index / "closed").exists()


def test_what_a_crash_kept_from_the_index_is_there_after_the_next_start(site: Site, keeper: Keeper, add: Add) -> None:
    kept, changed, gone = add("Snow"), add("Rain"), add("Hail")
    keeper.rebuild()
    new = add("Fog")
    with site.write() as session:
        row = session.get(Video, changed.id)
        assert row is not None
        row.title = "Sun"
        session.delete(session.get(Video, gone.id))
    differences = keeper.differences()
    assert differences is not None
    assert (differences.missing, differences.stale, differences.extra) == ((new.id,), (changed.id,), (gone.id,))
    again = Keeper(site, lambda: pytest.fail("asked to be made anew"))
    assert again.open()
    assert [found(again, f"{word} ") for word in ("snow", "rain", "hail", "fog", "sun")] == [[kept.id], [], [], [new.id], [changed.id]]
    assert again.differences() == type(differences)()


def test_a_command_without_a_running_site_makes_the_next_start_compare(site: Site, keeper: Keeper, add: Add) -> None:
    keeper.start()
    until(lambda: keeper.state == "ready")
    keeper.stop()
    video = add("Snow at last")
    Keeper(site, lambda: None).changed(video.id)
    again = Keeper(site, lambda: pytest.fail("asked to be made anew"))
    assert again.open()
    assert found(again, "snow ") == [video.id]


def _delete(path: Path) -> None:
    path.unlink()


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 0x20
    path.write_bytes(data)


@pytest.mark.parametrize("harm", [_delete, _empty, _cut, _flip])
def test_harm_to_any_file_of_the_index_costs_nothing(site: Site, keeper: Keeper, add: Add, harm: Callable[[Path], None]) -> None:
    videos = [add(f"Snow number {number}") for number in range(5)]
    keeper.rebuild()
    keeper.changed(videos[0].id)
    keeper._apply()  # a second segment, and a list of deletions
    whole = site.paths.index.with_name("whole")
    shutil.copytree(site.paths.index, whole)
    for path in files(keeper):
        shutil.rmtree(site.paths.index)
        shutil.copytree(whole, site.paths.index)
        harm(path)
        asked: list[int] = []
        again = Keeper(site, lambda asked=asked: asked.append(1))  # type: ignore[misc]
        if not again.open():
            assert found(again, "snow ") is None
            again.rebuild()
        assert found(again, "snow ") == sorted(video.id for video in videos), path.name
        assert again.differences() == type(again.differences())()  # type: ignore[misc]


def test_an_index_that_cannot_be_written_leaves_the_site_running(site: Site, add: Add) -> None:
    add("Snow at last")
    shutil.rmtree(site.paths.index)
    site.paths.index.write_text("a file in its place")
    asked: list[int] = []
    keeper = Keeper(site, lambda: asked.append(1))
    keeper.start()
    until(lambda: asked)
    assert found(keeper, "snow ") is None
    keeper.changed("x")
    keeper.stop()


def test_an_index_of_another_version_is_made_anew(site: Site, keeper: Keeper, add: Add, monkeypatch: pytest.MonkeyPatch) -> None:
    video = add("Snow at last")
    keeper.rebuild()
    monkeypatch.setattr("app.search.generations.SCHEMA", 99)
    again = Keeper(site, lambda: None)
    assert not again.open()
    again.rebuild()
    assert found(again, "snow ") == [video.id]
    assert len([path for path in site.paths.index.iterdir() if path.is_dir()]) == 1


def test_a_change_while_the_last_one_is_read_is_not_lost(site: Site, keeper: Keeper, add: Add, monkeypatch: pytest.MonkeyPatch) -> None:
    keeper.rebuild()
    video = add("Snow at last")
    keeper.changed(video.id)
    real = keeper_module.entries

    def read_then_changed(session: Session, ids: Sequence[str]) -> list[Entry]:
        found = real(session, ids)
        monkeypatch.setattr(keeper_module, "entries", real)
        with site.write() as writing:
            row = writing.get(Video, video.id)
            assert row is not None
            row.title = "Ice at last"
        keeper.changed(video.id)
        return found

    monkeypatch.setattr(keeper_module, "entries", read_then_changed)
    keeper._apply()
    assert found(keeper, "snow ") == [video.id]
    keeper._apply()
    assert found(keeper, "snow ") == []
    assert found(keeper, "ice ") == [video.id]
