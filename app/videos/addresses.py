"""Where the bytes of a video are had: written by `delivery`, which this layer cannot name, and found on the site by this type."""

from typing import Protocol

from app.http.viewer import Viewer
from app.videos.models import Caption, Video


class MediaAddresses(Protocol):
    """`token` goes into the address for those who send no cookie; `token_for` makes one where the viewer needs it, else ""."""

    def token_for(self, video: Video, viewer: Viewer) -> str: ...

    def original(self, video: Video, token: str = "") -> str: ...

    def hls(self, video: Video, token: str = "") -> str: ...

    def thumbnail(self, video: Video, token: str = "") -> str | None: ...

    def poster(self, video: Video, token: str = "") -> str | None: ...

    def caption(self, video: Video, caption: Caption, token: str = "") -> str: ...

    def chapters(self, video: Video, token: str = "") -> str: ...
