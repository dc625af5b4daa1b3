"""The upload form that works without JavaScript: posts to the page it stands on."""

from typing import Any

from litestar import MediaType, Request, Response, post
from litestar.di import NamedDependency

from app.errors import Unsupported
from app.http.policy import creator
from app.http.viewer import Viewer
from app.i18n import N_
from app.ingest.form import FormIntake, require_running
from app.site import Site
from app.videos.policies import VideoRef, may_edit


@post("/upload", policy=creator, request_max_body_size=None, status_code=303, include_in_schema=False)
async def upload_form(request: Request[Any, Any, Any], site: NamedDependency[Site], viewer: NamedDependency[Viewer]) -> Response[bytes]:
    """Fields `title`, `channel`, `privacy`, then one or more files. Leads to the video, or to the studio where there are several."""
    kind = request.headers.get("content-type", "")
    if not kind.lower().startswith("multipart/form-data"):
        raise Unsupported(N_("A form with a file in it is expected here."))
    require_running(site)
    announced = request.headers.get("content-length", "")
    intake = FormIntake(site, viewer, size=int(announced) if announced.isdigit() else None)
    arrived = await intake.take(kind, request.receive)
    address = f"/w/{arrived[0].video_public_id}" if len(arrived) == 1 else "/studio"
    return Response(b"", status_code=303, media_type=MediaType.TEXT, headers={"Location": address})


@post("/studio/v/{public_id:str}/replace", policy=may_edit, request_max_body_size=None, status_code=303, include_in_schema=False)
async def replace_form(
    request: Request[Any, Any, Any], site: NamedDependency[Site], viewer: NamedDependency[Viewer], video: NamedDependency[VideoRef]
) -> Response[bytes]:
    """One file, to take the place of the video's own once it plays."""
    kind = request.headers.get("content-type", "")
    if not kind.lower().startswith("multipart/form-data"):
        raise Unsupported(N_("A form with a file in it is expected here."))
    require_running(site)
    announced = request.headers.get("content-length", "")
    intake = FormIntake(site, viewer, size=int(announced) if announced.isdigit() else None, replaces=video.public_id)
    await intake.take(kind, request.receive)
    return Response(b"", status_code=303, media_type=MediaType.TEXT, headers={"Location": f"/studio/v/{video.public_id}"})


handlers = [upload_form, replace_form]
