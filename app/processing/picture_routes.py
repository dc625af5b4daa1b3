"""Choosing the picture of a video: a form that works without scripts, and the same for programs."""

from dataclasses import dataclass

from litestar import post, put
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import JSONBody, MultipartBody, RawBody, URLEncodedBody
from litestar.response import Redirect
from msgspec import Struct

from app.errors import Invalid
from app.http.pages import Page, page
from app.http.viewer import Viewer
from app.i18n import N_
from app.media.stills import LARGEST
from app.processing.own_pictures import keep_moment, keep_picture
from app.site import Site
from app.videos import screens
from app.videos.addresses import MediaAddresses
from app.videos.cards import Looking
from app.videos.pictures import choose_still
from app.videos.policies import VideoRef, may_edit
from app.videos.shown import OWN

_BODY = LARGEST + (1 << 20)  # so that one that is a little too large gets a sentence of its own


@dataclass
class PictureForm:
    """A file wins over what is chosen beside it."""

    picture: str = ""
    file: UploadFile | None = None


class MomentForm(Struct, kw_only=True):
    at: float


class PictureChoice(Struct, frozen=True, forbid_unknown_fields=True):
    """One of the two: a suggestion, counted from 1, or a moment of the film in seconds."""

    still: int | None = None
    at: float | None = None


@post("/studio/v/{public_id:str}/picture", policy=may_edit, sync_to_thread=True, request_max_body_size=_BODY, include_in_schema=False)
def picture_form(
    site: NamedDependency[Site], viewer: NamedDependency[Viewer], video: NamedDependency[VideoRef], data: MultipartBody[PictureForm]
) -> Page | Redirect:
    try:
        sent = data.file.file.read(LARGEST + 1) if data.file else b""
        if sent:
            keep_picture(site, video.id, sent)
        elif data.picture != OWN:  # that one is shown already
            _choose(site, video.id, data.picture)
    except Invalid as error:
        return _again(site, viewer, video, str(error))
    return Redirect(f"/studio/v/{video.public_id}?saved=true", status_code=303)


@post("/w/{public_id:str}/picture", policy=may_edit, sync_to_thread=True, include_in_schema=False)
def moment_form(site: NamedDependency[Site], video: NamedDependency[VideoRef], data: URLEncodedBody[MomentForm]) -> Redirect:
    """The frame at this moment of the film."""
    keep_moment(site, video.id, data.at)
    return Redirect(f"/studio/v/{video.public_id}?saved=true", status_code=303)


@put("/api/v1/videos/{public_id:str}/picture", policy=may_edit, sync_to_thread=True, status_code=204)
def choose_picture(site: NamedDependency[Site], video: NamedDependency[VideoRef], data: JSONBody[PictureChoice]) -> None:
    """Choose the picture of a video among its stills, or take one at a moment."""
    if data.at is not None and data.still is None:
        keep_moment(site, video.id, data.at)
    elif data.still is not None and data.at is None:
        _choose(site, video.id, str(data.still))
    else:
        raise Invalid(N_("Say either “still” or “at”."))


@post("/api/v1/videos/{public_id:str}/picture", policy=may_edit, sync_to_thread=True, status_code=204, request_max_body_size=_BODY)
def send_picture(site: NamedDependency[Site], video: NamedDependency[VideoRef], body: RawBody) -> None:
    """Send a picture of one's own: JPEG, PNG, WebP or AVIF, as the whole body."""
    keep_picture(site, video.id, body)


def _choose(site: Site, video_id: str, number: str) -> None:
    with site.write() as session:
        choose_still(session, video_id, int(number) if number.isascii() and number.isdigit() and len(number) < 3 else 0)


def _again(site: Site, viewer: Viewer, video: VideoRef, why: str) -> Page:
    addresses = site.part(MediaAddresses)  # type: ignore[type-abstract]
    looking = Looking(viewer, site.clock().astimezone(), addresses, site.settings.trash_days)
    with site.read() as session:
        shown = screens.settings(session, looking, video.id)
    return page("videos/settings.html", status=422, values={}, errors={"picture": why}, saved=False, **shown)


handlers = [picture_form, moment_form, choose_picture, send_picture]
