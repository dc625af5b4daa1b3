"""Pictures that people send: decoded in a child, written anew, refused before they cost anything (SECURITY UP-5, UP-6)."""

import io
import resource
import struct
import time
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from app.errors import Invalid
from app.media.stills import LARGE, LARGEST, SMALL, take_picture
from app.media.stills.headers import Declared, declared


def drawn(size: tuple[int, int] = (1600, 900), mode: str = "RGB") -> Image.Image:
    picture = Image.new("RGB", size, (40, 90, 160))
    ImageDraw.Draw(picture).rectangle((0, 0, size[0] // 4, size[1] // 4), fill=(220, 60, 40))  # so that one sees which way is up
    return picture.convert(mode)


def coded(kind: str, picture: Image.Image | None = None, **options: object) -> bytes:
    out = io.BytesIO()
    (picture or drawn()).save(out, kind, **options)
    return out.getvalue()


def taken(data: bytes, folder: Path) -> Image.Image:
    (folder / "sent").write_bytes(data)
    chosen = take_picture(folder / "sent", folder=folder)
    with Image.open(folder / LARGE) as large, Image.open(folder / SMALL) as small:
        assert large.size == (chosen.width, chosen.height)
        assert small.width <= 640
        for each in (large, small):
            assert (each.format, each.mode) == ("WEBP", "RGB")
            assert not set(each.info) & {"exif", "icc_profile", "xmp"}
        return large.convert("RGB")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_each_kind_is_written_anew(tmp_path: Path, kind: str) -> None:
    assert declared(coded(kind)) == Declared(kind, 1600, 900)
    picture = taken(coded(kind), tmp_path)

    assert picture.size == (1280, 720)
    assert picture.getpixel((20, 20))[0] > 180
    assert picture.getpixel((1200, 600))[2] > 130


def test_what_the_camera_wrote_is_dropped_and_its_turn_is_made(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter to the right
    exif[0x010F] = "Lens & Sons"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    picture = taken(coded("JPEG", exif=exif), tmp_path)

    assert picture.size == (900, 1600)
    assert picture.getpixel((860, 20))[0] > 180
    assert b"Lens" not in (tmp_path / LARGE).read_bytes()


@pytest.mark.parametrize("mode", ["CMYK", "L"])
def test_other_colours_become_those_of_a_screen(tmp_path: Path, mode: str) -> None:
    assert taken(coded("JPEG", drawn(mode=mode)), tmp_path).size == (1280, 720)


def test_what_is_clear_becomes_white(tmp_path: Path) -> None:
    assert min(taken(coded("PNG", Image.new("RGBA", (300, 200), (0, 0, 0, 0))), tmp_path).getpixel((5, 5))) > 250


def test_a_tall_picture_stays_within_bounds(tmp_path: Path) -> None:
    assert max(taken(coded("PNG", drawn((20, 30000))), tmp_path).size) <= 2560


REFUSED = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html": b"<!DOCTYPE html><script>alert(1)</script>",
    "gif": coded("GIF"),
    "bmp": b"BM" + bytes(60),
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n",
    "nothing": b"",
    "a jpeg that is none": b"\xff\xd8\xff\xe0" + bytes(200),
    "a jpeg with endless segments": b"\xff\xd8\xff" + b"\xff" * 5000,
    "a png cut short": coded("PNG")[:200],
    "a jpeg in html": b"<html>" + coded("JPEG"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_picture_is_refused_with_a_sentence(tmp_path: Path, what: str) -> None:
    (tmp_path / "sent").write_bytes(REFUSED[what])

    with pytest.raises(Invalid, match="no picture that can be used"):
        take_picture(tmp_path / "sent", folder=tmp_path)
    assert not (tmp_path / LARGE).exists()


def huge_png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress(bytes(4_000_000), 9)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", rows)
        + chunk(b"IEND", b"")
    )


def huge_webp() -> bytes:
    return b"RIFF" + struct.pack("<I", 30) + b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + b"\xfe\x3f\x00" * 2


def huge_jpeg() -> bytes:
    small = coded("JPEG", drawn((16, 16)))
    place = small.index(b"\xff\xc0") + 5
    return small[:place] + struct.pack(">HH", 60000, 60000) + small[place + 4 :]


@pytest.mark.parametrize(
    "data", [huge_png(100_000, 100_000), huge_png(8000, 5001), huge_webp(), huge_jpeg()], ids=["png", "40", "webp", "jpeg"]
)
def test_too_many_pixels_are_refused_by_the_header(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "sent").write_bytes(data)
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    began = time.process_time()

    with pytest.raises(Invalid, match="too many pixels"):
        take_picture(tmp_path / "sent", folder=tmp_path)
    assert time.process_time() - began < 1
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss <= max(before, 120_000)  # kB; nothing of the picture's size


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sent").write_bytes(coded("PNG") + bytes(LARGEST))

    with pytest.raises(Invalid, match="32 MB"):
        take_picture(tmp_path / "sent", folder=tmp_path)
