"""Segments: sent where they exist, else made now, before everything else."""

from litestar import route
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.delivery.cuts import cut_segment
from app.delivery.files import AnyRequest, send_file
from app.delivery.originals import READING
from app.delivery.policies import Playing, may_play
from app.delivery.waiting import Waiting
from app.errors import Missing
from app.http.open_files import OpenFile, Part
from app.http.ranges import FileRange
from app.media.packing import Table, packed_path, packed_table
from app.media.runs import RunManager
from app.site import Site

SEGMENT_TIMEOUT = 30.0  # seconds; a player asks again


@route("/media/{public_id:str}/{rung:str}/{name:str}", http_method=READING, policy=may_play, include_in_schema=False)
async def segment(
    site: NamedDependency[Site], playing: NamedDependency[Playing], request: AnyRequest, rung: FromPath[str], name: FromPath[str]
) -> FileRange:
    """`init.mp4` or `<number>.m4s`."""
    if playing.keep:
        part = await site.part(Waiting).run(lambda: cut_segment(site, playing, rung, name, timeout=SEGMENT_TIMEOUT))
        reply = send_file(site, playing, request, part)
        reply.hand_over = None  # it lies nowhere that a proxy could find
        return reply
    part = await site.part(Waiting).run(lambda: _segment(site, playing, rung, name))
    return send_file(site, playing, request, part)


def _segment(site: Site, playing: Playing, rung: str, name: str) -> Part:
    rendition = playing.film(site).rendition(rung)
    number = None if name == "init.mp4" else _number(name)
    kind = "video/mp4" if number is None else "video/iso.segment"
    if table := packed_table(rendition.folder, rung):  # packed since the player read its list
        start, length = _place(table, number)
        return Part(OpenFile(packed_path(rendition.folder, rung)), kind, start, length)
    runs = site.part(RunManager)
    path = runs.init(rendition, timeout=SEGMENT_TIMEOUT) if number is None else runs.segment(rendition, number, timeout=SEGMENT_TIMEOUT)
    return Part(OpenFile(path), kind)


def _place(table: Table, number: int | None) -> tuple[int, int]:
    if number is None:
        return 0, table.init
    found = table.find(number)
    if found is None:
        raise Missing
    return found


def _number(name: str) -> int:
    stem, _, kind = name.rpartition(".")
    if kind != "m4s" or not (stem.isascii() and stem.isdigit() and len(stem) < 8):
        raise Missing
    return int(stem)


handlers = [segment]
