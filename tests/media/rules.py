"""RFC 8216 as rules: what is wrong with a master playlist, read by an independent parser."""

import re
from collections import defaultdict

import m3u8

_CODEC = re.compile(r"(avc1\.[0-9A-F]{6}|hvc1(\.[0-9A-FLH]+)+|vp09\.\d\d\.\d\d\.\d\d|av01\.\d\.\d\d[MH]\.\d\d|mp4a\.40\.\d+)")


def faults(text: str) -> list[str]:
    parsed = m3u8.loads(text)
    return [*_of_lines(text), *_of_groups(parsed), *_of_variants(parsed)]


def _of_lines(text: str) -> list[str]:
    found = []
    if not text.startswith("#EXTM3U\n"):
        found.append("4.3.1.1: the first line")
    if re.search(r'="[^"\n]*$', text, re.MULTILINE) or "\r" in text:
        found.append("4.2: a quoted string with a line end")
    if text.count("#EXT-X-STREAM-INF") != sum(not line.startswith("#") for line in text.splitlines()):
        found.append("4.3.4.2: a variant without its address, or the other way about")
    return found


def _of_groups(parsed: m3u8.M3U8) -> list[str]:
    found, groups = [], defaultdict(list)
    for each in parsed.media:
        groups[each.type, each.group_id].append(each)
        if each.default == "YES" and each.autoselect != "YES":
            found.append("4.3.4.1: DEFAULT without AUTOSELECT")
        if each.type == "AUDIO" and not (each.channels or "").isdigit():
            found.append("4.3.4.1: CHANNELS")
    for members in groups.values():
        if len({each.name for each in members}) < len(members):
            found.append("4.3.4.1.1: two of one name in a group")
        if sum(each.default == "YES" for each in members) > 1:
            found.append("4.3.4.1.1: two defaults in a group")
        chosen = [(each.language, each.characteristics, each.forced) for each in members if each.autoselect == "YES" and each.language]
        if len(set(chosen)) < len(chosen):
            found.append("4.3.4.1.1: a player cannot tell which of two to choose by itself")
    return found


def _of_variants(parsed: m3u8.M3U8) -> list[str]:
    found, groups = [], {(each.type, each.group_id) for each in parsed.media}
    for each in parsed.playlists:
        said = each.stream_info
        if not said.bandwidth or (said.average_bandwidth or 0) > said.bandwidth:
            found.append("4.3.4.2: BANDWIDTH")
        if not all(_CODEC.fullmatch(codec) for codec in (said.codecs or "-").split(",")):
            found.append(f"4.3.4.2: CODECS {said.codecs}")
        wanted = {("AUDIO", said.audio), ("SUBTITLES", said.subtitles)} - {("AUDIO", None), ("SUBTITLES", None)}
        if not wanted <= groups:
            found.append("4.3.4.2: a group that is nowhere")
        if said.resolution and not (said.frame_rate and said.video_range):
            found.append("4.3.4.2: FRAME-RATE and VIDEO-RANGE belong to a picture")
    return found
