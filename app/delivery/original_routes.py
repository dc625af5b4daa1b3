"""The file as it was uploaded."""

from litestar import route
from litestar.di import NamedDependency

from app.delivery.files import AnyRequest, recent, send_file
from app.delivery.originals import READING, original_part
from app.delivery.policies import Playing, may_play
from app.http.ranges import FileRange
from app.site import Site


@route("/media/{public_id:str}/original", http_method=READING, policy=may_play, include_in_schema=False)
async def original_file(site: NamedDependency[Site], playing: NamedDependency[Playing], request: AnyRequest) -> FileRange:
    """The file as it was uploaded."""
    part = await recent(site, playing, "original", lambda: original_part(site, playing))
    return send_file(site, playing, request, part)


handlers = [original_file]
