"""The address of an upload, absolute, as the client itself reached us (UX 2): some clients refuse a relative one."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from app.http.hosts import is_ours, known_hosts
from app.settings import Settings


def upload_address(settings: Settings, headers: Mapping[str, str], scheme: str, path: str) -> str:
    """Scheme and host of `Origin` where that is one of ours (a proxy may speak plain HTTP to us), else of the allowed `Host`."""
    host = headers.get("host", "")
    origin = urlsplit(headers.get("origin", ""))
    if origin.scheme in ("http", "https") and is_ours(origin.netloc, known_hosts(settings.hosts, settings.base_url)):
        return f"{origin.scheme}://{origin.netloc}{path}"
    base = urlsplit(settings.base_url)
    return f"{base.scheme if base.netloc == host else scheme}://{host}{path}"
