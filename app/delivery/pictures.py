"""Pictures of a video: thumbnail and poster, the stills to choose from, the storyboard of the seek bar."""

import re
from typing import Any

from litestar.response import Response

from app.delivery.addresses import media_address
from app.delivery.caching import kept
from app.delivery.policies import Playing
from app.errors import Missing
from app.http.ranges import FileRange
from app.media.stills import LARGE, SMALL, load_storyboard, sheet_name, still_name, webvtt
from app.site import Site
from app.videos.shown import CUT_PICTURE, OWN

_STILL = re.compile(r"still-([1-9])\.webp")
_SHEET = re.compile(r"storyboard-(0|[1-9][0-9]?)\.webp")
_LIST = "storyboard.vtt"


def picture(site: Site, playing: Playing, name: str) -> Response[Any] | None:
    """The picture of that name; None if no picture is called so."""
    if name == _LIST:
        return _list(site, playing)
    folder = site.paths.renditions / playing.original.id
    if name in (SMALL, LARGE):
        return _webp(site, playing, name)
    if still := _STILL.fullmatch(name):
        return FileRange(folder / still_name(SMALL, int(still[1])), media_type="image/webp", headers=kept(playing))
    if sheet := _SHEET.fullmatch(name):
        return FileRange(folder / sheet_name(int(sheet[1])), media_type="image/webp", headers=kept(playing))
    return None


def _webp(site: Site, playing: Playing, name: str) -> FileRange:
    """What stands for the video: the choice is each video's own, though the file may be shared."""
    video = playing.video
    if video.picture in (OWN, CUT_PICTURE):
        path = site.paths.pictures / video.id / (name if video.picture == OWN else f"{video.edition}-{name}")
    else:
        path = site.paths.renditions / playing.original.id / still_name(name, int(video.picture or 1))
    return FileRange(path, media_type="image/webp", headers=kept(playing))


def _list(site: Site, playing: Playing) -> Response[str]:
    """Addresses in it carry the token on, for those who send no cookie."""
    board = load_storyboard(site.paths.renditions / playing.original.id)
    if board is None:
        raise Missing
    version = playing.original.storyboard

    def address(name: str) -> str:
        return media_address(playing.video.public_id, name, playing.token, version=version)

    return Response(webvtt(board, address=address), media_type="text/vtt", headers=kept(playing))
