"""Server-sent events for the pages of one person."""

from typing import Any

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.response import Stream as StreamResponse

from app.http.policy import reader
from app.http.viewer import Identifier, Viewer
from app.notifications.stream import Stream
from app.site import Site


@get("/x/events", policy=reader, include_in_schema=False)
async def events(request: Request[Any, Any, Any], site: NamedDependency[Site], viewer: NamedDependency[Viewer]) -> StreamResponse:
    """`video` for what happens to videos that the viewer may meet or edit, `job` for administrators."""
    stream = site.part(Stream)
    listener = stream.join(viewer)
    pieces = stream.listen(listener, lambda: site.part(Identifier).identify(request))  # type: ignore[type-abstract]
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # nginx must not gather what it should hand on
    return StreamResponse(pieces, media_type="text/event-stream", headers=headers)


handlers = [events]
