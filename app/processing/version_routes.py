"""What is made of a film, as its keepers see and change it: versions with their sizes, dropped, made again, or made with other settings."""

from typing import Any

from litestar import delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, URLEncodedBody
from litestar.response import Redirect
from msgspec import Struct

from app.errors import HomereelError, Missing
from app.http import words
from app.http.pages import Page, page
from app.http.viewer import Viewer
from app.i18n import N_, _
from app.media.ladder import Choices
from app.media.languages import own_name
from app.processing.films import Film, film_of
from app.processing.plans import choices_of, choose, codecs_here
from app.processing.rendering import make_renditions
from app.processing.versions import drop_version
from app.site import Site
from app.videos import views
from app.videos.addresses import MediaAddresses
from app.videos.cards import Looking, card
from app.videos.models import Original, Rendition
from app.videos.policies import VideoRef, may_edit
from app.videos.rows import Row
from app.videos.versions import want_again

_CODEC_NAMES = {"h264": "H.264", "hevc": "HEVC", "vp9": "VP9", "av1": "AV1"}
_LINES = (2160, 1440, 1080, 720, 480, 360, 240)


class ChoicesForm(Struct, kw_only=True):
    """As a browser sends it: a box that is not ticked is not sent."""

    quality: str = "balanced"
    highest: int = 2160
    loudness: str = "playback"
    surround: bool = False
    hevc: bool = False
    vp9: bool = False
    av1: bool = False

    def as_choices(self) -> Choices:
        codecs = ("h264", *(name for name in ("hevc", "vp9", "av1") if getattr(self, name)))
        return Choices(quality=self.quality, codecs=codecs, highest=self.highest, surround=self.surround, loudness=self.loudness)


