"""When a film was recorded: by its file, else by its name."""

import pytest

from app.media.tags import PlaceFacts, camera, place, recorded_at
from app.videos.recorded import recorded_by_name
from app.videos.times import utc


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("VID_20240518_143000.mp4", "2024-05-18T14:30:00"),
        ("PXL_20240518_143000123.mp4", "2024-05-18T14:30:00"),
        ("20240518_143000.mp4", "2024-05-18T14:30:00"),
        ("20240518143000.mov", "2024-05-18T14:30:00"),
        ("DJI_20240518143000_0001_D.MP4", "2024-05-18T14:30:00"),
        ("2024-05-18 14.30.00.mp4", "2024-05-18T14:30:00"),
        ("Screen Recording 2024-05-18 at 14.30.00.mov", "2024-05-18T14:30:00"),
        ("WhatsApp Video 2024-05-18 at 14.30.00.mp4", "2024-05-18T14:30:00"),
        ("VID-20240518-WA0003.mp4", "2024-05-18"),
        ("2024-05-18 - Grandma's birthday.mkv", "2024-05-18"),
        ("signal-2024-05-18-143000.mp4", "2024-05-18T14:30:00"),
        ("IMG_2041.MOV", ""),
        ("Blade Runner 2049.mkv", ""),
        ("2024-02-30 impossible.mp4", ""),
        ("12345678901234.mp4", ""),
        ("1080p 30fps.mp4", ""),
        ("GX010023.MP4", ""),
    ],
)
def test_the_names_of_phones_and_messengers_are_understood(name: str, found: str) -> None:
    assert recorded_by_name(name) == found


@pytest.mark.parametrize(
    ("metadata", "found"),
    [
        (
            {"com.apple.quicktime.creationdate": "2024-05-18T14:30:00+0200", "creation_time": "2024-05-18T12:30:00.000000Z"},
            "2024-05-18T14:30:00+0200",
        ),
        ({"creation_time": "2024-05-18T12:30:00.000000Z"}, "2024-05-18T12:30:00.000000Z"),
        ({"creation_time": "1904-01-01T00:00:00.000000Z"}, ""),
        ({"creation_time": "1970-01-01T00:00:00Z", "date": "2019"}, ""),
        ({"date": "20190704"}, "2019-07-04"),
        ({"date_recorded": "2019:07:04 10:00:00"}, "2019-07-04"),
        ({}, ""),
    ],
)
def test_the_camera_is_believed_unless_its_clock_was_never_set(metadata: dict[str, str], found: str) -> None:
    assert recorded_at(metadata) == found


def test_times_without_a_zone_are_of_this_machine_and_a_date_is_its_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        assert utc("2024-05-18T14:30:00") == "2024-05-18T12:30:00.000Z"
        assert utc("2024-05-18") == "2024-05-18T10:00:00.000Z"
        assert utc("2024-05-18T14:30:00+0200") == "2024-05-18T12:30:00.000Z"
        assert utc("yesterday") == ""
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("+48.8577+002.2950+035.000/", PlaceFacts(48.8577, 2.295, 35.0)),
        ("-33.8568+151.2153/", PlaceFacts(-33.8568, 151.2153)),
        ("+00.0000+000.0000/", None),
        ("+98.0000+002.2950/", None),
        ("somewhere", None),
    ],
)
def test_places_are_read_and_zeros_are_none(text: str, found: PlaceFacts | None) -> None:
    assert place({"com.apple.quicktime.location.iso6709": text}) == found
    assert place({"location": text}) == found


def test_the_camera_is_named_once() -> None:
    assert camera({"com.apple.quicktime.make": "Apple", "com.apple.quicktime.model": "iPhone 15"}) == "Apple iPhone 15"
    assert camera({"make": "Canon", "model": "Canon EOS R5"}) == "Canon EOS R5"
    assert camera({"model": "x\x00\n" + "y" * 300}).startswith("x y")
    assert camera({}) == ""
