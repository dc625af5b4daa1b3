"""Where a profile stopped: its own, never another's."""

import math

import pytest

from app.errors import Invalid
from app.site import Site
from app.videos import service
from app.videos.models import Position
from app.videos.positions import is_finished
from tests.videos.library import NOW, Library


@pytest.mark.parametrize(
    ("seconds", "duration", "finished"),
    [
        (89.9, 100, False), (90, 100, True), (170, 200, True), (169, 200, False), (30, 60, False), (54, 60, True),
        (3600, 7200, False), (6480, 7200, True), (5, None, False), (0, 0.0, False),
    ],
)  # fmt: skip
def test_a_film_is_finished_in_its_last_tenth_or_half_minute(seconds: float, duration: float | None, finished: bool) -> None:
    assert is_finished(seconds, duration) is finished


def test_each_profile_has_its_own_place(site: Site, library: Library) -> None:
    video, anna, ben = library.ready(), library.person("anna"), library.person("ben")
    with site.write() as session:
        service.save_position(session, profile_id=anna.profile_id, video_id=video.id, seconds=12, now=NOW)
        service.save_position(session, profile_id=ben.profile_id, video_id=video.id, seconds=95, now=NOW)
        service.save_position(session, profile_id=anna.profile_id, video_id=video.id, seconds=40, now=NOW)
    with site.read() as session:
        mine, theirs = (session.get(Position, (person.profile_id, video.id)) for person in (anna, ben))
        assert mine is not None
        assert theirs is not None
        assert (mine.position, mine.finished) == (40, False)
        assert (theirs.position, theirs.finished) == (95, True)


def test_a_place_beyond_the_end_is_the_end_and_nonsense_is_refused(site: Site, library: Library) -> None:
    video, anna = library.ready(), library.person("anna")
    with site.write() as session:
        row = service.save_position(session, profile_id=anna.profile_id, video_id=video.id, seconds=1e9, now=NOW)
        assert row is not None
        assert row.position == 100
        assert service.save_position(session, profile_id=anna.profile_id, video_id="gone", seconds=1, now=NOW) is None
    for nonsense in (-1.0, math.nan, math.inf):
        with pytest.raises(Invalid), site.write() as session:
            service.save_position(session, profile_id=anna.profile_id, video_id=video.id, seconds=nonsense, now=NOW)


def test_history_is_cleared_for_one_profile_alone(site: Site, library: Library) -> None:
    videos, anna, ben = [library.ready() for _ in range(3)], library.person("anna"), library.person("ben")
    with site.write() as session:
        for video in videos:
            for person in (anna, ben):
                service.save_position(session, profile_id=person.profile_id, video_id=video.id, seconds=3, now=NOW)
        service.forget_position(session, profile_id=anna.profile_id, video_id=videos[0].id)
        assert service.clear_history(session, anna.profile_id) == 2
        assert service.clear_history(session, ben.profile_id) == 3
