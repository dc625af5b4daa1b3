"""Media tokens (SECURITY AZ-3): a short-lived right of one person to the bytes of one video, for players that send no cookie.

`<expiry in base 36>.<public id of the user>.<MAC>`; the MAC is HMAC-SHA256 over video, user and expiry, cut to 160 bits.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from pathlib import Path

LIFETIME = 6 * 3600  # seconds; the longest a token may live
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class MediaTokens:
    """Makes and checks tokens with one key, kept in the secrets folder."""

    key: bytes

    def make(self, video: str, user: str, *, now: float) -> str:
        expiry = _base36(int(now) + LIFETIME)
        return f"{expiry}.{user}.{self._mac(video, user, expiry)}"

    def user_of(self, token: str, video: str, *, now: float) -> str | None:
        """Whose token for this video it is; None if it is forged, of another video, or over."""
        parts = token.split(".")
        if len(parts) != 3 or len(token) > 120 or not token.isascii():
            return None
        expiry, user, mac = parts
        if not hmac.compare_digest(mac, self._mac(video, user, expiry)):
            return None
        return user if now < int(expiry, 36) <= now + LIFETIME else None

    def _mac(self, video: str, user: str, expiry: str) -> str:
        mac = hmac.new(self.key, f"{video}\n{user}\n{expiry}".encode(), hashlib.sha256).digest()[:20]
        return base64.urlsafe_b64encode(mac).decode().rstrip("=")


def load_media_tokens(secrets_folder: Path) -> MediaTokens:
    """With the site's key, made at first use and readable by its user alone."""
    path = secrets_folder / "media.key"
    try:
        return MediaTokens(path.read_bytes())
    except FileNotFoundError:
        fresh = secrets_folder / f".media.key.{secrets.token_hex(4)}"
        fresh.touch(mode=0o600)
        fresh.write_bytes(secrets.token_bytes(32))
        fresh.replace(path)
        return MediaTokens(path.read_bytes())


def _base36(value: int) -> str:
    digits = ""
    while value:
        value, rest = divmod(value, 36)
        digits = _DIGITS[rest] + digits
    return digits or "0"
