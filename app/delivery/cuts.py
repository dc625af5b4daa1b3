"""The bytes of a film that is shown in part: its lists, its segments with their times moved, its captions without what was cut out."""

import os
import re
import tempfile
import weakref
from pathlib import Path

from app.delivery.policies import Playing
from app.errors import Missing
from app.http.open_files import OpenFile, Part
from app.media.captions.cues import Cue, to_vtt
from app.media.cutting.keep import Keep, near_in_cut
from app.media.cutting.segments import CutRendition, init, segment
from app.media.runs import RunManager
from app.site import Site

_INIT = re.compile(r"init(?:-(0|[1-9]\d{0,6}))?\.mp4")
_SEGMENT = re.compile(r"(0|[1-9]\d{0,6})\.m4s")


def cut_rendition(site: Site, playing: Playing, name: str) -> CutRendition:
    assert playing.keep
    return CutRendition(playing.film(site).rendition(name), playing.keep)


def cut_segment(site: Site, playing: Playing, rung: str, name: str, *, timeout: float) -> Part:
    """Blocks until it is made."""
    cut, runs = cut_rendition(site, playing, rung), site.part(RunManager)
    if found := _SEGMENT.fullmatch(name):
        return in_memory(site, segment(runs, cut, int(found[1]), timeout=timeout), "video/iso.segment")
    if found := _INIT.fullmatch(name):
        return in_memory(site, init(runs, cut, int(found[1]) if found[1] else None, timeout=timeout), "video/mp4")
    raise Missing


def in_memory(site: Site, data: bytes, media_type: str) -> Part:
    """Bytes that lie nowhere, as a file that is gone as soon as nobody reads it: sent at the pace of files, in ranges too."""
    handle, name = tempfile.mkstemp(dir=site.paths.scratch, prefix="cut-")
    path = Path(name)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    opened = OpenFile(path)
    if os.name == "nt":  # an open file cannot be deleted there
        weakref.finalize(opened, path.unlink, missing_ok=True)
    else:
        path.unlink()
    return Part(opened, media_type)


def captions_in_cut(keep: Keep, vtt: str) -> str:
    """Captions with the times at which they are shown; what is said only in what was cut out is not in them."""
    kept = []
    for cue in _ours(vtt):
        start, end = near_in_cut(keep, cue.start), near_in_cut(keep, cue.end)
        if end - start > 0.01:
            kept.append(Cue(start, end, cue.text))
    return to_vtt(kept)


_TIMES = re.compile(r"(\d+):(\d\d):(\d\d)\.(\d{3}) --> (\d+):(\d\d):(\d\d)\.(\d{3})")


def _ours(vtt: str) -> list[Cue]:
    """Cues of a file that we have written ourselves (`to_vtt`)."""
    found = []
    for block in vtt.split("\n\n")[1:]:
        times, _, text = block.strip("\n").partition("\n")
        if clock := _TIMES.fullmatch(times):
            numbers = [int(each) for each in clock.groups()]
            found.append(Cue(_seconds(*numbers[:4]), _seconds(*numbers[4:]), text))
    return found


def _seconds(hours: int, minutes: int, seconds: int, milliseconds: int) -> float:
    return hours * 3600 + minutes * 60 + seconds + milliseconds / 1000
