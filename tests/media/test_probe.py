"""Films and impostors, looked at by the child."""

import time
from pathlib import Path

import av
import pytest

from app.children import Limits
from app.errors import MediaError
from app.media.facts import Facts
from app.media.grid import segments
from app.media.index import load_index, unpack_index
from app.media.ladder import ladder
from app.media.mp4_index import read_table
from app.media.probe import probe
from app.media.rendition import Rendition
from app.media.runs import RunManager, Tool
from tests.media.conftest import Film
from tests.media_files import clip, make

FILMS = [
    ("h264.mp4", 25.0, 250, 10.0),
    ("24fps.mp4", 24.0, 240, 10.0),
    ("29.97fps.mp4", 29.97, 300, 10.01),
    ("59.94fps.mkv", 59.94, 600, 10.023),
    ("bframes.mp4", 25.0, 300, 12.0),
    ("late.ts", 25.0, 250, 10.0),
    ("hevc10.mkv", 24.0, 240, 10.023),
    ("vp9.webm", 25.0, 150, 6.008),
    ("no-audio.mp4", 25.0, 225, 9.0),
]


@pytest.mark.parametrize(("name", "fps", "frames", "duration"), FILMS)
def test_a_film_is_described(film: Film, name: str, fps: float, frames: int, duration: float) -> None:
    facts, _ = film(name)

    assert facts.video
    assert (facts.video.fps, facts.video.frames, facts.duration) == (fps, frames, duration)
    assert facts.cut_at is None
    assert Facts.from_json(facts.to_json()) == facts


@pytest.mark.parametrize("name", ["h264.mp4", "bframes.mp4", "opengop.mp4", "vfr.mp4", "59.94fps.mkv", "late.ts", "hevc10.mkv", "hole.mp4"])
def test_the_index_lists_every_frame_that_the_demuxer_gives(tmp_path: Path, name: str) -> None:
    facts = probe(clip(name), folder=tmp_path)
    index = load_index(tmp_path)

    with av.open(str(clip(name))) as container:
        counted = sorted(packet.pts for packet in container.demux(video=0) if packet.pts is not None)
    assert list(index.frames) == counted
    assert facts.video
    assert facts.video.zero == counted[0]
    assert set(index.keys) <= set(index.frames)
    assert index.keys[0] == counted[0]


def test_codecs_are_named_as_browsers_ask_for_them(film: Film) -> None:
    names = {name: film(name)[0] for name in ("h264.mp4", "hevc10.mkv", "vp9.webm", "audio-only.mp3")}

    strings = {name: [part.codec_string for part in (facts.video, *facts.audio) if part] for name, facts in names.items()}
    assert strings == {
        "h264.mp4": ["avc1.42C00C", "mp4a.40.2"],
        "hevc10.mkv": ["hvc1.2.4.L63.90", "mp4a.40.2"],
        "vp9.webm": ["vp09.00.41.08", "opus"],
        "audio-only.mp3": ["mp3"],
    }


def test_a_turned_or_squeezed_picture_is_described_as_it_is_shown(film: Film) -> None:
    turned, squeezed = film("rotated.mp4")[0].video, film("anamorphic.mp4")[0].video

    assert turned
    assert squeezed
    assert (turned.width, turned.height, turned.rotation) == (180, 320, 90)
    assert (squeezed.width, squeezed.height) == (512, 288)


def test_tracks_keep_their_languages(film: Film) -> None:
    facts, _ = film("two-languages.mkv")

    assert [track.language for track in facts.audio] == ["eng", "deu"]


def test_sound_that_begins_late_is_known(film: Film) -> None:
    facts, _ = film("delayed-sound.mp4")

    assert facts.audio[0].start == pytest.approx(1.21, abs=0.03)


def test_a_film_without_pictures_is_sound_alone(film: Film) -> None:
    facts, _ = film("audio-only.m4a")

    assert facts.video is None
    assert facts.duration == pytest.approx(11, abs=0.05)


IMPOSTORS = {
    "text-file.mp4": "This is a text file, not a video.",
    "playlist.mp4": "This is a list of videos, not a video. Upload the files that it lists.",
    "concat.mp4": "This is a list of videos, not a video. Upload the files that it lists.",
    "zero-bytes.mp4": "This file is empty. Look whether it was copied completely, and upload it again.",
    "picture.mp4": "This is a picture, not a video.",
    "picture.png": "This is a picture, not a video.",
    "picture.jpg": "This is a picture, not a video.",
    "noise.mp4": "This is not a video that can be read: it is damaged, was cut off while it was copied, or is no video at all.",
    "no-moov.mp4": "This is not a video that can be read: it is damaged, was cut off while it was copied, or is no video at all.",
    "subtitles-only.mkv": "There is no picture and no sound in this file that can be played.",
}


@pytest.mark.parametrize("name", IMPOSTORS)
def test_what_is_no_film_is_refused_with_a_sentence(tmp_path: Path, name: str) -> None:
    with pytest.raises(MediaError) as refusal:
        probe(clip(name), folder=tmp_path)

    assert str(refusal.value) == IMPOSTORS[name]
    assert list(tmp_path.iterdir()) == []


