"""How the bytes of a video may be kept by browsers and caches."""

from app.delivery.policies import Playing


def kept(playing: Playing) -> dict[str, str]:
    """Always asked anew, so that making a video private takes hold (SECURITY WEB-7)."""
    headers = {"Cache-Control": "public, no-cache" if playing.public else "private, no-cache"}
    if playing.token:
        headers["Referrer-Policy"] = "no-referrer"
    return headers
