"""Where and with what a film was made stays in the original (MED-8): nothing that is made of it tells, and the page says so."""

import io
import struct
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient
from PIL import Image

from app.media.facts import Facts
from tests.conftest import AsUser
from tests.hostile.kit import box, full, patched
from tests.media_files import make
from tests.processing.conftest import Films

PLACE, DEVICE, SERIAL = "+48.8577+002.2950+035.000/", "Aifone 15 Pro", "SN-F2LX90001"
_TELLING = (b"48.857", b"002.295", DEVICE.encode(), SERIAL.encode(), b"ISO6709", b"\xa9xyz", b"Exif")


@pytest.fixture
def films(claimed: Any) -> Films:
    return Films(claimed)


@pytest.fixture
def anna(as_user: AsUser) -> TestClient[Any]:
    return as_user("anna")


def from_a_phone(folder: Path) -> Path:
    """With a place in both ways that phones write it (©xyz, QuickTime's keys), make and model, and a cover whose EXIF tells the same."""
    phone = {"com.apple.quicktime.location.ISO6709": PLACE, "com.apple.quicktime.make": "Epple", "com.apple.quicktime.model": DEVICE}
    words = " ".join(f"-metadata '{name}={value}'" for name, value in (phone | {"location": PLACE, "serial": SERIAL}).items())
    cover = folder / "cover.jpg"
    exif = Image.Exif()
    exif[0x0110], exif[0xA431] = DEVICE, SERIAL
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 51.0, 27.7), 3: "E", 4: (2.0, 17.0, 42.0)})
    Image.new("RGB", (64, 64), "red").save(cover, exif=exif)
    film = make(f"-i 24fps.mp4 {words} -movflags use_metadata_tags -c copy OUT", folder / "phone.mp4")
    text = PLACE.encode()
    place = box(b"\xa9xyz", struct.pack(">HH", len(text), 0x15C7) + text)
    picture = box(b"covr", box(b"data", struct.pack(">II", 13, 0) + cover.read_bytes()))
    tags = full(b"meta", full(b"hdlr", bytes(4) + b"mdirappl" + bytes(9)) + box(b"ilst", picture))
    film.write_bytes(patched(film.read_bytes(), "moov", lambda body: body + box(b"udta", place + tags)))
    return film


def test_nothing_that_is_made_tells_the_place_or_the_device(
    films: Films, anna: TestClient[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = from_a_phone(tmp_path)
    monkeypatch.setattr("tests.processing.conftest.clip", lambda _name: film)

    video = films.whole("phone.mp4")
    facts = Facts.from_json(films.original(video).facts)
    made = [file for file in films.folder(video).rglob("*") if file.is_file()]
    kept = (films.site.paths.originals / films.original(video).path).read_bytes()

    assert len(made) >= 4
    assert [(file.name, mark) for file in made for mark in _TELLING if mark in file.read_bytes()] == []
    assert not any(_exif(file) for file in made if file.suffix in (".jpg", ".webp", ".avif"))
    assert all(mark in kept for mark in _TELLING)
    assert facts.place is not None
    assert "often the place, the time and the device" in anna.get(f"/w/{video.public_id}").text


def _exif(file: Path) -> bool:
    with Image.open(io.BytesIO(file.read_bytes())) as picture:
        return len(picture.getexif()) > 0
