"""The background: several renditions from one decode, apart where that goes wrong, at rest when the governor says so."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import time as clock_time

import msgspec
import pytest

from app.errors import MediaError, Unavailable
from app.media.filling import made_cells
from app.media.governor import Governor, Readings
from app.media.planning import Order, Planned, Software, Tool, together
from app.media.rendition import Rendition
from app.media.runs import Rank, RunManager
from tests.media.conftest import Film
from tests.media.joined import joined, numbers, one_run, source_times, times
from tests.media.test_runs import ffmpegs_in, none_within


class Counting(Software):
    """Software that writes down what it was asked for, and can be told to get something wrong."""

    def __init__(self, tool: Tool, *, wrong: Callable[[Order], bool] = lambda _: False) -> None:
        super().__init__(tool)
        self.orders: list[Order] = []
        self.complaints: list[Order] = []
        self._wrong = wrong

    def plan(self, order: Order) -> Planned:
        self.orders.append(order)
        planned = super().plan(order)
        if self._wrong(order):
            return replace(planned, argv=[word.replace("yuv420p", "nonsense") for word in planned.argv])
        return planned

    def went_wrong(self, order: Order, planned: Planned, complaint: str) -> None:
        self.complaints.append(order)

    @property
    def pictures(self) -> list[tuple[str, ...]]:
        """The renditions of each order for pictures."""
        return [names_of(order) for order in self.orders if order.renditions[0].rung.kind == "video"]


def names_of(order: Order) -> tuple[str, ...]:
    return tuple(rendition.rung.name for rendition in order.renditions)


MakeManager = Callable[..., tuple[RunManager, Counting]]


@pytest.fixture
def counted(tool: Tool) -> Iterator[MakeManager]:
    made: list[RunManager] = []

    def make(*, wrong: Callable[[Order], bool] = lambda _: False, governor: Governor | None = None) -> tuple[RunManager, Counting]:
        planner = Counting(tool, wrong=wrong)
        made.append(RunManager(tool, workers=1, planner=planner, governor=governor))
        return made[-1], planner

    yield make
    for manager in made:
        manager.close()


def sizes(film: Film, name: str, *lines: int) -> list[Rendition]:
    """Several pictures of a small clip, and its sound: small ones, so that it is quick."""
    _, renditions = film(name)
    picture = next(each for each in renditions if each.rung.kind == "video")
    sound = [each for each in renditions if each.rung.kind == "audio"][:1]
    rungs = [msgspec.structs.replace(picture.rung, name=f"v{height}", height=height, width=height * 16 // 9 // 2 * 2) for height in lines]
    return [*(replace(picture, rung=rung) for rung in rungs), *sound]


@pytest.mark.parametrize("name", ["bframes.mp4", "hole.mp4", pytest.param("vfr.mp4", marks=pytest.mark.slow)])
def test_several_renditions_come_from_one_decode_each_with_every_frame(film: Film, counted: MakeManager, name: str) -> None:
    renditions = sizes(film, name, 90, 120, 144)
    manager, planner = counted()

    assert manager.fill(renditions)
    assert planner.pictures == [("v90", "v120", "v144")]
    for rendition in renditions[:3]:
        film_times = times(joined(rendition))
        wanted = source_times(rendition)
        assert len(film_times) == len(wanted)
        scale = film_times[-1] / wanted[-1] if wanted[-1] else 1
        assert max(abs(ours / scale - theirs) for ours, theirs in zip(film_times, wanted, strict=True)) < 0.001


@pytest.mark.parametrize("name", ["h264.mp4", "29.97fps.mp4"])
def test_the_init_part_is_the_same_however_many_threads_and_renditions(film: Film, tool: Tool, counted: MakeManager, name: str) -> None:
    renditions = sizes(film, name, 90, 144)
    manager, _ = counted()
    manager.fill(renditions)
    together_made = [rendition.init_path.read_bytes() for rendition in renditions]

    for threads in (1, 2, 4):
        for rendition, init in zip(renditions, together_made, strict=True):
            rendition.init_path.unlink()
            one_run(tool, rendition, numbers(rendition)[-1:], threads=threads)
            assert rendition.init_path.read_bytes() == init


def test_what_went_wrong_together_is_made_apart_and_then_they_go_on_together(film: Film, counted: MakeManager) -> None:
    renditions = sizes(film, "hole.mp4", 90, 144)
    first = numbers(renditions[0])[0]
    manager, planner = counted(wrong=lambda order: len(order.renditions) > 1 and first in order.cells)

    assert manager.fill(renditions)
    assert planner.pictures[:3] == [("v90", "v144"), ("v90",), ("v144",)]
    assert [names_of(order) for order in planner.complaints] == [("v90", "v144")]
    for rendition in renditions:
        assert made_cells(rendition) == set(numbers(rendition))


def test_a_rendition_that_cannot_be_made_holds_up_no_other(film: Film, counted: MakeManager) -> None:
    renditions = sizes(film, "h264.mp4", 90, 144)
    manager, _ = counted(wrong=lambda order: "v90" in names_of(order))

    with pytest.raises(MediaError):
        manager.fill(renditions)
    assert made_cells(renditions[0]) == set()
    assert made_cells(renditions[1]) == set(numbers(renditions[1]))
    assert made_cells(renditions[2]) == set(numbers(renditions[2]))


def test_sets_of_another_codec_and_sound_are_decoded_by_themselves(film: Film, tool: Tool) -> None:
    renditions = sizes(film, "h264.mp4", 90, 144)
    other = replace(renditions[0], rung=msgspec.structs.replace(renditions[0].rung, name="av1", codec="av1"))

    groups = together(Software(tool), [renditions[2], renditions[0], other, renditions[1]])
    assert [[each.rung.name for each in group] for group in groups] == [["a0"], ["v90", "v144"], ["av1"]]


@pytest.mark.parametrize(("build", "most"), [("5.1.9-0+deb12u1 7", 1), ("n5.1 7", 1), ("7.1 7", None), ("N-1234 7", None), ("test", None)])
def test_an_old_ffmpeg_makes_av1_cell_by_cell(film: Film, tool: Tool, build: str, most: int | None) -> None:
    picture = sizes(film, "h264.mp4", 90)[0]
    av1 = replace(picture, rung=msgspec.structs.replace(picture.rung, codec="av1"))
    old = Software(replace(tool, build=build))

    assert old.most_cells(av1) == most
    assert old.most_cells(picture) is None


def test_in_quiet_hours_nothing_is_made_ahead_and_what_is_watched_is(film: Film, counted: MakeManager) -> None:
    readings = [Readings(clock_time(23))]
    manager, _ = counted(governor=Governor(lambda: readings[0], quiet="22:00-06:00"))
    rendition = sizes(film, "h264.mp4", 90)[0]
    told: list[str] = []
    stop = threading.Event()
    filler = threading.Thread(
        target=manager.fill, args=([rendition],), kwargs={"stop": stop, "progress": lambda report: told.append(report.doing)}
    )
    filler.start()
    try:
        manager.segment(rendition, 2)
        assert made_cells(rendition) == {2}
        while "Paused until 06:00 (quiet hours)" not in told:
            time.sleep(0.02)
        readings[0] = Readings(clock_time(7))
        filler.join(30)
        assert made_cells(rendition) == {0, 1, 2}
    finally:
        stop.set()
        filler.join(10)


def test_progress_tells_of_speed_and_ends_with_everything(long: Rendition, manager: RunManager) -> None:
    stop, told = threading.Event(), []

    def progress(report: object) -> None:
        told.append(report)
        if report.eta_seconds is not None:  # type: ignore[attr-defined]
            stop.set()

    assert not manager.fill([long], progress=progress, stop=stop)
    last = told[-1]
    assert last.speed > 0
    assert last.eta_seconds > 0
    assert "times its length" in last.doing
    assert ffmpegs_in(long.folder) == []


def test_who_raises_when_told_of_progress_leaves_no_run_behind(long: Rendition, manager: RunManager) -> None:
    def progress(report: object) -> None:
        raise KeyError(report)

    with pytest.raises(KeyError):
        manager.fill([long], progress=progress)
    assert none_within(2, long.folder)


def test_a_new_film_takes_the_place_of_the_rest_of_another(film: Film, long: Rendition, manager: RunManager) -> None:
    manager._crew.workers = 1
    stop = threading.Event()
    filler = threading.Thread(target=manager.fill, args=([long],), kwargs={"stop": stop})
    filler.start()
    try:
        while not ffmpegs_in(long.folder):
            time.sleep(0.01)
        new = sizes(film, "h264.mp4", 90)[0]
        assert manager.fill([new], rank=Rank.NEW)
        assert len(made_cells(long)) < len(numbers(long))
    finally:
        stop.set()
        filler.join(10)


def test_what_the_system_kills_is_made_all_the_same_and_no_damage(long: Rendition, manager: RunManager) -> None:
    """As when memory runs out: the film is not to blame."""
    asked = threading.Thread(target=manager.segment, args=(long, 100))
    asked.start()
    while not (found := ffmpegs_in(long.home)):
        time.sleep(0.001)
    os.kill(found[0], signal.SIGKILL)
    asked.join(30)

    assert long.segment_path(100).exists()


def test_what_the_system_kills_again_and_again_is_for_later(long: Rendition, manager: RunManager) -> None:
    stop = threading.Event()

    def kill() -> None:
        while not stop.wait(0.01):
            for pid in ffmpegs_in(long.home):
                os.kill(pid, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        with pytest.raises(Unavailable, match="memory ran out"):
            manager.segment(long, 100)
    finally:
        stop.set()
        killer.join()
