"""Rungs really made: what the manifest says of them is what is in the bytes; for each codec, for odd kinds, for sound."""

import io
import math
from array import array
from pathlib import Path

import av
import pytest

from app.media.codec_strings import codec_string
from app.media.commands import timescale
from app.media.facts import Facts
from app.media.index import NAME, load_index
from app.media.ladder import Choices, Rung, evened_plan, first_plan
from app.media.loudness import gains, measure_loudness
from app.media.order import Rank
from app.media.rendition import Rendition
from app.media.run import Tool
from app.media.sampling import sample_rate
from tests.media.conftest import Film, examined
from tests.media.joined import joined, loudest, numbers, one_run, samples, source_times, times
from tests.media_files import clip


def renditions(name: str, folder: Path, choices: Choices) -> list[Rendition]:
    facts, index = examined(name)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / NAME).write_bytes(index)
    return [Rendition(clip(name), folder, facts, rung, load_index(folder)) for rung in first_plan(facts, choices).rungs]


def first_cell(tool: Tool, rendition: Rendition) -> bytes:
    cell = numbers(rendition)[0]
    one_run(tool, rendition, [cell])
    return rendition.init_path.read_bytes() + rendition.segment_path(cell).read_bytes()


@pytest.mark.parametrize(
    "codec", ["h264", "hevc", pytest.param("vp9", marks=pytest.mark.slow), pytest.param("av1", marks=pytest.mark.slow)]
)
def test_the_codec_string_is_that_of_the_bytes(codec: str, tool: Tool, tmp_path: Path) -> None:
    rung = next(each for each in renditions("24fps.mp4", tmp_path / "r", Choices(codecs=("h264", codec))) if each.rung.codec == codec)
    film = first_cell(tool, rung)

    with av.open(io.BytesIO(film)) as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        assert (context.width, context.height) == (rung.rung.width, rung.rung.height)
        assert sum(1 for _ in container.decode(stream)) == 96
        if codec == "vp9":
            said = film[film.index(b"vpcC") + 8 :]  # version and flags, then profile, level, depth
            assert f"vp09.{said[0]:02d}.{said[1]}.{said[2] >> 4:02d}" == rung.rung.codec_string
        else:
            assert codec_string(context.codec.canonical_name, context.extradata or b"") == rung.rung.codec_string


@pytest.mark.slow
@pytest.mark.parametrize("codec", ["hevc", "vp9", "av1"])
def test_cells_of_further_sets_join_as_one(codec: str, tool: Tool, tmp_path: Path) -> None:
    made = next(each for each in renditions("29.97fps.mp4", tmp_path / "r", Choices(codecs=("h264", codec))) if each.rung.codec == codec)
    for cell in reversed(numbers(made)):
        one_run(tool, made, [cell])

    with av.open(io.BytesIO(joined(made))) as container:
        assert sum(1 for _ in container.decode(video=0)) == made.facts.video.frames  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["29.97fps.mp4", "vfr.mkv", "late.ts", "interlaced.ts", "hole.mp4"])
def test_what_lies_ahead_of_the_first_cell_is_made_and_thrown_away(name: str, tool: Tool, film: Film) -> None:
    """So the encoder has settled where runs meet; only who waits does without."""
    _, made = film(name)
    order = numbers(made[0])
    for cell in reversed(order):
        one_run(tool, made[0], [cell], rank=Rank.REST)
    early = joined(made[0])

    scale = timescale(made[0].facts.video)  # type: ignore[arg-type]
    assert [time / scale for time in times(early)] == pytest.approx(source_times(made[0]), abs=0.001)
    with av.open(io.BytesIO(early)) as container:
        assert sum(1 for _ in container.decode(video=0)) == len(times(early))


SIZES = {
    "interlaced.ts": (320, 180),
    "anamorphic.mp4": (512, 288),
    "rotated.mp4": (180, 320),
    "hevc10.mkv": (640, 360),
    "prores.mov": (320, 180),
    "yuv444.mp4": (320, 180),
    "odd-size.mp4": (322, 182),
    "portrait.mp4": (180, 320),
    "cover.mp4": (320, 180),
}


@pytest.mark.parametrize("name", SIZES)
def test_odd_kinds_come_out_in_the_size_that_is_seen(name: str, tool: Tool, film: Film) -> None:
    _, made = film(name)
    top = [each for each in made if each.rung.kind == "video"][-1]

    assert (top.rung.width, top.rung.height) == SIZES[name]
    with av.open(io.BytesIO(first_cell(tool, top))) as container:
        frame = next(container.decode(video=0))
        assert (frame.width, frame.height, frame.format.name, frame.rotation) == (*SIZES[name], "yuv420p", 0)
        assert container.streams.video[0].sample_aspect_ratio in (None, 1)


def test_a_cover_is_no_film(film: Film) -> None:
    facts, made = film("cover.m4a")

    assert facts.video is None
    assert [each.rung.name for each in made] == ["a0"]


