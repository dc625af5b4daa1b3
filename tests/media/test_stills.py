"""Stills: taken where there is something to see, three that differ, upright, in their shape, as the film looks."""

from pathlib import Path

import pytest
from PIL import Image, ImageStat

from app.errors import Invalid, MediaError
from app.media.facts import Facts
from app.media.index import load_index
from app.media.probe import probe
from app.media.stills import LARGE, SMALL, Chosen, make_stills, still_name, take_moment
from tests.media import eye
from tests.media.conftest import Film
from tests.media_files import clip, make

_CODED = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p"
_SOFT = "testsrc2=size=640x360:rate=25:duration=4,hue=s=0.35,gblur=1.2"  # as pictures of the world are: no colour at its end


def stills(source: Path, folder: Path) -> tuple[Facts, tuple[Chosen, ...]]:
    facts = probe(source, folder=folder)
    return facts, make_stills(source, facts, load_index(folder), folder=folder)


def test_a_still_is_taken_where_there_is_something_to_see(tmp_path: Path) -> None:
    _, chosen = stills(clip("black-start.mp4"), tmp_path)

    assert chosen[0].at >= 5
    with Image.open(tmp_path / SMALL) as small, Image.open(tmp_path / LARGE) as large:
        assert (small.format, small.size, large.size) == ("WEBP", (640, 360), (640, 360))
        assert ImageStat.Stat(small.convert("L")).mean[0] > 40
        assert not small.getexif()


