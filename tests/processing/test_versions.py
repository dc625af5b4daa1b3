"""Versions go to make room and come again; the original never."""

import os

import pytest
from sqlmodel import select

from app.errors import Conflict, Missing
from app.media.ladder import Choices
from app.media.packing import packed_path
from app.media.runs import RunManager
from app.processing.films import film_of
from app.processing.plans import choose
from app.processing.versions import drop_version, free_room, keep_to_budget, to_be_dropped
from app.site import Site, rfc3339
from app.videos.models import Original, Rendition, Video
from app.videos.versions import Kept, least_wanted, want_again, with_leftovers
from tests.conftest import settle
from tests.processing.conftest import Films


def _kept(film: str, name: str, size: int, day: int, *, first: bool = False) -> Kept:
    return Kept(film, name, "video", size, first, f"2026-01-{day:02}")


def test_what_was_not_wanted_for_longest_goes_first_the_largest_of_it_before_the_rest() -> None:
    kept = [
        _kept("old", "v480", 10, 1, first=True), _kept("old", "v1080", 100, 1), _kept("old", "v720", 50, 1),
        _kept("new", "v1080", 100, 20), _kept("today", "v1080", 500, 31),
    ]  # fmt: skip
    names = [(each.original_id, each.name) for each in least_wanted(kept, too_many=260, before="2026-01-30")]
    assert names == [("old", "v1080"), ("old", "v720"), ("new", "v1080"), ("old", "v480")]
    assert [each.name for each in least_wanted(kept, too_many=100, before="2026-01-30")] == ["v1080"]
    assert least_wanted(kept, too_many=0, before="2026-01-30") == []


def _largest(films: Films, video: Video) -> Rendition:
    return max(films.renditions(video), key=lambda row: row.size)


def test_a_dropped_version_frees_its_room_and_plays_on(films: Films) -> None:
    video = films.whole("hevc10.mkv")
    row = _largest(films, video)
    path = packed_path(films.folder(video), row.name)
    size = path.stat().st_size
    assert drop_version(films.site, video.original_id or "", row.name) == size
    assert not path.exists()
    (dropped,) = (each for each in films.renditions(video) if each.dropped)
    assert (dropped.name, dropped.size, dropped.packed, dropped.ready) == (row.name, 0, False, 0)

    rendition = film_of(films.site, films.original(video)).rendition(row.name)
    assert films.site.part(RunManager).segment(rendition, 1).stat().st_size > 0


def test_what_was_dropped_is_not_made_again_unless_somebody_asks(films: Films) -> None:
    video = films.whole("hevc10.mkv")
    row = _largest(films, video)
    drop_version(films.site, video.original_id or "", row.name)
    films.site.queue.add(_make(), video.id)
    settle(films.site)
    assert [each.dropped for each in films.renditions(video) if each.name == row.name] == [True]
    with films.site.write() as session:
        want_again(session, video.original_id or "", [row.name])
    films.site.queue.add(_make(), video.id)
    settle(films.site)
    assert packed_path(films.folder(video), row.name).stat().st_size == pytest.approx(row.size, rel=0.1)
    assert films.video(video.id).state == "ready"


def _make():  # type: ignore[no-untyped-def]
    from app.processing.rendering import make_renditions

    return make_renditions


def test_a_version_stays_while_its_original_is_away(films: Films) -> None:
    video = films.whole("no-audio.mp4")
    with films.site.write() as session:
        session.exec(select(Original)).one().missing = True
    with pytest.raises(Conflict):
        drop_version(films.site, video.original_id or "", films.renditions(video)[0].name)
    assert to_be_dropped(films.site, too_many=1 << 40) == []
    with pytest.raises(Missing):
        drop_version(films.site, "nobody", "v480")


def _long_ago(site: Site) -> None:
    with site.write() as session:
        for video in session.exec(select(Video)):
            video.published_at = rfc3339(site.clock())[:5] + "01-01T00:00:00.000Z"


def test_the_budget_is_kept_and_originals_are_never_touched(films: Films) -> None:
    site = films.site
    video = films.whole("hevc10.mkv")
    original = films.original(video)
    source = site.paths.originals / original.path
    before = source.read_bytes()
    total = sum(row.size for row in films.renditions(video))
    site.settings = site.settings.model_copy(update={"renditions_max": total - 1})
    site.queue.add(keep_to_budget, "renditions")
    settle(site)
    assert sum(row.size for row in films.renditions(video)) == total, "what was published today stays"
    _long_ago(site)
    site.queue.add(keep_to_budget, "renditions")
    settle(site)
    assert 0 < sum(row.size for row in films.renditions(video)) <= total - 1
    assert source.read_bytes() == before


def test_room_is_made_on_demand(films: Films) -> None:
    video = films.whole("no-audio.mp4")
    _long_ago(films.site)
    total = sum(row.size for row in films.renditions(video))
    assert free_room(films.site, 1 << 40) == total
    assert all(row.dropped for row in films.renditions(video))
    assert (films.site.paths.originals / films.original(video).path).exists()


def test_what_no_plan_lists_any_more_is_cleared_a_day_later_and_nothing_else(films: Films) -> None:
    site = films.site
    other, video = films.whole("no-audio.mp4"), films.whole("hevc10.mkv")
    before = {row.name for row in films.renditions(video) if row.kind == "video"}
    with site.write() as session:
        choose(site, session, video.id, Choices(highest=240))
    site.queue.add(_make(), video.id)
    settle(site)
    (retired,) = before - {row.name for row in films.renditions(video)}
    with site.read() as session:
        assert with_leftovers(session) == [video.original_id], "the other film is not even looked at"
    path = packed_path(films.folder(video), retired)
    assert path.exists(), "somebody may still have a list of it"
    for left in films.folder(video).iterdir():
        os.utime(left, (0, 0))
    site.queue.add(keep_to_budget, "renditions")
    settle(site)
    assert not path.exists()
    assert all(packed_path(films.folder(each), row.name).exists() for each in (other, video) for row in films.renditions(each))
