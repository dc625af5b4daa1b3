"""The words of tus 1.0.0 (https://tus.io/protocols/resumable-upload): headers to values. Touches nothing."""

import base64
import binascii
import hashlib
import zlib
from dataclasses import dataclass
from typing import Protocol

from app.errors import BadRequest, HomereelError, PreconditionFailed, Unsupported
from app.i18n import N_

VERSION = "1.0.0"
EXTENSIONS = ("creation", "creation-with-upload", "creation-defer-length", "termination", "checksum", "expiration")
ALGORITHMS = ("sha1", "sha256", "md5", "crc32")
BODY_TYPE = "application/offset+octet-stream"
_DIGITS = 18  # bytes of an upload never need more


class ChecksumMismatch(HomereelError):
    """The bytes of this request are not those that were sent."""

    status = 460
    slug = "checksum-mismatch"


class Hasher(Protocol):
    def update(self, data: bytes, /) -> None: ...
    def digest(self) -> bytes: ...


class _Crc32:
    def __init__(self) -> None:
        self._value = 0

    def update(self, data: bytes, /) -> None:
        self._value = zlib.crc32(data, self._value)

    def digest(self) -> bytes:
        return self._value.to_bytes(4, "big")


@dataclass(frozen=True)
class Checksum:
    algorithm: str
    digest: bytes

    def hasher(self) -> Hasher:
        return _Crc32() if self.algorithm == "crc32" else hashlib.new(self.algorithm, usedforsecurity=False)


def require_version(header: str | None) -> None:
    if header != VERSION:
        raise PreconditionFailed(N_("This upload speaks another version of tus than {version}."), version=VERSION)


def require_body_type(header: str | None) -> None:
    if (header or "").partition(";")[0].strip().lower() != BODY_TYPE:
        raise Unsupported(N_("The bytes of an upload must be sent as {kind}."), kind=BODY_TYPE)


def parse_offset(header: str | None) -> int:
    return _count(header, "Upload-Offset")


def parse_length(length: str | None, defer: str | None) -> int | None:
    """Length in bytes; None where the client will say later (Upload-Defer-Length)."""
    if length is not None and defer is not None:
        raise BadRequest(N_("Upload-Length and Upload-Defer-Length cannot both be given."))
    if defer is not None:
        if defer.strip() != "1":
            raise BadRequest(N_("Upload-Defer-Length can only be 1."))
        return None
    return _count(length, "Upload-Length")


def parse_metadata(header: str | None) -> dict[str, str]:
    """Names and values of Upload-Metadata. A value that is no UTF-8 keeps what can be read of it."""
    found: dict[str, str] = {}
    for pair in (header or "").split(","):
        if not pair.strip():
            continue
        key, _, value = pair.strip().partition(" ")
        if key in found or not key.isascii():
            raise BadRequest(N_("Upload-Metadata names something twice, or with letters that are not ASCII."))
        found[key] = _decoded(value.strip()).decode("utf-8", "replace")
    return found


def parse_checksum(header: str | None) -> Checksum | None:
    if header is None:
        return None
    algorithm, _, digest = header.strip().partition(" ")
    if algorithm not in ALGORITHMS:
        raise BadRequest(N_("Upload-Checksum must use one of {names}."), names=", ".join(ALGORITHMS))
    return Checksum(algorithm, _decoded(digest.strip()))


def _count(header: str | None, name: str) -> int:
    text = (header or "").strip()
    if not text.isascii() or not text.isdigit() or len(text) > _DIGITS:
        raise BadRequest(N_("{name} must be a whole number of bytes."), name=name)
    return int(text)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadRequest(N_("A header that should be in Base64 is not.")) from None
