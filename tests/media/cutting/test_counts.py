"""What a cut costs: the segments at the cuts, and nothing else."""

import io
from collections.abc import Sequence
from typing import Any

import pytest

from app import children
from app.errors import Missing
from app.media import run
from app.media.boxes import Fragment, read_fragments
from app.media.cutting.keep import Keep
from app.media.cutting.pieces import drop_others
from app.media.cutting.plan import plan
from app.media.cutting.segments import CutRendition, segment
from app.media.packing import pack
from app.media.rendition import Rendition
from app.media.runs import RunManager, Stopped
from tests.media.conftest import Film
from tests.media.cutting.shown import shown

THREE_OUT: Keep = ((0.0, 5.0), (6.5, 21.0), (22.5, 33.1), (35.0, 40.0))  # of ten segments of four seconds


Ran = list[object]


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> Ran:
    """Every ffmpeg that is started, by its arguments."""
    started: Ran = []

    def start(argv: Sequence[str], **given: Any) -> Any:
        started.append(argv)
        return children.start(argv, **given)

    monkeypatch.setattr(run, "start", start)
    return started


def whole(manager: RunManager, renditions: list[Rendition]) -> None:
    manager.fill(renditions)
    for rendition in renditions:
        pack(rendition)


def data(stored: bytes) -> bytes:
    """What was encoded, without the box before it."""
    parts = [part for part in read_fragments(io.BytesIO(stored)) if isinstance(part, Fragment)]
    return b"".join(sample.data for part in parts for sample in part.samples)


def test_three_pieces_cut_out_cost_the_segments_at_their_ends_and_no_other(film: Film, manager: RunManager, ran: Ran) -> None:
    facts, renditions = film("long.mp4")
    whole(manager, renditions)
    before = {path: path.read_bytes() for path in renditions[0].folder.glob("*.mp4")}
    assert ran
    ran.clear()

    made = plan(facts, renditions[0].index, THREE_OUT)
    for rendition in renditions:
        shown(manager, rendition, THREE_OUT)
    pictures = [rendition for rendition in renditions if rendition.rung.kind == "video"]
    at_cuts = {1, 5, 8}  # the segments that hold a cut, or two: the others show one piece, or none

    assert facts.cell_count == 10
    assert len(made.pieces) == 6
    assert len(ran) == 6 * len(pictures), "a run for each piece, and for sound none"
    assert {part.cell for part in made.parts if part.cell is not None} == set(range(10)) - at_cuts
    assert {path: path.read_bytes() for path in before} == before


def test_what_lies_within_a_piece_is_sent_as_it_was_encoded(film: Film, manager: RunManager) -> None:
    facts, renditions = film("long.mp4")
    rendition = renditions[0]
    cut = CutRendition(rendition, THREE_OUT)
    for part in plan(facts, rendition.index, THREE_OUT).parts:
        if part.cell is not None:
            stored = manager.segment(rendition, part.cell, timeout=60).read_bytes()
            assert data(segment(manager, cut, part.number, timeout=60)) == data(stored)


def test_another_cut_finds_what_it_shares_with_the_last_one(film: Film, manager: RunManager, ran: Ran) -> None:
    rendition = film("long.mp4")[1][0]
    whole(manager, [rendition])
    shown(manager, rendition, THREE_OUT)
    ran.clear()

    shown(manager, rendition, (*THREE_OUT[:2], (22.5, 40.0)))
    assert ran == []
    shown(manager, rendition, (*THREE_OUT[:2], (22.6, 40.0)))
    assert len(ran) == 1


def test_a_few_frames_at_a_cut_take_the_segment_beside_them_along(film: Film) -> None:
    """No segment of the cut is so short that a player passes over it, and none is much longer than four seconds."""
    facts, renditions = film("long.mp4")
    for keep in (((3.9, 8.2),), ((3.5, 8.5), (11.9, 20.1)), ((3.7, 4.3),), ((0.0, 4.04), (7.96, 12.0))):
        parts = plan(facts, renditions[0].index, keep).parts
        seconds = [(part.until - part.at) / 12800 for part in parts]
        assert sum(seconds) == pytest.approx(sum(end - start for start, end in keep), abs=0.08 * len(keep))
        assert min(seconds) >= 0.5
        assert max(seconds) <= 4.04


def test_pieces_of_a_cut_that_nobody_has_any_more_are_deleted(film: Film, manager: RunManager) -> None:
    facts, renditions = film("long.mp4")
    rendition = renditions[0]
    shown(manager, rendition, ((1.0, 3.0), (5.0, 7.0)))
    wanted = plan(facts, rendition.index, ((1.0, 3.0),)).pieces

    assert drop_others(rendition.folder, wanted) == 1
    assert [path.name for path in (rendition.folder / "cuts").iterdir()] == [f"{first}-{end}" for first, end in wanted]


def test_a_cut_has_no_more_segments_than_it_lists(film: Film, manager: RunManager) -> None:
    for rendition in film("h264.mp4")[1]:
        cut = CutRendition(rendition, ((1.0, 3.0),))
        for number in (len(cut.segments()), -1, 999_999):
            with pytest.raises(Missing):
                segment(manager, cut, number, timeout=5)


def test_deleting_a_film_stops_what_is_made_for_its_cuts(film: Film, manager: RunManager) -> None:
    rendition = film("h264.mp4")[1][0]
    manager.stop(rendition.folder)
    with pytest.raises(Stopped):
        segment(manager, CutRendition(rendition, ((1.0, 3.0),)), 0, timeout=5)