def test_a_playlist_behind_binary_noise_opens_no_other_file(tmp_path: Path) -> None:
    """The first bytes do not look like text, so it is the list of containers that refuses it."""
    film = tmp_path / "x.mp4"
    film.write_bytes(b"\x00\xff" + clip("playlist.mp4").read_bytes() + b"#\x00\xff\xfe\n")

    with pytest.raises(MediaError, match="not a video that can be read"):
        probe(film, folder=tmp_path / "out")


@pytest.mark.parametrize("name", ["cut-in-half.mp4", "cut-in-half.mkv"])
def test_a_film_cut_in_half_says_where_it_ends(film: Film, name: str) -> None:
    facts, renditions = film(name)

    assert facts.cut_at == pytest.approx(5, abs=0.1)
    assert facts.duration == pytest.approx(5, abs=0.1)
    assert facts.video
    assert len(renditions[0].index.frames) == facts.video.frames


def test_three_hours_of_two_frames_are_two_frames(film: Film) -> None:
    facts, _ = film("three-hours-of-two-frames.mp4")

    assert facts.video
    assert (facts.video.frames, facts.duration) == (2, 10800)


def test_a_probe_that_takes_too_long_ends_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="took too long"):
        probe(clip("h264.mp4"), folder=tmp_path, limits=Limits(wall=0.01))


def test_times_from_the_tables_of_an_mp4_need_no_reading_of_the_film(tmp_path: Path) -> None:
    """Ten minutes of it, with the pictures' bytes gone: the times come from the tables alone."""
    long = make(f"-stream_loop 49 -i {clip('bframes.mp4')} -c copy OUT", tmp_path / "long.mp4")
    began = time.monotonic()
    table = read_table(long, 1)
    took = time.monotonic() - began

    assert table
    assert table.whole == len(table.pts) == 50 * 300
    with av.open(str(long)) as container:
        packets = [(packet.pts, packet.is_keyframe) for packet in container.demux(video=0) if packet.pts is not None]
    assert list(table.pts) == [pts for pts, _ in packets]
    assert set(table.keys) <= {pts for pts, key in packets if key}
    assert took < 2


def test_tables_with_hidden_frames_are_left_to_the_demuxer(tmp_path: Path) -> None:
    cut = make(f"-ss 1.3 -i {clip('bframes.mp4')} -c copy OUT", tmp_path / "cut.mp4")
    facts = probe(cut, folder=tmp_path)

    assert read_table(cut, 1) is None
    with av.open(str(cut)) as container:
        shown = sorted(packet.pts for packet in container.demux(video=0) if packet.pts is not None and not packet.is_discard)
    assert list(load_index(tmp_path).frames) == shown
    assert facts.video
    assert facts.video.zero == shown[0]


def test_a_long_film_can_be_played_while_its_frames_are_counted(tmp_path: Path, tool: Tool) -> None:
    long = make(f"-stream_loop 19 -i {clip('59.94fps.mkv')} -c copy OUT", tmp_path / "long.mkv")
    folder = tmp_path / "out"
    looks: list[Facts] = []
    early: list[bytes] = []
    manager = RunManager(tool)

    def first_look(facts: Facts) -> None:
        looks.append(facts)
        rendition = Rendition(long, folder, facts, ladder(facts)[0], unpack_index(early_index()))
        early.append(manager.segment(rendition, 0).read_bytes())
        assert [part.number for part in segments(facts, rendition.index, rendition.rung)] == list(range(51))
        late.append(rendition)

    def early_index() -> bytes:
        return (folder / "index.bin").read_bytes()

    late: list[Rendition] = []
    facts = probe(long, folder=folder, first_look=first_look)
    whole = Rendition(long, folder, facts, ladder(facts)[0], load_index(folder))

    assert (len(looks), facts.complete) == (1, True)
    assert looks[0].duration == pytest.approx(facts.duration, abs=0.1)
    assert ladder(looks[0]) == ladder(facts)
    assert manager.segment(whole, 0).read_bytes() == early[0]
    assert manager.segment(late[0], 48) == whole.segment_path(48)
    manager.close()


def test_a_short_film_needs_no_first_look(tmp_path: Path) -> None:
    looks: list[Facts] = []
    for name in ("h264.mp4", "59.94fps.mkv", "audio-only.mp3"):
        probe(clip(name), folder=tmp_path, first_look=looks.append)

    assert looks == []


def test_a_piece_cut_from_a_film_without_encoding_is_whole(tmp_path: Path) -> None:
    """Its edit list hides frames at both ends, so the file counts more than are ever shown."""
    piece = make(f"-ss 1.3 -i {clip('bframes.mp4')} -t 4.2 -c copy OUT", tmp_path / "piece.mp4")

    facts = probe(piece, folder=tmp_path)

    assert facts.cut_at is None
    assert facts.duration == pytest.approx(4.2, abs=0.15)