def test_there_are_three_to_choose_from_and_they_show_different_things(tmp_path: Path) -> None:
    recipe = (
        "-f lavfi -i smptebars=size=320x180:rate=25:duration=4 -f lavfi -i mandelbrot=size=320x180:rate=25 -f lavfi -i "
        f"testsrc=size=320x180:rate=25:duration=4 -filter_complex [1]trim=duration=4[m];[0][m][2]concat=n=3 {_CODED} -g 25 OUT"
    )
    _, chosen = stills(make(recipe, tmp_path / "scenes.mp4"), tmp_path)

    assert len(chosen) == 3
    assert len({int(each.at // 4) for each in chosen}) == 3
    assert all((tmp_path / still_name(name, number)).is_file() for name in (SMALL, LARGE) for number in (1, 2, 3))


def test_sharp_comes_before_blurred_and_a_fade_is_not_taken(tmp_path: Path) -> None:
    recipe = (
        "-f lavfi -i testsrc2=size=640x360:rate=25:duration=12 -vf gblur=12:enable='lt(t\\,4)',fade=out:st=8:d=4:color=gray "
        f"{_CODED} -g 12 OUT"
    )
    _, chosen = stills(make(recipe, tmp_path / "scenes.mp4"), tmp_path)

    assert 4 <= chosen[0].at <= 8.5


def test_a_film_with_one_key_frame_has_stills_all_the_same(tmp_path: Path) -> None:
    recipe = f"-f lavfi -i mandelbrot=size=320x180:rate=25:end_scale=0.001 -t 8 {_CODED} -g 1000 -sc_threshold 0 OUT"
    for name in ("one-key.mp4", "one-key.ts"):
        folder = tmp_path / name.replace(".", "-")
        folder.mkdir()
        _, chosen = stills(make(recipe, folder / name), folder)
        assert chosen[0].at > 0.5


@pytest.mark.parametrize(
    "name", ["late.ts", "interlaced.ts", "mpeg2.mpg", "vp9.webm", "av1.mp4", "mjpeg.avi", "prores.mov", "hevc10.mkv", "cut-in-half.mkv"]
)
def test_every_kind_of_film_has_a_still(tmp_path: Path, name: str) -> None:
    facts, chosen = stills(clip(name), tmp_path)

    assert facts.video
    assert 0 <= chosen[0].at < facts.duration
    with Image.open(tmp_path / SMALL) as still:
        assert still.size == (facts.video.width, facts.video.height)
        assert ImageStat.Stat(still.convert("L")).stddev[0] > 20


TURNS = ["-display_rotation 90", "-display_rotation 180", "-display_rotation 270", "-display_hflip", "-display_vflip"]
TURNS += ["-display_rotation 90 -display_hflip", "-display_rotation 270 -display_hflip"]


@pytest.mark.parametrize("turn", TURNS)
def test_a_still_is_turned_and_mirrored_as_its_film_is_shown(tmp_path: Path, turn: str) -> None:
    plain = make(f"-f lavfi -i {_SOFT} {_CODED} -g 25 OUT", tmp_path / "plain.mp4")
    source = make(f"{turn} -i {plain} -c copy OUT", tmp_path / "turned.mp4")
    facts, chosen = stills(source, tmp_path)

    assert facts.video
    size = (facts.video.width, facts.video.height)
    assert size == ((360, 640) if "90" in turn or "270" in turn else (640, 360))
    wanted = eye.reference(source, chosen[0].at, size, tmp_path / "ref.png", colours=eye.sdr("smpte170m"))
    assert eye.ssim(tmp_path / LARGE, wanted, tmp_path) >= 0.95


_WIDE = "testsrc2=size=720x576:rate=50:duration=4,hue=s=0.35,gblur=2"
_SILENT = "setparams=colorspace=unknown:range=unknown,format=yuv420p"
_709 = f"-vf scale=out_color_matrix=bt709 -colorspace bt709 {_CODED}"
# How each is made, what its frames are read as, and what is done to them before.
LOOKS = {
    "bt601": (f"{_SOFT} -vf scale=out_color_matrix=bt601 -colorspace smpte170m {_CODED}", eye.sdr("smpte170m"), ""),
    "bt709 and small": (f"{_SOFT} {_709}", eye.sdr("bt709"), ""),
    "nothing said, SD": (f"{_SOFT} -vf scale=out_color_matrix=bt601,{_SILENT} {_CODED}", eye.sdr("smpte170m"), ""),
    "nothing said, HD": (f"{_SOFT} -vf scale=1280:720:out_color_matrix=bt709,{_SILENT} {_CODED}", eye.sdr("bt709"), ""),
    "full range": (f"{_SOFT} -vf scale=out_range=pc:out_color_matrix=bt601 -pix_fmt yuvj420p -c:v mjpeg", eye.sdr("smpte170m", "pc"), ""),
    "10 bits": (f"{_SOFT} {_709} -pix_fmt yuv420p10le", eye.sdr("bt709"), ""),
    "4:2:2": (f"{_SOFT} -vf scale=out_color_matrix=bt709 -colorspace bt709 -pix_fmt yuv422p10le -c:v prores_ks", eye.sdr("bt709"), ""),
    "anamorphic": (f"{_WIDE},setsar=64/45 -vf scale=out_color_matrix=bt601 {_CODED}", eye.sdr("smpte170m"), ""),
    "interlaced": (
        f"{_WIDE} -vf scale=out_color_matrix=bt601,tinterlace=4,setfield=tff {_CODED} -flags +ildct+ilme -x264-params tff=1",
        eye.sdr("smpte170m"), "bwdif=0:-1:0",
    ),
}  # fmt: skip


@pytest.mark.parametrize("look", LOOKS)
def test_a_still_looks_as_the_film_does(tmp_path: Path, look: str) -> None:
    recipe, colours, before = LOOKS[look]
    source = make(f"-f lavfi -i {recipe} -g 25 OUT", tmp_path / "film.mov")
    facts, chosen = stills(source, tmp_path)

    assert facts.video
    size = (facts.video.width, facts.video.height)
    assert (chosen[0].width, chosen[0].height) == size
    wanted = eye.reference(source, chosen[0].at, size, tmp_path / "ref.png", colours=colours, before=before)
    assert eye.ssim(tmp_path / LARGE, wanted, tmp_path) >= 0.95


@pytest.mark.parametrize("transfer", ["smpte2084", "arib-std-b67"])
def test_light_beyond_the_screen_is_brought_back_to_it(tmp_path: Path, transfer: str) -> None:
    recipe = (
        f"-f lavfi -i {_SOFT} -vf scale=out_color_matrix=bt709,zscale=tin=bt709:pin=bt709:min=bt709:rin=tv:t={transfer}:p=bt2020:"
        "m=bt2020nc:r=tv:npl=203,format=yuv420p10le -c:v libx265 -preset ultrafast -crf 16 -x265-params "
        f"log-level=none:keyint=25:colorprim=bt2020:transfer={transfer}:colormatrix=bt2020nc -tag:v hvc1 OUT"
    )
    source = make(recipe, tmp_path / "bright.mp4")
    facts, chosen = stills(source, tmp_path)

    assert facts.video
    assert facts.video.hdr
    wanted = eye.reference(source, chosen[0].at, (640, 360), tmp_path / "ref.png", colours=eye.HDR)
    assert eye.ssim(tmp_path / LARGE, wanted, tmp_path) >= 0.95
    with Image.open(tmp_path / LARGE) as still, Image.open(wanted) as ref:
        ours, theirs = (ImageStat.Stat(each.convert("RGB")).mean for each in (still, ref))
    assert all(abs(one - other) < 6 for one, other in zip(ours, theirs, strict=True))


def test_a_moment_is_that_very_frame(tmp_path: Path) -> None:
    source = clip("bframes.mp4")
    facts = probe(source, folder=tmp_path)
    taken = take_moment(source, facts, 7.33, folder=tmp_path)

    assert taken.at == 7.32
    wanted = eye.reference(source, taken.at, (320, 180), tmp_path / "ref.png", colours=eye.sdr("smpte170m"))
    other = eye.reference(source, taken.at + 0.2, (320, 180), tmp_path / "other.png", colours=eye.sdr("smpte170m"))
    assert eye.ssim(tmp_path / LARGE, wanted, tmp_path) > eye.ssim(tmp_path / LARGE, other, tmp_path)


def test_sound_alone_has_no_still_and_no_moment(tmp_path: Path) -> None:
    facts, chosen = stills(clip("audio-only.m4a"), tmp_path)

    assert chosen == ()
    with pytest.raises(Invalid, match="only sound"):
        take_moment(clip("audio-only.m4a"), facts, 1.0, folder=tmp_path)


def test_the_cover_of_a_song_is_its_picture(tmp_path: Path) -> None:
    both = "-i audio-only.m4a -f lavfi -i testsrc2=size=500x500:duration=1 -map 0:a -map 1:v -frames:v 1 -disposition:v attached_pic"
    for name, codecs in {"song.m4a": "-c:a copy -c:v mjpeg", "song.mp3": "-c:a libmp3lame -c:v png", "song.flac": "-c:v mjpeg"}.items():
        folder = tmp_path / name.partition(".")[2]
        folder.mkdir()
        recipe = f"{both} {codecs} OUT"
        _, chosen = stills(make(recipe, folder / name), folder)
        assert [(each.width, each.height) for each in chosen] == [(500, 500)], name
        with Image.open(folder / SMALL) as still:
            assert still.size == (500, 500)


def test_a_film_that_cannot_be_decoded_is_a_sentence(film: Film, tmp_path: Path) -> None:
    facts, renditions = film("h264.mp4")

    with pytest.raises(MediaError, match="No still"):
        make_stills(clip("noise.mp4"), facts, renditions[0].index, folder=tmp_path)
