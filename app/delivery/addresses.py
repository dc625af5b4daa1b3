"""Addresses of a video's bytes."""

import mimetypes
from pathlib import PurePath
from urllib.parse import quote

from app.http.tokens import MediaTokens
from app.http.viewer import Viewer
from app.media.facts import Facts
from app.media.ladder import DirectPlay, direct
from app.site import Site
from app.videos.models import Caption, Original, Video


class Addresses:
    """Writes media addresses for one site. With a bearer token they carry a media token of their own."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def token_for(self, video: Video, viewer: Viewer) -> str:
        if viewer.scopes is None:
            return ""
        return self._site.part(MediaTokens).make(video.public_id, viewer.public_id, now=self._site.clock().timestamp())

    def original(self, video: Video, token: str = "") -> str:
        return media_address(video.public_id, "original", token, version=video.edition)

    def hls(self, video: Video, token: str = "") -> str:
        return media_address(video.public_id, "master.m3u8", token)

    def thumbnail(self, video: Video, token: str = "") -> str | None:
        return media_address(video.public_id, "thumbnail.webp", token, version=video.thumbnail) if video.thumbnail else None

    def still(self, video: Video, number: int) -> str:
        """One of the pictures to choose from, counted from 1."""
        return media_address(video.public_id, f"still-{number}.webp", version=video.thumbnail)

    def storyboard(self, video: Video, version: str, token: str = "") -> str | None:
        return media_address(video.public_id, "storyboard.vtt", token, version=version) if version else None

    def poster(self, video: Video, token: str = "") -> str | None:
        return media_address(video.public_id, "poster.webp", token, version=video.thumbnail) if video.thumbnail else None

    def caption(self, video: Video, caption: Caption, token: str = "") -> str:
        return media_address(video.public_id, f"captions/{caption.public_id}.{caption.file.rpartition('.')[2]}", token)

    def chapters(self, video: Video, token: str = "") -> str:
        return media_address(video.public_id, "chapters.vtt", token)


def direct_play(original: Original) -> DirectPlay | None:
    """What to ask a browser before it is given the original, if there is any hope."""
    return direct(Facts.from_json(original.facts)) if original.facts and not original.missing else None


def media_address(public_id: str, name: str, token: str = "", *, version: str = "") -> str:
    query = "&".join(part for part in (f"v={version}" if version else "", f"token={quote(token)}" if token else "") if part)
    return f"/media/{public_id}/{name}" + (f"?{query}" if query else "")


def media_type(path: PurePath) -> str:
    """By the file's ending; QuickTime is told as MP4, which is what browsers look for and can play of it."""
    if path.suffix.lower() in (".mov", ".m4v", ".mp4"):
        return "video/mp4"
    if path.suffix.lower() == ".mkv":
        return "video/x-matroska"
    return mimetypes.guess_type(path.name)[0] or "application/octet-stream"
