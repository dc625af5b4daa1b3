"""What must hold (MEDIA.md, 1 to 4): segments made in any order, by runs of their own, are the film."""

import hashlib
import io
import itertools
import random
import time
from array import array

import av
import pytest
from PIL import Image, ImageChops, ImageStat

from app.media.commands import timescale
from app.media.grid import cell_frames, first_sample
from app.media.homes import prepare_home
from app.media.index import Index
from app.media.order import Rank
from app.media.planning import Software, Tool
from app.media.rendition import Rendition
from app.media.run import EndsShort, Run
from tests.media.conftest import Film
from tests.media.joined import differences, joined, numbers, one_run, pictures, residual, samples, source_times, times
from tests.media_files import clip

PICTURES = [
    "23.976fps.mp4",
    "24fps.mp4",
    "edit-list.mp4",
    "screen.mp4",
    "29.97fps.mp4",
    pytest.param("30fps.mp4", marks=pytest.mark.slow),
    "50fps.mp4",
    "59.94fps.mp4",
    "59.94fps.mkv",
    "bframes.mp4",
    pytest.param("opengop.mp4", marks=pytest.mark.slow),
    "vfr.mp4",
    "vfr.mkv",
    "late.ts",
    pytest.param("hevc10.mkv", marks=pytest.mark.slow),
    pytest.param("vp9.webm", marks=pytest.mark.slow),
    "no-audio.mp4",
    "hole.mp4",
    pytest.param("rotated.mp4", marks=pytest.mark.slow),
    pytest.param("anamorphic.mp4", marks=pytest.mark.slow),
    "cut-in-half.mp4",
    "three-hours-of-two-frames.mp4",
    *(
        pytest.param(name, marks=pytest.mark.slow)
        for name in ("hdr10.mp4", "interlaced.ts", "mpeg2.mpg", "prores.mov", "mjpeg.avi", "av1.mp4")
    ),
]
SOUNDS = [
    "h264.mp4",
    "late.ts",
    "59.94fps.mkv",
    "opus.webm",
    "delayed-sound.mp4",
    "edit-list.mp4",
    "screen.mp4",
    "audio-only.mp3",
    *(
        pytest.param(name, marks=pytest.mark.slow)
        for name in ("interlaced.ts", "mpeg2.mpg", "prores.mov", "29.97fps.mp4", "audio-only.m4a", "two-languages.mkv")
    ),
]


def make_shuffled(tool: Tool, rendition: Rendition) -> set[str]:
    """Each cell by a run of its own, in an order that has nothing to do with the film; gives the digests of the init parts."""
    order = numbers(rendition)
    random.Random(rendition.source.name).shuffle(order)
    inits = set()
    for number in order:
        rendition.init_path.unlink(missing_ok=True)
        one_run(tool, rendition, [number])
        inits.add(hashlib.sha256(rendition.init_path.read_bytes()).hexdigest())
    return inits


@pytest.mark.parametrize("name", PICTURES)
def test_cells_made_in_any_order_join_to_the_frames_of_the_source(film: Film, tool: Tool, name: str) -> None:
    facts, renditions = film(name)
    rendition = renditions[0]
    inits = make_shuffled(tool, rendition)

    assert facts.video
    whole = joined(rendition)
    got = [time / timescale(facts.video) for time in times(whole)]
    wanted = source_times(rendition)[: len(got)] if facts.cut_at else source_times(rendition)
    assert len(got) == len(wanted) == facts.video.frames
    assert max(abs(ours - theirs) for ours, theirs in zip(got, wanted, strict=True)) < 0.001
    assert len(inits) == 1
    assert len(pictures(whole)) == len(wanted)


@pytest.mark.parametrize("name", ["29.97fps.mp4", pytest.param("bframes.mp4", marks=pytest.mark.slow), "late.ts"])
def test_each_frame_shows_what_the_source_shows(film: Film, tool: Tool, name: str) -> None:
    _, renditions = film(name)
    make_shuffled(tool, renditions[0])

    ours, theirs = pictures(joined(renditions[0])), pictures(str(renditions[0].source))
    right, shifted = differences(ours, theirs), differences(ours, theirs[1:])
    wrong = [number for number, (here, there) in enumerate(zip(right, shifted, strict=False)) if here >= there]
    assert wrong == []


@pytest.mark.parametrize("name", ["hole.mp4", "vfr.mp4"])
def test_one_long_run_makes_the_very_frames_of_many_short_ones(film: Film, tool: Tool, name: str) -> None:
    _, renditions = film(name)
    rendition = renditions[0]
    one_run(tool, rendition, numbers(rendition))

    assert len(times(joined(rendition))) == len(rendition.index.frames)


@pytest.mark.parametrize("name", ["vfr.mp4", "bframes.mp4"])
def test_decoding_times_join_without_gap_or_overlap(film: Film, tool: Tool, name: str) -> None:
    """Also where the frame rate varies: each cell's last frame lasts until the first of the next."""
    _, renditions = film(name)
    rendition = renditions[0]
    make_shuffled(tool, rendition)

    with av.open(io.BytesIO(joined(rendition))) as container:
        packets = [packet for packet in container.demux(video=0) if packet.dts is not None]
    gaps = [after.dts - (packet.dts + packet.duration) for packet, after in itertools.pairwise(packets)]
    assert set(gaps) == {0}


