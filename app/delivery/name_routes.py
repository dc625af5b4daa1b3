"""What lies under a video's media address by its name; each kind of file has a module that knows its names."""

from collections.abc import Callable
from typing import Any

from litestar import route
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response

from app.delivery.lists import playlist
from app.delivery.original_routes import READING
from app.delivery.packed import packed
from app.delivery.pictures import picture
from app.delivery.policies import Playing, may_play
from app.errors import Missing
from app.site import Site

KINDS: list[Callable[[Site, Playing, str], Response[Any] | None]] = [picture, playlist, packed]


@route("/media/{public_id:str}/{name:str}", http_method=READING, policy=may_play, sync_to_thread=True, include_in_schema=False)
def by_name(site: NamedDependency[Site], playing: NamedDependency[Playing], name: FromPath[str]) -> Response[Any]:
    """`master.m3u8`, `<rung>.m3u8`, `<rung>.mp4` once packed, `thumbnail.webp`, `poster.webp`."""
    for find in KINDS:
        if (found := find(site, playing, name)) is not None:
            return found
    raise Missing


handlers = [by_name]
