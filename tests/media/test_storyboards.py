"""The seek bar's pictures: from key frames alone, few enough whatever the length, each where the list says it is."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image

from app.errors import MediaError
from app.media.facts import Facts
from app.media.index import load_index
from app.media.probe import probe
from app.media.stills import Storyboard, load_storyboard, make_storyboard, sheet_name, webvtt
from app.media.stills.places import at_keys
from app.media.stills.storyboard import COLUMNS, MOST, ROWS, place, targets, tile_size
from tests.media import eye
from tests.media_files import clip, make

_SOFT = "testsrc2=size=640x360:rate=25:duration=40,hue=s=0.35,gblur=5"
_CUE = re.compile(r"(\d\d:\d\d:\d\d\.\d{3}) --> (\d\d:\d\d:\d\d\.\d{3})\n(\S+?)#xywh=(\d+),(\d+),(\d+),(\d+)\n")


def board_of(source: Path, folder: Path) -> tuple[Facts, Storyboard]:
    facts = probe(source, folder=folder)
    shares: list[float] = []
    make_storyboard(source, facts, load_index(folder), folder=folder, progress=shares.append)
    assert shares == sorted(shares)
    board = load_storyboard(folder)
    assert board
    return facts, board


def tile(folder: Path, board: Storyboard, number: int) -> Image.Image:
    sheet, left, top = place(number, board.width, board.height)
    with Image.open(folder / sheet_name(sheet)) as picture:
        return picture.convert("RGB").crop((left, top, left + board.width, top + board.height))


@pytest.mark.parametrize(("duration", "step"), [(0.4, 1), (59, 1), (600, 1), (601, 2), (7200, 12), (48 * 3600, 288)])
def test_there_are_at_most_six_hundred_pictures_however_long_the_film(duration: float, step: float) -> None:
    found = targets(duration)

    assert 1 <= len(found) <= MOST
    assert found[:2] == [0, step][: len(found)]
    assert found[-1] < duration
    assert MOST / (COLUMNS * ROWS) <= 25


def test_only_key_frames_are_looked_at_each_once() -> None:
    assert at_keys([0, 1, 2, 3, 4, 5], [0.0, 2.4, 4.8]) == (0.0, 2.4, 4.8)
    assert at_keys([0, 1], [0.5]) == (0.5,)
    assert at_keys([0, 1], []) == (0, 1)


@pytest.mark.parametrize(
    ("shown", "tiles"), [((1920, 1080), (160, 90)), ((1080, 1920), (90, 160)), ((720, 576), (160, 128)), ((1, 4000), (2, 160))]
)
def test_pictures_have_the_shape_of_the_film(shown: tuple[int, int], tiles: tuple[int, int]) -> None:
    assert tile_size(*shown) == tiles


def test_the_list_covers_the_film_without_gaps_and_carries_addresses_on() -> None:
    board = Storyboard(times=tuple(0.5 + 2 * number for number in range(30)), width=160, height=90, duration=61.0)
    text = webvtt(board, address=lambda name: f"/media/x/{name}?token=a.b")

    assert text.startswith("WEBVTT\n\n")
    cues = _CUE.findall(text)
    assert len(cues) == 30
    assert (cues[0][0], cues[-1][1]) == ("00:00:00.000", "00:01:01.000")
    assert all(before[1] == after[0] for before, after in pairwise(cues))
    assert cues[26][2:] == ("/media/x/storyboard-1.webp?token=a.b", "160", "0", "160", "90")


def test_each_picture_is_of_its_moment(tmp_path: Path) -> None:
    source = make(f"-f lavfi -i {_SOFT} -c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 25 -sc_threshold 0 OUT", tmp_path / "film.mp4")
    _, board = board_of(source, tmp_path)

    assert board.times == tuple(float(second) for second in range(40))
    assert board.sheets == 2
    assert not board.sparse
    for number in (0, 24, 25, 39):
        wanted = eye.reference(source, board.times[number], (160, 90), tmp_path / "ref.png", colours=eye.sdr("smpte170m"))
        other = eye.reference(source, (board.times[number] + 20) % 40, (160, 90), tmp_path / "no.png", colours=eye.sdr("smpte170m"))
        found = tile(tmp_path, board, number)
        assert eye.ssim(found, wanted, tmp_path) >= 0.95
        assert eye.ssim(found, other, tmp_path) < 0.9


@pytest.mark.parametrize(
    "name", ["late.ts", "mpeg2.mpg", "opus.webm", "av1.mp4", "mjpeg.avi", "59.94fps.mkv", "hdr10.mp4", "cut-in-half.mp4"]
)
def test_every_kind_of_film_has_a_storyboard(tmp_path: Path, name: str) -> None:
    facts, board = board_of(clip(name), tmp_path)

    keys = load_index(tmp_path).keys
    assert facts.video
    assert 1 <= len(board.times) <= len(keys)
    assert list(board.times) == sorted(set(board.times))
    assert len(board.times) >= min(len(keys), int(facts.duration)) * 0.8
    assert (tmp_path / sheet_name(board.sheets - 1)).is_file()
    assert not (tmp_path / sheet_name(board.sheets)).exists()


def test_a_turned_film_has_turned_pictures(tmp_path: Path) -> None:
    _, board = board_of(clip("rotated.mp4"), tmp_path)

    assert (board.width, board.height) == (90, 160)


def test_rare_key_frames_are_noticed(tmp_path: Path) -> None:
    _, often = board_of(clip("h264.mp4"), tmp_path)
    _, rare = board_of(clip("bframes.mp4"), tmp_path)

    assert not often.sparse
    assert rare.sparse


def test_a_film_that_cannot_be_decoded_has_none(tmp_path: Path) -> None:
    facts = probe(clip("h264.mp4"), folder=tmp_path)

    with pytest.raises(MediaError, match="seek bar"):
        make_storyboard(clip("noise.mp4"), facts, load_index(tmp_path), folder=tmp_path, progress=lambda _: None)
    assert load_storyboard(tmp_path) is None
