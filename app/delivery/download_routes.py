"""Videos to be kept: the file as it came, or a smaller version of it with its sound, put together while it is sent."""

import asyncio

from litestar import route
from litestar.di import NamedDependency

from app.delivery.files import AnyRequest, send_file
from app.delivery.muxed import muxed
from app.delivery.originals import READING, download_name, original_part
from app.delivery.policies import Playing, may_play
from app.errors import Conflict, Missing
from app.http.open_files import Part
from app.http.ranges import FileRange
from app.i18n import N_
from app.media.packing import packed_table
from app.site import Site


@route("/media/{public_id:str}/download", http_method=READING, policy=may_play, include_in_schema=False)
async def download(site: NamedDependency[Site], playing: NamedDependency[Playing], request: AnyRequest) -> FileRange:
    """The file as it came, under the name it had; with `?quality=<rung>` that rendition and all sound as one MP4."""
    part, name = await asyncio.to_thread(_found, site, playing, request.query_params.get("quality", ""))
    return send_file(site, playing, request, part, download_name=name)


def _found(site: Site, playing: Playing, quality: str) -> tuple[Part, str]:
    if not quality:
        return original_part(site, playing), download_name(site, playing)
    part, lines = _version(site, playing, quality)
    return part, download_name(site, playing, f"{lines}p.mp4")


def _version(site: Site, playing: Playing, quality: str) -> tuple[Part, int]:
    """Only of what is packed: then its length is known, and a download that broke off goes on where it was."""
    film = playing.film(site)
    rung = film.rendition(quality).rung
    if rung.kind != "video":
        raise Missing
    sounds = tuple(each for each in film.rungs if each.kind == "audio")
    if not all(packed_table(film.folder, each.name) for each in (rung, *sounds)):
        raise Conflict(N_("This version of the video is still being made. Please try again later."))
    return Part(muxed(film, rung, sounds), "video/mp4"), rung.height


handlers = [download]
