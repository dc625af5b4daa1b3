"""What programs ask a site first: its name, where to upload, what it allows. The version is for those who are signed in."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from app import __version__
from app.http.pages import site_name
from app.http.viewer import Viewer
from app.i18n import current_language
from app.site import Site


class TusOut(Struct, frozen=True):
    endpoint: str
    version: str
    extensions: Sequence[str]
    max_size: int


class LimitsOut(Struct, frozen=True):
    """Bytes, and hours that an unfinished upload is kept. `upload_quota` 0 is no limit."""

    upload_max: int
    upload_quota: int
    upload_expiry_hours: int


class ServerOut(Struct, frozen=True):
    name: str
    version: str | None
    api: str
    tus: TusOut
    limits: LimitsOut
    features: Mapping[str, bool]
    language: str


def server_out(site: Site, viewer: Viewer, *, tus_version: str, tus_extensions: Sequence[str]) -> ServerOut:
    settings = site.settings
    return ServerOut(
        name=site_name(site),
        version=None if viewer.anonymous else __version__,
        api="/api/v1/openapi.json",
        tus=TusOut("/api/v1/uploads", tus_version, tus_extensions, settings.upload_max),
        limits=LimitsOut(settings.upload_max, settings.upload_quota, settings.upload_expiry_hours),
        features={"uploads": True, "search": True, "hls": True, "direct_play": True},
        language=current_language(),
    )
