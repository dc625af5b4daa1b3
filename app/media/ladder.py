"""Which renditions a film gets, and whether a browser may play the original itself."""

import msgspec

from app.media.facts import Facts


class Rung(msgspec.Struct, frozen=True):
    """One step of the ladder. `name` is also the name of its folder: letters and digits only."""

    name: str
    kind: str  # "video" or "audio"
    codec_string: str
    maxrate: int  # bits a second
    height: int = 0
    width: int = 0
    fps: float = 0.0
    crf: int = 0
    preset: str = "veryfast"
    level: str = ""
    stream: int = 0  # the source stream it is made from
    rate: int = 0  # audio: samples a second
    channels: int = 0
    language: str = ""
    title: str = ""
    default: bool = False


class DirectPlay(msgspec.Struct, frozen=True):
    """`mime` is for `canPlayType`; `surely` when every browser we know of plays it."""

    mime: str
    surely: bool


def ladder(facts: Facts) -> tuple[Rung, ...]:
    """Video rungs from lowest to highest, then one audio rung a track. Never above the source's size."""
    raise NotImplementedError


def direct(facts: Facts) -> DirectPlay | None:
    """What to ask a browser before it is given the original; None when no browser plays such a file."""
    raise NotImplementedError
