"""Replies with a video's files: asked about while they go, no faster than allowed, by a proxy where there is one that can."""

import asyncio
from collections.abc import Callable
from typing import Any

from litestar.connection import Request

from app.delivery.caching import kept
from app.delivery.caps import Caps
from app.delivery.handing_over import hand_over
from app.delivery.pace import Granted
from app.delivery.policies import Playing
from app.http.open_files import OpenFile, Part, Recent
from app.http.ranges import FileRange
from app.site import Site

AnyRequest = Request[Any, Any, Any]


def send_file(site: Site, playing: Playing, request: AnyRequest, part: Part, *, download_name: str | None = None) -> FileRange:
    """The reply. `request` is what is asked about again while a long one is on its way."""
    reply = FileRange(part, headers=kept(playing), download_name=download_name)
    address = request.client.host if request.client else ""
    bucket = site.part(Caps).of(request.state.viewer.user_id, address)
    reply.pace = Granted(request, bucket)
    if bucket is None and isinstance(part.file, OpenFile):
        reply.hand_over = hand_over(site, request)
    return reply


async def recent(site: Site, playing: Playing, name: str, find: Callable[[], Part]) -> Part:
    """The part of that name: still open from a moment ago, or found and opened in a thread."""
    parts = site.part(Recent)
    key = (playing.original.id, name)
    part = parts.find(key)
    if part is None:
        part = await asyncio.to_thread(find)
        parts.keep(key, part)
    return part
