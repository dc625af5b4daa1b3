"""tus by hand, so that a test can do it wrongly."""

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from httpx import Response
from litestar.testing import TestClient
from sqlmodel import func, select

from app.ingest.models import Upload
from app.site import Site
from app.videos.models import Original, Video

UPLOADS = "/api/v1/uploads"
TUS = {"Tus-Resumable": "1.0.0"}


def metadata(**values: str) -> str:
    return ",".join(f"{key} {base64.b64encode(value.encode('utf-8', 'surrogateescape')).decode()}" for key, value in values.items())


Headers = Mapping[str, str | None]


def begin(client: TestClient[Any], length: int | None = 10, *, headers: Headers | None = None, body: bytes = b"", **said: str) -> Response:
    """POST: announce a file. A header given as None is left out."""
    usual = TUS | {"Upload-Length": str(length), "Upload-Metadata": metadata(**({"filename": "film.mp4"} | said))}
    return client.post(UPLOADS, content=body, headers=merged(usual, headers or {}))


def send(client: TestClient[Any], where: str, offset: int, body: bytes, **headers: str | None) -> Response:
    """PATCH. `upload_checksum="sha1 …"` becomes a header."""
    usual = TUS | {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
    return client.patch(where, content=body, headers=merged(usual, headers))


def merged(usual: Headers, given: Headers) -> dict[str, str]:
    both = {name.lower(): value for name, value in usual.items()} | {name.lower().replace("_", "-"): value for name, value in given.items()}
    return {name: value for name, value in both.items() if value is not None}


def ask(client: TestClient[Any], where: str) -> Response:
    return client.head(where, headers=TUS)


def offset_of(client: TestClient[Any], where: str) -> int:
    reply = ask(client, where)
    assert reply.status_code == 200
    return int(reply.headers["upload-offset"])


def address(client: TestClient[Any], length: int | None = 10, **said: str) -> str:
    reply = begin(client, length, **said)
    assert reply.status_code == 201, reply.text
    return str(reply.headers["location"])


def upload_row(site: Site, where: str) -> Upload:
    with site.read() as session:
        return session.exec(select(Upload).where(Upload.public_id == where.rsplit("/", 1)[1])).one()


def video_of(site: Site, public_id: str) -> Video | None:
    with site.read() as session:
        return session.exec(select(Video).where(Video.public_id == public_id)).first()


def stored_file(site: Site, public_id: str) -> Path:
    with site.read() as session:
        video = session.exec(select(Video).where(Video.public_id == public_id)).one()
        original = session.get(Original, video.original_id)
    assert original is not None
    return site.paths.originals / original.path


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def video_count(site: Site) -> int:
    with site.read() as session:
        return session.exec(select(func.count()).select_from(Video)).one()
