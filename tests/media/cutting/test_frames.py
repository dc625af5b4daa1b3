"""The pictures and the sound of a cut are those of the kept pieces: each one, once, and no other."""

import pytest

from app.media.commands import timescale
from app.media.cutting.keep import Keep
from app.media.cutting.plan import plan
from app.media.rendition import Rendition
from app.media.runs import RunManager
from tests.media.conftest import Film
from tests.media.cutting.shown import gaps, kept_places, shown, times
from tests.media.joined import differences, pictures, residual, samples

KEEP: Keep = ((0.7, 2.9), (3.3, 6.1), (8.32, 9.0))
PICTURES = [
    "h264.mp4",
    "bframes.mp4",
    "vfr.mp4",
    pytest.param("29.97fps.mp4", marks=pytest.mark.slow),
    pytest.param("59.94fps.mkv", marks=pytest.mark.slow),
    "late.ts",
    "edit-list.mp4",
    pytest.param("opengop.mp4", marks=pytest.mark.slow),
    pytest.param("interlaced.ts", marks=pytest.mark.slow),
]


@pytest.mark.parametrize("name", PICTURES)
def test_the_frames_of_a_cut_are_those_of_the_kept_pieces(film: Film, manager: RunManager, name: str) -> None:
    facts, renditions = film(name)
    video, rendition = facts.video, renditions[0]
    assert video
    whole = shown(manager, rendition, KEEP)
    wanted = kept_places(rendition.index, video.tb_num / video.tb_den, video.zero, KEEP)

    made = times(whole)
    assert made[0] == 0
    assert len(made) == len(wanted)
    assert gaps(whole) == {0}, "one film without a break"
    ours, theirs = pictures(whole), pictures(str(rendition.source))
    assert len(ours) == len(wanted)
    if video.interlaced:
        return  # two fields mixed: their pictures are not those of the source
    right = differences(ours, [theirs[place] for place in wanted])
    shifted = differences(ours, [theirs[place - 1] for place in wanted])
    wrong = [place for place, here, there in zip(wanted, right, shifted, strict=True) if here >= there]
    assert wrong == []


def test_frames_keep_their_distances_within_a_piece(film: Film, manager: RunManager) -> None:
    facts, renditions = film("vfr.mp4")
    video = facts.video
    assert video
    scale = timescale(video) // video.tb_den * video.tb_num
    wanted = kept_places(renditions[0].index, video.tb_num / video.tb_den, video.zero, ((1.2, 7.7),))
    frames = [renditions[0].index.frames[place] for place in wanted]

    made = times(shown(manager, renditions[0], ((1.2, 7.7),)))
    assert made == [(tick - frames[0]) * scale for tick in frames]


def test_a_slide_that_began_before_the_cut_is_shown_from_the_cut_on(film: Film, manager: RunManager) -> None:
    """In hole.mp4 no frame comes between 3 and 12.2 seconds: a piece of it shows the last one before."""
    facts, renditions = film("hole.mp4")
    video = facts.video
    assert video
    keep = ((5.0, 9.0), (11.0, 13.0))
    whole = shown(manager, renditions[0], keep)
    scale = timescale(video)
    made = [time / scale for time in times(whole)]

    assert made[:2] == [0, 4.0]
    assert made[2] == pytest.approx(4.0 + 12.24 - 11.0, abs=0.05)
    assert plan(facts, renditions[0].index, keep).duration == pytest.approx(6.0, abs=0.05)
    assert gaps(whole) == {0}
    ours, theirs = pictures(whole), pictures(str(renditions[0].source))
    last = max(number for number, tick in enumerate(renditions[0].index.frames) if tick * video.tb_num / video.tb_den < 3.1)
    assert max(differences(ours[:2], [theirs[last]] * 2)) < 3


@pytest.mark.parametrize("name", ["h264.mp4", pytest.param("late.ts", marks=pytest.mark.slow), "59.94fps.mkv"])
def test_the_sound_of_a_cut_is_that_of_the_kept_pieces(film: Film, manager: RunManager, name: str) -> None:
    """The tone climbs, so that it fits at one place only: sound stays within 20 ms of its picture in every piece."""
    facts, renditions = film(name)
    rendition = renditions[-1]
    whole = shown(manager, rendition, KEEP)
    assert gaps(whole) == {0}

    rate = rendition.rung.rate
    ours, theirs = samples(whole), samples(_whole(manager, rendition))
    made = plan(facts, renditions[0].index, KEEP)
    assert len(ours) / rate == pytest.approx(made.duration, abs=1024 / rate)
    for span in made.spans:
        middle, length = (span.end - span.start) / 2 - 0.1, round(0.2 * rate)
        place, heard_at = round((span.start + middle) * rate), round((span.at + middle) * rate)
        heard = ours[heard_at : heard_at + length : 3]
        near = range(-round(0.03 * rate), round(0.03 * rate), 4)
        best = min(near, key=lambda offset: residual(heard, theirs[place + offset : place + offset + length : 3]))
        assert abs(best) <= 0.012 * rate + 4


def _whole(manager: RunManager, rendition: Rendition) -> bytes:
    manager.fill([rendition])
    numbers = sorted(int(path.stem) for path in rendition.home.glob("*.m4s"))
    return rendition.init_path.read_bytes() + b"".join(rendition.segment_path(number).read_bytes() for number in numbers)


def test_sound_alone_is_cut_too(film: Film, manager: RunManager) -> None:
    _, renditions = film("audio-only.m4a")
    rendition = renditions[0]
    whole = shown(manager, rendition, KEEP)
    made = times(whole)

    assert made == list(range(0, len(made) * 1024, 1024))
    assert len(made) * 1024 / rendition.rung.rate == pytest.approx(2.2 + 2.8 + 0.68, abs=1024 / rendition.rung.rate)
