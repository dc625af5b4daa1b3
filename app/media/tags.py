"""What a camera or a program wrote about a recording into the file: when, where and with what. Pure; the words are a stranger's."""

import re
from collections.abc import Mapping

import msgspec

# ISO 6709, as QuickTime writes it: +48.8577+002.2950+035.000/
_PLACE = re.compile(r"([+-]\d{2}(?:\.\d+)?)([+-]\d{3}(?:\.\d+)?)([+-]\d+(?:\.\d+)?)?")
_DATES = ("com.apple.quicktime.creationdate", "creation_time", "date_recorded", "originaldate", "date-eng", "date", "icrd")
_DAY = re.compile(r"(\d{4})[-:/.]?(\d{2})[-:/.]?(\d{2})")
_STAMP = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?")
_LETTERS = 100


class PlaceFacts(msgspec.Struct, frozen=True):
    """WGS 84, degrees; metres above the sea where the camera knew."""

    latitude: float
    longitude: float
    altitude: float | None = None


def recorded_at(metadata: Mapping[str, str]) -> str:
    """When the camera says it was, RFC 3339 or a date alone; "" where its clock was never set (1904, 1970) or it says nothing."""
    for name in _DATES:
        text = metadata.get(name, "").strip()
        if "1971" <= text[:4] <= "2999":
            if _STAMP.fullmatch(text):
                return text.replace(" ", "T")
            if found := _DAY.match(text):
                return "-".join(found.groups())
    return ""


def place(metadata: Mapping[str, str]) -> PlaceFacts | None:
    """Where the camera was. Phones that had no signal write zeros, which is no place that anybody films at."""
    text = metadata.get("com.apple.quicktime.location.iso6709") or metadata.get("location") or metadata.get("location-eng") or ""
    found = _PLACE.match(text.strip())
    if found is None:
        return None
    latitude, longitude = float(found[1]), float(found[2])
    if abs(latitude) > 90 or abs(longitude) > 180 or (latitude == 0 and longitude == 0):
        return None
    return PlaceFacts(latitude, longitude, float(found[3]) if found[3] else None)


def camera(metadata: Mapping[str, str]) -> str:
    """Make and model as one line, the make once."""
    make = _first(metadata, "com.apple.quicktime.make", "make", "com.android.manufacturer")
    model = _first(metadata, "com.apple.quicktime.model", "model", "com.android.model")
    if make and model.lower().startswith(make.lower()):
        return model
    return f"{make} {model}".strip()


def _first(metadata: Mapping[str, str], *names: str) -> str:
    found = next((metadata[name] for name in names if metadata.get(name)), "")
    return " ".join("".join(letter if letter.isprintable() else " " for letter in found).split())[:_LETTERS]
