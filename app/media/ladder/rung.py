"""One step of the ladder, as a value that is kept with the film."""

import msgspec


class Rung(msgspec.Struct, frozen=True):
    """`name` is also the name of its folder: letters and digits only."""

    name: str
    kind: str  # "video" or "audio"
    codec_string: str  # RFC 6381
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
    codec: str = "h264"  # "h264", "hevc", "vp9", "av1", "aac"
    gain: float = 0.0  # audio: decibels put on while encoding
    traits: tuple[str, ...] = ()  # audio: "describes" (what is seen, for the blind), "comments", "clear" (for the hard of hearing)

    @property
    def lines(self) -> int:
        """What people call its size: pixels of the shorter side."""
        return min(self.width, self.height)


def same_bytes(rung: Rung) -> Rung:
    """The rung without what changes no byte of it: two that agree in this are one."""
    return msgspec.structs.replace(rung, name="", fps=0.0, language="", title="", default=False, traits=())
