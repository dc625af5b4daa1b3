"""Two kinds of id: one for rows, sortable by time and never in an address; one for people, random and telling nothing."""

import secrets
import time

# Crockford's base32: sorts as text in the order of its values.
_BASE32 = "0123456789abcdefghjkmnpqrstvwxyz"
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
PUBLIC_ID_PATTERN = rf"[{_BASE58}]{{12}}"


def _base32(value: int, length: int) -> str:
    digits = []
    for _ in range(length):
        value, rest = divmod(value, 32)
        digits.append(_BASE32[rest])
    return "".join(reversed(digits))


def new_id() -> str:
    """15 characters: 11 of microseconds since 1970 (enough for 1 100 years), 4 random. The page cursor of lists."""
    return _base32(time.time_ns() // 1000, 11) + _base32(secrets.randbits(20), 4)


def new_public_id() -> str:
    """12 random base58 characters, 70 bits (SECURITY AZ-5)."""
    return "".join(secrets.choice(_BASE58) for _ in range(12))
