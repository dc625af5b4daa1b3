"""What a keeper chooses for the whole site, and an owner for one film."""

import msgspec

CODECS = ("h264", "hevc", "vp9", "av1")


class Choices(msgspec.Struct, frozen=True):
    """Kept with each film, so that a later change of the settings changes nothing that exists."""

    quality: str = "balanced"  # or "small", "fine"
    codecs: tuple[str, ...] = ("h264",)  # H.264 is always among them: everybody plays it
    highest: int = 2160  # lines of the highest rung
    surround: bool = True  # 5.1 beside stereo
    loudness: str = "playback"  # the player evens it out; "encoding": the sound is made so; "off"

    @property
    def sets(self) -> tuple[str, ...]:
        return tuple(codec for codec in CODECS if codec == "h264" or codec in self.codecs)
