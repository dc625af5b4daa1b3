"""HLS playlists, complete from the moment of the probe. Pure text from values (RFC 8216).

`address(name)` turns a name of ours into the address that is written: "v480.m3u8" in the master;
"v480/init.mp4" and "v480/12.m4s", or "v480.mp4" once packed, in a media playlist.
"""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from app.i18n import _
from app.media.grid import Segment
from app.media.ladder import Rung
from app.media.languages import own_name, tag
from app.media.measured import Measured
from app.media.packing import Table

Address = Callable[[str], str]
_SOUND, _WORDS = "sound", "words"
_MEANT = {
    "describes": "public.accessibility.describes-video",
    "clear": "public.accessibility.enhances-speech-intelligibility",
}


class Words(msgspec.Struct, frozen=True):
    """Captions: `uri` is the full address of a playlist of WebVTT. `traits` are written as CHARACTERISTICS."""

    name: str
    language: str
    uri: str
    default: bool = False
    forced: bool = False
    traits: tuple[str, ...] = ()


def master(
    rungs: Sequence[Rung],
    *,
    address: Address,
    first: str = "",
    measured: Mapping[str, Measured] | None = None,
    words: Sequence[Words] = (),
) -> str:
    """The rung called `first` stands first: with it players begin. H.264 stands before its further sets: every player knows it."""
    sounds = [rung for rung in rungs if rung.kind == "audio"]
    pictures = sorted((rung for rung in rungs if rung.kind == "video"), key=lambda rung: rung.name != first)
    known = measured or {}
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    if pictures:
        chosen = _by_itself(sounds)
        lines += [_sound_line(rung, name, address, rung in chosen) for rung, name in zip(sounds, track_names(sounds), strict=True)]
    lines += [_words_line(each) for each in words]
    for rung in pictures or sounds:
        beside = sounds if pictures else []
        lines += [_stream_line(rung, beside, known, bool(words)), address(f"{rung.name}.m3u8")]
        if not pictures:
            break
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


def track_names(sounds: Sequence[Rung]) -> list[str]:
    """What a player calls each track; no two alike in a group (RFC 8216, 4.3.4.1.1)."""
    given: list[str] = []
    for rung in sounds:
        plain = _quoted(rung.title or own_name(rung.language) or _("Sound"))
        name = wanted = f"{plain} 5.1" if rung.channels == 6 and "5.1" not in plain else plain
        number = 2
        while name in given:
            name, number = f"{wanted} {number}", number + 1
        given.append(name)
    return given


def _by_itself(sounds: Sequence[Rung]) -> list[Rung]:
    """Those that a player may choose without being asked: one of each language and purpose (RFC 8216, 4.3.4.1.1), the default first.

    5.1 stands in the same group as stereo, never chosen by itself: a player that knows nothing of channels keeps to stereo. In a group of
    its own it would need variants of its own, and hls.js would climb to them as if they were better pictures.
    """
    found: dict[tuple[str, tuple[str, ...]], Rung] = {}
    for rung in sorted(sounds, key=lambda rung: not rung.default):
        if rung.default or (rung.channels == 2 and "comments" not in rung.traits):
            found.setdefault((tag(rung.language), rung.traits), rung)
    return list(found.values())


def _sound_line(rung: Rung, name: str, address: Address, by_itself: bool) -> str:
    chosen = "YES" if rung.default else "NO"
    return (
        f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="{_SOUND}",NAME="{name}"{_language(rung.language)},DEFAULT={chosen},'
        f"AUTOSELECT={'YES' if by_itself else 'NO'}{_characteristics(rung.traits)},"
        f'CHANNELS="{rung.channels}",URI="{address(f"{rung.name}.m3u8")}"'
    )


def _words_line(words: Words) -> str:
    chosen, forced = ("YES" if flag else "NO" for flag in (words.default, words.forced))
    return (
        f'#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="{_WORDS}",NAME="{_quoted(words.name)}"{_language(words.language)},DEFAULT={chosen},'
        f'AUTOSELECT=YES,FORCED={forced}{_characteristics(words.traits)},URI="{words.uri}"'
    )


def _stream_line(rung: Rung, sounds: Sequence[Rung], known: Mapping[str, Measured], words: bool) -> str:
    """BANDWIDTH is the most that the picture and any one of the tracks take together; AVERAGE-BANDWIDTH only where all was measured."""
    peak = _peak(rung, known) + max((_peak(sound, known) for sound in sounds), default=0)
    line = f"#EXT-X-STREAM-INF:BANDWIDTH={peak}"
    if all(each.name in known for each in (rung, *sounds)):
        line += f",AVERAGE-BANDWIDTH={known[rung.name].average + max((known[sound.name].average for sound in sounds), default=0)}"
    codecs = ",".join(dict.fromkeys([rung.codec_string, *(sound.codec_string for sound in sounds)]))
    line += f',CODECS="{codecs}"'
    if rung.kind == "video":
        line += f",RESOLUTION={rung.width}x{rung.height},FRAME-RATE={rung.fps:.3f},VIDEO-RANGE=SDR"
    return line + (f',AUDIO="{_SOUND}"' if sounds else "") + (f',SUBTITLES="{_WORDS}"' if words else "")


def _peak(rung: Rung, known: Mapping[str, Measured]) -> int:
    """Measured, or an honest upper bound: the encoder's buffer starts full in every run (SEGMENTS, section 2)."""
    if rung.name in known:
        return known[rung.name].peak
    return round(rung.maxrate * (1.25 if rung.kind == "video" else 1))


def _language(code: str) -> str:
    return f',LANGUAGE="{_quoted(tag(code))}"' if tag(code) else ""


def _characteristics(traits: Sequence[str]) -> str:
    said = [_MEANT.get(trait, trait if trait.startswith("public.") else "") for trait in traits]
    return f',CHARACTERISTICS="{",".join(filter(None, said))}"' if any(said) else ""


def _quoted(text: str) -> str:
    """Text from a stranger's file, inside a quoted attribute: no quotes, no line ends."""
    return "".join(letter for letter in text if letter.isprintable() and letter != '"')
