"""A film whose middle cannot be read plays on past it, and what is lost is known."""

import io
from pathlib import Path

import av
import pytest

from app.media.gaps import joined, note_gap, read_gaps
from app.media.grid import segments
from app.media.rendition import Rendition
from app.media.runs import RunManager
from tests.media.conftest import Film
from tests.media.joined import joined as as_one
from tests.media.joined import times


@pytest.mark.parametrize("name", ["spoiled.mp4", "spoiled.ts"])
def test_a_damaged_middle_stands_still_and_the_film_goes_on(film: Film, manager: RunManager, name: str) -> None:
    facts, renditions = film(name)

    assert manager.fill(renditions)
    made = as_one(renditions[0])

    assert [len(read_gaps(renditions[0].folder)), facts.cut_at] == [1, None]
    start, end = read_gaps(renditions[0].folder)[0]
    assert 3.5 < start < 5.5
    assert 5.5 < end < 8.5
    assert _shown(made) == pytest.approx(facts.duration, abs=0.1)
    assert _joints(renditions[0]) == []
    assert len(_decoded(made)) == len(times(made))


def test_a_cell_that_is_lost_whole_has_the_picture_before_it(film: Film, manager: RunManager) -> None:
    facts, renditions = film("spoiled-cell.mp4")

    manager.fill(renditions)
    (gap,) = read_gaps(renditions[0].folder)

    assert gap[0] < 4
    assert gap[1] > 8
    assert [len(times(renditions[0].init_path.read_bytes() + renditions[0].segment_path(1).read_bytes()))] == [1]
    assert len(_decoded(as_one(renditions[0]))) == len(times(as_one(renditions[0])))
    assert facts.video


def test_the_viewer_who_comes_first_gets_the_damaged_part_too(film: Film, manager: RunManager) -> None:
    _, renditions = film("spoiled.mp4")

    path = manager.segment(renditions[0], 1)

    assert path.exists()
    assert read_gaps(renditions[0].folder)


def test_gaps_that_touch_are_one(tmp_path: Path) -> None:
    for start, end in ((8, 9), (1.5, 2), (1.5, 2), (2.2, 3)):
        note_gap(tmp_path, start, end)
    with (tmp_path / "gaps.txt").open("a") as file:
        file.write("12.0 1")  # a line that was cut off

    assert read_gaps(tmp_path) == ((1.5, 3), (8, 9))
    assert joined([]) == ()


def _decoded(film: bytes) -> list[object]:
    with av.open(io.BytesIO(film)) as container:
        return list(container.decode(video=0))


def _shown(film: bytes) -> float:
    with av.open(io.BytesIO(film)) as container:
        stream = container.streams.video[0]
        packets = [packet for packet in container.demux(stream) if packet.pts is not None]
        assert stream.time_base
        return float(max(packet.pts + (packet.duration or 0) for packet in packets if packet.pts is not None) * stream.time_base)


def _joints(rendition: Rendition) -> list[int]:
    """Segments that do not begin with the first frame of their cell."""
    listed = segments(rendition.facts, rendition.index, rendition.rung)
    init = rendition.init_path.read_bytes()
    scale = rendition.facts.video.tb_den if rendition.facts.video else 1
    starts = {part.number: times(init + rendition.segment_path(part.number).read_bytes())[0] for part in listed}
    return [part.number for part in listed if abs(starts[part.number] - part.start * scale) > 1]
