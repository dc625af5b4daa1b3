"""What lies under a video's media address by its name; each kind of file has a module that knows its names."""

import asyncio
from typing import Any

from litestar import route
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response

from app.delivery.caps import Caps
from app.delivery.files import AnyRequest, recent, send_file
from app.delivery.lists import playlist
from app.delivery.originals import READING, download_name
from app.delivery.packed import KIND, packed
from app.delivery.pictures import picture
from app.delivery.policies import Playing, may_play
from app.errors import Missing
from app.site import Site


@route("/media/{public_id:str}/{name:str}", http_method=READING, policy=may_play, include_in_schema=False)
async def by_name(
    site: NamedDependency[Site], playing: NamedDependency[Playing], request: AnyRequest, name: FromPath[str]
) -> Response[Any]:
    """`master.m3u8`, `<rung>.m3u8`, `<rung>.mp4` once packed (`?download` keeps it), `thumbnail.webp`, `poster.webp`."""
    if not name.endswith(KIND):
        caps = site.part(Caps)
        most = caps.rate * 8 if caps.applies(request.client.host if request.client else "") else 0
        return await asyncio.to_thread(_small, site, playing, name, most)
    part = await recent(site, playing, name, lambda: packed(site, playing, name))
    saved = await asyncio.to_thread(download_name, site, playing, name) if "download" in request.query_params else None
    return send_file(site, playing, request, part, download_name=saved)


def _small(site: Site, playing: Playing, name: str, most: float) -> Response[Any]:
    found = picture(site, playing, name) or playlist(site, playing, name, most=most)
    if found is None:
        raise Missing
    return found


handlers = [by_name]