def test_surround_is_kept_beside_stereo_with_every_speaker_in_its_place(tool: Tool, film: Film) -> None:
    _, made = film("surround.mkv")
    stereo, wide = (each for each in made if each.rung.kind == "audio")
    assert (stereo.rung.channels, wide.rung.channels) == (2, 6)

    with av.open(io.BytesIO(first_cell(tool, wide))) as container:
        stream = container.streams.audio[0]
        assert (stream.codec_context.layout.name, stream.codec_context.rate) == ("5.1", 48_000)
        speakers = [array("f") for _ in range(6)]
        for frame in container.decode(stream):
            for speaker, plane in zip(speakers, frame.planes, strict=True):
                speaker.frombytes(bytes(plane)[: frame.samples * 4])
    heard = [loudest(speaker[20_000:]) for speaker in speakers]
    assert [round(value, 1) for value in heard] == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
    with av.open(io.BytesIO(first_cell(tool, stereo))) as container:
        assert container.streams.audio[0].codec_context.layout.name == "stereo"


def test_a_film_of_7_1_gets_5_1(tool: Tool, film: Film) -> None:
    _, made = film("7.1.mkv")

    with av.open(io.BytesIO(first_cell(tool, next(each for each in made if each.rung.channels == 6)))) as container:
        assert container.streams.audio[0].codec_context.layout.name == "5.1"


def test_surround_that_ends_early_goes_on_in_silence(tool: Tool, film: Film) -> None:
    _, made = film("short-surround.mkv")
    wide = next(each for each in made if each.rung.channels == 6)
    for cell in numbers(wide):
        one_run(tool, wide, [cell])

    with av.open(io.BytesIO(joined(wide))) as container:
        assert sum(frame.samples for frame in container.decode(audio=0)) / 48_000 == pytest.approx(9, abs=0.1)


def tone(facts: Facts, tool: Tool, name: str) -> tuple[float, float]:
    (found,) = measure_loudness(tool, clip(name), facts, streams=[facts.audio[0].stream])
    return found.integrated, found.true_peak


def test_a_tone_of_known_loudness_is_measured_as_such(tool: Tool) -> None:
    """EBU Tech 3341, case 1: 1 kHz in both channels at -23 dBFS is -23 LUFS."""
    facts, _ = examined("ebu-23.wav")
    integrated, peak = tone(facts, tool, "ebu-23.wav")

    assert integrated == pytest.approx(-23.0, abs=0.1)
    assert peak == pytest.approx(-23.0, abs=0.2)


def test_every_track_is_measured_in_one_reading(tool: Tool) -> None:
    facts, _ = examined("two-languages.mkv")
    found = measure_loudness(tool, clip("two-languages.mkv"), facts, streams=[track.stream for track in facts.audio])

    assert [each.stream for each in found] == [1, 2]
    assert found[0].integrated - found[1].integrated > 2


def test_sound_that_is_evened_out_while_encoding_comes_out_at_the_aim(tool: Tool, tmp_path: Path) -> None:
    facts, index = examined("ebu-23.wav")
    measured = measure_loudness(tool, clip("ebu-23.wav"), facts, streams=[0])
    plan = evened_plan(first_plan(facts, Choices(loudness="encoding")), facts, gains(measured))
    (tmp_path / NAME).write_bytes(index)
    rendition = Rendition(clip("ebu-23.wav"), tmp_path, facts, plan.rungs[0], load_index(tmp_path))

    made = samples(first_cell(tool, rendition))
    assert plan.rungs[0].gain == pytest.approx(7.0, abs=0.1)
    assert 20 * math.log10(loudest(made[4800:])) == pytest.approx(-16.0, abs=0.3)


def test_a_sample_says_what_pictures_take(tool: Tool, film: Film) -> None:
    facts, made = film("noisy.mkv")
    still_facts, still = film("24fps.mp4")

    loud = sample_rate(tool, made[0].source, facts, made[0].rung)
    quiet = sample_rate(tool, still[0].source, still_facts, still[0].rung)
    real = sum(first_cell_size(tool, each) for each in still[:1]) * 8 / 4
    assert loud > 4 * quiet > 0
    assert quiet == pytest.approx(real, rel=0.35)


def first_cell_size(tool: Tool, rendition: Rendition) -> int:
    first_cell(tool, rendition)
    return rendition.segment_path(numbers(rendition)[0]).stat().st_size


def test_a_broken_source_gives_no_sample_and_no_loudness(tool: Tool, film: Film) -> None:
    facts, made = film("24fps.mp4")
    sound: Rung = made[-1].rung

    assert sample_rate(tool, clip("noise.mp4"), facts, made[0].rung) == 0
    assert measure_loudness(tool, clip("noise.mp4"), facts, streams=[sound.stream]) == ()