class ChoicesIn(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """What its renditions are made with. What is left out is the usual."""

    quality: str = "balanced"
    codecs: list[str] = []
    highest: int = 2160
    surround: bool = True
    loudness: str = "playback"


@get("/studio/v/{public_id:str}/versions", policy=may_edit, sync_to_thread=True, include_in_schema=False)
def versions_page(
    site: NamedDependency[Site], viewer: NamedDependency[Viewer], video: NamedDependency[VideoRef], done: FromQuery[str] = ""
) -> Page:
    return _page(site, viewer, video, done=done)


@post("/studio/v/{public_id:str}/versions", policy=may_edit, sync_to_thread=True, include_in_schema=False)
def choose_form(
    site: NamedDependency[Site], viewer: NamedDependency[Viewer], video: NamedDependency[VideoRef], data: URLEncodedBody[ChoicesForm]
) -> Page | Redirect:
    try:
        _choose(site, video, data.as_choices())
    except HomereelError as error:
        return _page(site, viewer, video, error=error)
    return _back(video, "chosen")


@post("/studio/v/{public_id:str}/versions/{name:str}/drop", policy=may_edit, sync_to_thread=True, include_in_schema=False)
def drop_form(
    site: NamedDependency[Site], viewer: NamedDependency[Viewer], video: NamedDependency[VideoRef], name: FromPath[str]
) -> Page | Redirect:
    try:
        drop_version(site, video.original_id or "", name)
    except HomereelError as error:
        return _page(site, viewer, video, error=error)
    return _back(video, "dropped")


@post("/studio/v/{public_id:str}/versions/{name:str}/again", policy=may_edit, sync_to_thread=True, include_in_schema=False)
def again_form(site: NamedDependency[Site], video: NamedDependency[VideoRef], name: FromPath[str]) -> Redirect:
    _again(site, video, name)
    return _back(video, "again")


@put("/api/v1/videos/{public_id:str}/choices", policy=may_edit, sync_to_thread=True, status_code=204)
def choose_json(site: NamedDependency[Site], video: NamedDependency[VideoRef], data: JSONBody[ChoicesIn]) -> None:
    """Make the renditions of a video with other settings. What stays the same is kept; the video plays on meanwhile."""
    codecs = tuple(dict.fromkeys(("h264", *data.codecs)))
    _choose(site, video, Choices(data.quality, codecs, data.highest, data.surround, data.loudness))


@delete("/api/v1/videos/{public_id:str}/renditions/{name:str}", policy=may_edit, sync_to_thread=True)
def drop_json(site: NamedDependency[Site], video: NamedDependency[VideoRef], name: FromPath[str]) -> None:
    """Drop a rendition to make room. It plays on: what somebody watches of it is made anew."""
    drop_version(site, video.original_id or "", name)


@post("/api/v1/videos/{public_id:str}/renditions/{name:str}", policy=may_edit, sync_to_thread=True, status_code=202)
def again_json(site: NamedDependency[Site], video: NamedDependency[VideoRef], name: FromPath[str]) -> None:
    """Make a rendition that was dropped again, whole."""
    _again(site, video, name)


def _choose(site: Site, video: VideoRef, choices: Choices) -> None:
    with site.write() as session:
        choose(site, session, video.id, choices)
        want_again(session, video.original_id or "")
    site.queue.add(make_renditions, video.id)


def _again(site: Site, video: VideoRef, name: str) -> None:
    with site.write() as session:
        original = session.get(Original, video.original_id or "")
        if original is None or film_of(site, original).plan.rung(name) is None:
            raise Missing(N_("This video has no such version."))
        want_again(session, original.id, [name])
    site.queue.add(make_renditions, video.id)


def _back(video: VideoRef, done: str) -> Redirect:
    return Redirect(f"/studio/v/{video.public_id}/versions?done={done}", status_code=303)


def _page(site: Site, viewer: Viewer, video: VideoRef, *, done: str = "", error: HomereelError | None = None) -> Page:
    looking = Looking(viewer, site.clock().astimezone(), site.part(MediaAddresses), site.settings.trash_days)  # type: ignore[type-abstract]
    with site.read() as session:
        row = views.video_row(session, viewer, video.id)
        if row is None or row.original is None or not row.original.facts:
            raise Missing(N_("This video is not ready yet."))
        choices = choices_of(site, session, video.id)
    film = film_of(site, row.original)
    return page(
        "videos/versions.html",
        status=error.status if error else 200,
        error=str(error) if error else "",
        done=done,
        video=card(row, looking),
        versions=[_line(film, each) for each in row.renditions],
        total=words.size(sum(each.size for each in row.renditions)),
        original=words.size(row.original.size),
        choices=choices,
        codecs=[(name, _CODEC_NAMES[name], name in choices.codecs) for name in codecs_here(site) if name != "h264"],
        heights=[(lines, f"{lines}p") for lines in _LINES if lines <= max(_source_lines(row), _LINES[-1])] or [(240, "240p")],
    )


def _line(film: Film, row: Rendition) -> dict[str, Any]:
    rung = film.plan.rung(row.name)
    codec = row.codec.partition(".")[0]
    kind = {"avc1": "H.264", "hvc1": "HEVC", "hev1": "HEVC", "vp09": "VP9", "av01": "AV1", "mp4a": "AAC"}.get(codec, codec)
    if row.kind == "audio":
        channels = "5.1" if rung is not None and rung.channels == 6 else _("stereo")
        title = " ".join(part for part in (own_name(rung.language) if rung else "", rung.title if rung else "", channels) if part)
    else:
        title = f"{row.height}p"
    state = "dropped" if row.dropped else "whole" if row.packed else "making"
    made = f"{words.number(row.ready)} / {words.number(row.segments)}"
    return {"name": row.name, "title": title, "kind": kind, "state": state, "made": made, "size": words.size(row.size) if row.size else ""}


def _source_lines(row: Row) -> int:
    return min(row.video.width or 0, row.video.height or 0)


handlers = [versions_page, choose_form, drop_form, again_form, choose_json, drop_json, again_json]