@pytest.mark.parametrize("name", SOUNDS)
def test_sound_joined_across_runs_is_the_sound_of_one_run(film: Film, tool: Tool, name: str) -> None:
    _, renditions = film(name)
    for rendition in (rendition for rendition in renditions if rendition.rung.kind == "audio"):
        inits = make_shuffled(tool, rendition)
        patched = joined(rendition)
        one_run(tool, rendition, numbers(rendition))
        whole = joined(rendition)

        places = times(patched)
        assert places == list(range(0, len(places) * 1024, 1024)) == times(whole)
        assert len(inits) == 1
        ours, theirs = samples(patched), samples(whole)
        assert len(ours) == len(theirs)
        for number in numbers(rendition)[1:]:
            joint = first_sample(rendition.rung, number)
            around = slice(joint - 2048, joint + 2048)
            assert residual(ours[around], theirs[around]) < 0.003, f"a click at {joint}"


@pytest.mark.parametrize(
    "name", [*(pytest.param(name, marks=pytest.mark.slow) for name in ("h264.mp4", "opus.webm")), "59.94fps.mkv", "delayed-sound.mp4"]
)
def test_sound_stays_with_the_picture_from_start_to_end(film: Film, tool: Tool, name: str) -> None:
    """The tone climbs, so that it fits at one place only: within 20 ms of where the source has it, beginning, middle and end."""
    facts, renditions = film(name)
    rendition = renditions[-1]
    make_shuffled(tool, rendition)
    rate, late = rendition.rung.rate, round(max(facts.audio[0].start, 0) * rendition.rung.rate)

    ours, theirs = samples(joined(rendition))[late:], samples(str(rendition.source))
    for share in (0.1, 0.5, 0.9):
        place = round(share * min(len(ours), len(theirs)))
        heard = ours[place : place + 22_000 : 20]
        near = range(-round(0.03 * rate), round(0.03 * rate), 4)
        best = min(near, key=lambda offset: residual(heard, theirs[place + offset : place + offset + 22_000 : 20]))
        assert abs(best) <= 0.02 * rate


def test_a_cell_that_lacks_frames_is_never_published(film: Film, tool: Tool) -> None:
    """An index that promises more than the film holds: nothing of that cell is seen, and the error says where the film ends."""
    facts, renditions = film("h264.mp4")
    index = renditions[0].index
    more = array("q", [*index.frames, *range(index.end, index.end + 512 * 60, 512)])
    longer = Rendition(renditions[0].source, renditions[0].folder, facts, renditions[0].rung, Index(more, index.keys, index.end + 512 * 60))

    with pytest.raises(EndsShort) as problem:
        one_run(tool, longer, numbers(longer))
    assert problem.value.at == pytest.approx(10, abs=0.05)
    assert [longer.segment_path(number).exists() for number in (0, 1, 2)] == [True, True, False]


@pytest.mark.slow
def test_high_dynamic_range_is_brought_down_to_what_every_screen_shows(film: Film, tool: Tool) -> None:
    """The same picture was made with and without it: after tone mapping the two look alike."""
    facts, renditions = film("hdr10.mp4")
    make_shuffled(tool, renditions[0])

    assert facts.video
    assert facts.video.hdr
    plain, raw, ours = (colours(film) for film in (str(clip("24fps.mp4")), str(renditions[0].source), io.BytesIO(joined(renditions[0]))))
    assert difference(ours, plain) * 2 < difference(raw, plain)


def colours(film: str | io.BytesIO) -> Image.Image:
    with av.open(film) as container:
        return next(frame.to_image() for number, frame in enumerate(container.decode(video=0)) if number == 50)


def difference(one: Image.Image, other: Image.Image) -> float:
    return sum(ImageStat.Stat(ImageChops.difference(one, other)).mean)


@pytest.mark.slow
def test_a_kill_at_any_instant_costs_at_most_what_was_being_made(film: Film, tool: Tool) -> None:
    """Whatever is there after a kill is whole, and what is missing is made as if nothing had been."""
    _, renditions = film("bframes.mp4")
    rendition = renditions[0]
    cells = numbers(rendition)
    for number in range(12):
        run = Run(Software(tool), [rendition], cells, rank=Rank.VIEWER, wanted=lambda _run, _cell: True, told=lambda: None)
        prepare_home(rendition, tool)
        run.begin()
        time.sleep(0.06 * number)
        run.kill()
        run.join(5)
        for cell in cells:
            if rendition.segment_path(cell).exists():
                whole = rendition.init_path.read_bytes() + rendition.segment_path(cell).read_bytes()
                assert len(times(whole)) == len(cell_frames(rendition.facts, rendition.index, cell))
                rendition.segment_path(cell).unlink()
        assert [path.name for path in rendition.home.iterdir() if path.suffix not in (".m4s", ".mp4", "")] == []
    one_run(tool, rendition, cells)
    assert len(times(joined(rendition))) == len(rendition.index.frames)
