"""Deleting is a trash that empties after 30 days, and never because a clock was wrong (RELIABILITY R-25)."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from app.errors import Conflict
from app.site import Site
from app.videos import service
from app.videos.events import VideoPurged, VideoTrashed, VideoUploaded
from app.videos.sweeper import TrashSweeper
from tests.videos.library import NOW, T0, Library

Heard = Callable[[], list[object]]


def sweep(site: Site, *moments: datetime) -> list[int]:
    counts = []
    for moment in moments:
        with site.write() as session:
            counts.append(service.purge_expired(session, moment, site.settings.trash_days))
    return counts


def hourly(start: datetime, hours: int) -> list[datetime]:
    return [start + timedelta(hours=hour) for hour in range(hours + 1)]


def test_what_is_trashed_comes_back_as_it_was(site: Site, library: Library, heard: Heard) -> None:
    before = library.ready()
    with site.write() as session:
        service.trash(session, before.id, now=NOW)
        service.trash(session, before.id, now="2027-01-01T00:00:00.000Z")
    assert library.again(before).trashed_at == NOW
    assert [type(fact) for fact in heard()].count(VideoTrashed) == 1

    with site.write() as session:
        service.restore(session, before.id)
    assert library.again(before) == before


def test_work_that_stopped_in_the_trash_goes_on_after(site: Site, library: Library, heard: Heard) -> None:
    video = library.queued()
    with site.write() as session:
        service.trash(session, video.id, now=NOW)
        assert service.begin_processing(session, video.id) is None
    heard()
    with site.write() as session:
        service.restore(session, video.id)
    assert VideoUploaded(video.id) in heard()


def test_only_what_is_in_the_trash_is_deleted_for_good(site: Site, library: Library) -> None:
    video = library.ready()
    with pytest.raises(Conflict), site.write() as session:
        service.purge(session, video.id)
    assert library.is_there(video)


def test_the_trash_empties_after_thirty_days(site: Site, library: Library, heard: Heard) -> None:
    video, profile = library.trashed(), library.person("ben").profile_id
    with site.write() as session:
        service.save_position(session, profile_id=profile, video_id=video.id, seconds=3, now=NOW)
    heard()
    sweep(site, *hourly(T0 + timedelta(days=29), 24))
    assert library.is_there(video)

    sweep(site, T0 + timedelta(days=30, hours=1))

    assert not library.is_there(video)
    assert heard() == [VideoPurged(video.id, video.original_id or "")]


def test_a_clock_that_jumps_a_year_ahead_deletes_nothing_and_then_waits_a_day(site: Site, library: Library) -> None:
    video = library.trashed()
    sweep(site, *hourly(T0, 30))
    ahead = T0 + timedelta(days=366)

    assert sweep(site, *hourly(ahead, 23)) == [0] * 24
    assert library.is_there(video)
    assert sweep(site, ahead + timedelta(hours=24)) == [1]


def test_a_machine_that_wakes_in_1970_and_finds_the_time_deletes_nothing(site: Site, library: Library) -> None:
    video = library.trashed()
    sweep(site, *hourly(T0, 30))
    boot = datetime(1970, 1, 1, tzinfo=T0.tzinfo)
    assert sweep(site, *hourly(boot, 48), T0 + timedelta(days=60), T0 + timedelta(days=60, hours=1)) == [0] * 51
    assert library.is_there(video)


def test_a_machine_that_sleeps_at_night_still_empties_its_trash(site: Site, library: Library) -> None:
    video = library.trashed()
    days = [T0 + timedelta(days=day) for day in range(32)]
    counts = sweep(site, *(moment for day in days for moment in (day, day + timedelta(hours=3))))
    assert sum(counts) == 1
    assert not library.is_there(video)


def test_a_running_site_empties_its_trash_by_itself(site: Site, library: Library) -> None:
    video, sweeper = library.trashed(), TrashSweeper(site, first=0, every=0.001)
    hours = iter(hourly(T0 + timedelta(days=30), 10_000))
    site.clock = lambda: next(hours)
    sweeper.start()
    until = time.monotonic() + 10
    while library.is_there(video) and time.monotonic() < until:
        time.sleep(0.01)
    sweeper.stop()
    assert not library.is_there(video)


def test_how_long_the_trash_keeps_things_is_a_setting(site: Site, library: Library) -> None:
    site.settings = site.settings.model_copy(update={"trash_days": 3})
    video = library.trashed(now=NOW)
    sweep(site, *hourly(T0 + timedelta(days=2), 23))
    assert library.is_there(video)
    assert sweep(site, T0 + timedelta(days=3, hours=1)) == [1]
