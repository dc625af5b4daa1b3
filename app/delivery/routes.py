"""Everything under /media: manifests, segments, packed files, the original, pictures."""

from collections.abc import Callable

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response

from app.delivery.addresses import media_address, media_type
from app.delivery.policies import Playing, may_play
from app.delivery.waiting import Waiting
from app.errors import Missing
from app.http.ranges import FileRange
from app.i18n import N_
from app.media.grid import segments
from app.media.packing import Table, packed_path, packed_table
from app.media.playlists import master, media
from app.media.runs import RunManager
from app.media.thumbnails import LARGE, SMALL
from app.processing.films import Film, source_of
from app.site import Site
from app.videos.models import Video

PLAYLIST = "application/vnd.apple.mpegurl"
SEGMENT_TIMEOUT = 30.0  # seconds; a player asks again


def kept(playing: Playing) -> dict[str, str]:
    """How the bytes may be cached: always asked anew, so that making a video private takes hold (SECURITY WEB-7)."""
    headers = {"Cache-Control": "public, no-cache" if playing.public else "private, no-cache"}
    if playing.token:
        headers["Referrer-Policy"] = "no-referrer"
    return headers


@get("/media/{public_id:str}/original", policy=may_play, sync_to_thread=True, include_in_schema=False)
def original_file(site: NamedDependency[Site], playing: NamedDependency[Playing]) -> FileRange:
    """The file as it was uploaded."""
    return _original(site, playing, kept(playing))


@get("/media/{public_id:str}/download", policy=may_play, sync_to_thread=True, include_in_schema=False)
def download(site: NamedDependency[Site], playing: NamedDependency[Playing]) -> FileRange:
    """The same, to be kept, under the name it had."""
    with site.read() as session:
        video = session.get(Video, playing.video.id)
    return _original(site, playing, kept(playing), download_name=(video.filename if video else "") or "video")


def _original(site: Site, playing: Playing, headers: dict[str, str], *, download_name: str | None = None) -> FileRange:
    path = source_of(site, playing.original)
    if playing.original.missing or not path.is_file():
        raise Missing(N_("The file of this video is not where it should be. The keeper can bring its disk or folder back."))
    return FileRange(path, media_type=media_type(path), headers=headers, download_name=download_name)


@get("/media/{public_id:str}/{name:str}", policy=may_play, sync_to_thread=True, include_in_schema=False)
def by_name(
    site: NamedDependency[Site], playing: NamedDependency[Playing], public_id: FromPath[str], name: FromPath[str]
) -> Response[str] | FileRange:
    """`master.m3u8`, `<rung>.m3u8`, `<rung>.mp4` once packed, `thumbnail.webp`, `poster.webp`."""
    if name in (SMALL, LARGE):
        return FileRange(site.paths.renditions / playing.original.id / name, media_type="image/webp", headers=kept(playing))
    film = playing.film(site)
    stem, _, kind = name.rpartition(".")
    if name == "master.m3u8":
        return _playlist(playing, master(film.rungs, address=_address(playing, public_id)))
    if kind == "m3u8":
        return _playlist(playing, _media_playlist(film, stem, playing, public_id))
    if kind == "mp4" and packed_table(film.folder, film.rendition(stem).rung.name) is not None:
        return FileRange(packed_path(film.folder, stem), media_type="video/mp4", headers=kept(playing))
    raise Missing


@get("/media/{public_id:str}/{rung:str}/{name:str}", policy=may_play, include_in_schema=False)
async def segment(site: NamedDependency[Site], playing: NamedDependency[Playing], rung: FromPath[str], name: FromPath[str]) -> FileRange:
    """`init.mp4` or `<number>.m4s`: sent if it is there, else made now, before everything else."""
    return await site.part(Waiting).run(lambda: _segment(site, playing, rung, name))


def _segment(site: Site, playing: Playing, rung: str, name: str) -> FileRange:
    rendition = playing.film(site).rendition(rung)
    number = None if name == "init.mp4" else _number(name)
    kind = "video/mp4" if number is None else "video/iso.segment"
    if table := packed_table(rendition.folder, rung):  # packed since the player read its list
        start, length = _place(table, number)
        return FileRange(packed_path(rendition.folder, rung), media_type=kind, headers=kept(playing), start=start, length=length)
    runs = site.part(RunManager)
    path = runs.init(rendition, timeout=SEGMENT_TIMEOUT) if number is None else runs.segment(rendition, number, timeout=SEGMENT_TIMEOUT)
    return FileRange(path, media_type=kind, headers=kept(playing))


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


def _media_playlist(film: Film, name: str, playing: Playing, public_id: str) -> str:
    rendition = film.rendition(name)
    listed = segments(rendition.facts, rendition.index, rendition.rung)
    return media(rendition.rung, listed, address=_address(playing, public_id), table=packed_table(film.folder, name))


def _address(playing: Playing, public_id: str) -> Callable[[str], str]:
    return lambda name: media_address(public_id, name, playing.token)


def _playlist(playing: Playing, text: str) -> Response[str]:
    return Response(text, media_type=PLAYLIST, headers=kept(playing))


handlers = [original_file, download, by_name, segment]
