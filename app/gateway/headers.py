"""Headers that every answer carries (SECURITY WEB-1, WEB-4, WEB-7)."""

from collections.abc import Iterable, Mapping

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "connect-src 'self'; worker-src 'self'; font-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; "
    "frame-src 'self'; frame-ancestors 'none'"
)
_BYTES = "default-src 'none'; sandbox"  # user's bytes can do nothing even when opened as a page
_PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"

Header = tuple[bytes, bytes]


def security_headers(present: Mapping[str, str], *, secure: bool) -> Iterable[Header]:
    """What is to be added to an answer that already has the headers `present` (lower-case names)."""
    kind = present.get("content-type", "")
    yield b"x-content-type-options", b"nosniff"
    yield b"permissions-policy", _PERMISSIONS.encode()
    if "content-security-policy" not in present:
        yield b"content-security-policy", (CSP if kind.startswith("text/html") else _BYTES).encode()
    if "referrer-policy" not in present:
        yield b"referrer-policy", b"strict-origin-when-cross-origin"
    if "cache-control" not in present:
        yield b"cache-control", b"private, no-store"
    if "cross-origin-resource-policy" not in present:
        yield b"cross-origin-resource-policy", b"same-origin"
    if secure:  # on plain HTTP the browser ignores these two, and complains
        yield b"cross-origin-opener-policy", b"same-origin"
        yield b"strict-transport-security", b"max-age=31536000"
