"""HLS playlists, complete from the moment of the probe. Pure text from values.

`address(name)` turns a name of ours into the address that is written: "v480.m3u8" in the master;
"v480/init.mp4" and "v480/12.m4s", or "v480.mp4" once packed, in a media playlist.
"""

from collections.abc import Callable, Mapping, Sequence

from app.i18n import _
from app.media.grid import Segment
from app.media.ladder import Rung
from app.media.languages import own_name, tag
from app.media.packing import Table

Address = Callable[[str], str]
_GROUP = "sound"


def master(rungs: Sequence[Rung], *, address: Address, measured: Mapping[str, int] | None = None) -> str:
    """`measured` gives real peak bits a second by rung name, where known."""
    sounds = [rung for rung in rungs if rung.kind == "audio"]
    pictures = [rung for rung in rungs if rung.kind == "video"]
    known = measured or {}
    loudest = max((_bandwidth(rung, known) for rung in sounds), default=0)
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    if pictures:
        lines += [_sound_line(rung, name, address) for rung, name in zip(sounds, _names(sounds), strict=True)]
    for rung in pictures or sounds[:1]:
        total = _bandwidth(rung, known) + (loudest if rung.kind == "video" else 0)
        lines += [_stream_line(rung, sounds if pictures else [], total), address(f"{rung.name}.m3u8")]
    return "\n".join(lines) + "\n"


def media(rung: Rung, listed: Sequence[Segment], *, address: Address, table: Table | None = None) -> str:
    """The playlist of one rendition; by byte ranges of one file when `table` is given."""
    longest = max((segment.duration for segment in listed), default=0)
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", f"#EXT-X-TARGETDURATION:{max(1, round(longest))}"]
    lines += ["#EXT-X-MEDIA-SEQUENCE:0", "#EXT-X-PLAYLIST-TYPE:VOD", "#EXT-X-INDEPENDENT-SEGMENTS"]
    lines += _packed_lines(rung, listed, address, table) if table else _single_lines(rung, listed, address)
    return "\n".join([*lines, "#EXT-X-ENDLIST"]) + "\n"


def _single_lines(rung: Rung, listed: Sequence[Segment], address: Address) -> list[str]:
    lines = [f'#EXT-X-MAP:URI="{address(f"{rung.name}/init.mp4")}"']
    for segment in listed:
        lines += [f"#EXTINF:{segment.duration:.6f},", address(f"{rung.name}/{segment.number}.m4s")]
    return lines


def _packed_lines(rung: Rung, listed: Sequence[Segment], address: Address, table: Table) -> list[str]:
    where = address(f"{rung.name}.mp4")
    places = {number: (offset, length) for number, offset, length in table.places}
    lines = [f'#EXT-X-MAP:URI="{where}",BYTERANGE="{table.init}@0"']
    for segment in listed:
        offset, length = places[segment.number]
        lines += [f"#EXTINF:{segment.duration:.6f},", f"#EXT-X-BYTERANGE:{length}@{offset}", where]
    return lines


def _names(sounds: Sequence[Rung]) -> list[str]:
    """What a player calls each track; no two alike in a group (RFC 8216, 4.3.4.1.1)."""
    given: list[str] = []
    for rung in sounds:
        name = wanted = _quoted(rung.title or own_name(rung.language) or _("Sound"))
        if name in given:
            name = f"{wanted} {len(given) + 1}"
        given.append(name)
    return given


def _sound_line(rung: Rung, name: str, address: Address) -> str:
    language = f',LANGUAGE="{_quoted(tag(rung.language))}"' if tag(rung.language) else ""
    chosen = "YES" if rung.default else "NO"
    return (
        f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="{_GROUP}",NAME="{name}"{language},DEFAULT={chosen},AUTOSELECT=YES,'
        f'CHANNELS="{rung.channels}",URI="{address(f"{rung.name}.m3u8")}"'
    )


def _stream_line(rung: Rung, sounds: Sequence[Rung], bandwidth: int) -> str:
    codecs = ",".join(dict.fromkeys([rung.codec_string, *(sound.codec_string for sound in sounds)]))
    line = f'#EXT-X-STREAM-INF:BANDWIDTH={bandwidth},CODECS="{codecs}"'
    if rung.kind == "video":
        line += f",RESOLUTION={rung.width}x{rung.height},FRAME-RATE={rung.fps:.3f}"
    return line + (f',AUDIO="{_GROUP}"' if sounds else "")


def _bandwidth(rung: Rung, measured: Mapping[str, int]) -> int:
    """An honest upper bound: the encoder's buffer starts full in every run (SEGMENTS, section 2)."""
    return measured.get(rung.name) or round(rung.maxrate * (1.25 if rung.kind == "video" else 1))


def _quoted(text: str) -> str:
    """Text from a stranger's file, inside a quoted attribute: no quotes, no line ends."""
    return "".join(letter for letter in text if letter.isprintable() and letter != '"')
