"""tus 1.0.0 at /api/v1/uploads. Asynchronous, since bodies are streams; whatever blocks runs in threads."""

import asyncio
from typing import Any
from urllib.parse import quote

from litestar import HttpMethod, MediaType, Request, Response, Router, delete, head, patch, post, route
from litestar.di import NamedDependency, Provide
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import BadRequest, Unsupported
from app.http.policy import creator, machine
from app.http.viewer import Viewer
from app.i18n import N_
from app.ingest import tus, uploads
from app.ingest.locations import upload_address
from app.ingest.models import Upload, UploadState
from app.ingest.patching import take_body
from app.ingest.policies import own_upload
from app.ingest.receiving import Receiver, finished
from app.ingest.twins import seen_before
from app.site import Site

PATH = "/api/v1/uploads"
AnyRequest = Request[Any, Any, Any]


class TusHeaders:
    """Every answer here, errors too, says which tus it speaks, and is never kept by a cache."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def speaking(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                mine = [(b"tus-resumable", tus.VERSION.encode()), (b"cache-control", b"no-store")]
                if message["status"] == 412:
                    mine.append((b"tus-version", tus.VERSION.encode()))
                message["headers"] = [*message["headers"], *(pair for pair in mine if pair[0] not in present)]
            await send(message)

        await self.app(scope, receive, speaking)


@route("/", http_method=HttpMethod.OPTIONS, policy=machine, status_code=204)
async def describe(site: NamedDependency[Site]) -> Response[None]:
    """What this server speaks: tus 1.0.0, its extensions and limits."""
    return Response(
        None,
        status_code=204,
        headers={
            "Tus-Version": tus.VERSION,
            "Tus-Extension": ",".join(tus.EXTENSIONS),
            "Tus-Max-Size": str(site.settings.upload_max),
            "Tus-Checksum-Algorithm": ",".join(tus.ALGORITHMS),
        },
    )


@post("/", policy=creator, request_max_body_size=None, status_code=201)
async def begin(request: AnyRequest, site: NamedDependency[Site], viewer: NamedDependency[Viewer]) -> Response[bytes]:
    """Announce a file, and perhaps send its beginning along. The video exists from now on and can be edited.

    Metadata: `filename`, `filetype`, `title`, `channel`, `privacy`; or `replace`, the id of a video whose file this is to be: its
    address, title and views stay, and the old file plays until the new one does.
    """
    headers = request.headers
    tus.require_version(headers.get("tus-resumable"))
    with_body = _brings_body(request)
    said = _announced(request)
    upload = await asyncio.to_thread(uploads.announce, site, viewer, said)
    location = upload_address(site.settings, headers, request.url.scheme, f"{PATH}/{upload.public_id}")
    if with_body:
        upload = await take_body(site, request, upload.id, offset=0)
    more = {"Location": location, **({"Upload-Offset": str(upload.received)} if with_body else {})}
    return Response(b"", status_code=201, media_type=MediaType.TEXT, headers=_telling(upload) | await _already(site, upload) | more)


@head("/{upload_id:str}", policy=own_upload)
async def ask(request: AnyRequest, site: NamedDependency[Site], upload: NamedDependency[Upload]) -> Response[None]:
    """How far an upload is."""
    tus.require_version(request.headers.get("tus-resumable"))
    receiver = site.part(Receiver)
    await receiver.settle(upload.id)
    now = await asyncio.to_thread(uploads.look, site, upload.id)
    if now.state == UploadState.PLACING or (now.state == UploadState.OPEN and uploads.complete(now)):
        now = await finished(receiver.in_thread(uploads.finish, site, upload.id))  # a crash came in between
    return Response(None, status_code=200, headers=_telling(now) | _length(now) | {"Upload-Offset": str(now.received)})


@patch("/{upload_id:str}", policy=own_upload, request_max_body_size=None, status_code=204)
async def send_on(request: AnyRequest, site: NamedDependency[Site], upload: NamedDependency[Upload]) -> Response[None]:
    """More bytes of the file."""
    return await _override(request, site, upload, "PATCH")


@post("/{upload_id:str}", policy=own_upload, request_max_body_size=None, status_code=204)
async def send_on_by_post(request: AnyRequest, site: NamedDependency[Site], upload: NamedDependency[Upload]) -> Response[None]:
    """The same for networks that let only GET and POST through: `X-HTTP-Method-Override` says what is meant."""
    return await _override(request, site, upload, "")


@delete("/{upload_id:str}", policy=own_upload, status_code=204)
async def give_up(request: AnyRequest, site: NamedDependency[Site], upload: NamedDependency[Upload]) -> Response[None]:
    """End an upload: its bytes and its video go."""
    return await _override(request, site, upload, "DELETE")


async def _override(request: AnyRequest, site: Site, upload: Upload, meant: str) -> Response[None]:
    """What the header says is what counts (tus, X-HTTP-Method-Override), but only ever between unsafe methods."""
    meant = request.headers.get("x-http-method-override", meant).upper()
    tus.require_version(request.headers.get("tus-resumable"))
    if meant == "PATCH":
        return await _patch(request, site, upload)
    if meant == "DELETE":
        return await _delete(site, upload)
    raise BadRequest(N_("X-HTTP-Method-Override must be PATCH or DELETE here."))


async def _patch(request: AnyRequest, site: Site, upload: Upload) -> Response[None]:
    headers = request.headers
    tus.require_body_type(headers.get("content-type"))
    offset = tus.parse_offset(headers.get("upload-offset"))
    if "upload-length" in headers:
        length = tus.parse_length(headers["upload-length"], None) or 0
        await asyncio.to_thread(uploads.set_length, site, upload.id, length)
    now = await take_body(site, request, upload.id, offset=offset)
    return Response(None, status_code=204, headers=_telling(now) | await _already(site, now) | {"Upload-Offset": str(now.received)})


async def _already(site: Site, upload: Upload) -> dict[str, str]:
    """With the last byte: the address and title (percent-encoded) of a film that the sender may see and that seems to be the same."""
    if upload.state != UploadState.DONE:
        return {}
    twin = await asyncio.to_thread(seen_before, site, upload.video_id, upload.owner_id)
    return {"Homereel-Already": f"{twin.public_id} {quote(twin.title)}"} if twin else {}


async def _delete(site: Site, upload: Upload) -> Response[None]:
    receiver = site.part(Receiver)
    hold = await receiver.take(upload.id, by_force=True)
    try:
        await finished(receiver.in_thread(uploads.give_up, site, upload.id))
    finally:
        receiver.release(upload.id, hold)
    return Response(None, status_code=204)


def _brings_body(request: AnyRequest) -> bool:
    headers = request.headers
    if (headers.get("content-type") or "").partition(";")[0].strip().lower() == tus.BODY_TYPE:
        return True
    if headers.get("content-length", "0") != "0" or "transfer-encoding" in headers:
        raise Unsupported(N_("The bytes of an upload must be sent as {kind}."), kind=tus.BODY_TYPE)
    return False


def _announced(request: AnyRequest) -> uploads.Announced:
    headers = request.headers
    length = tus.parse_length(headers.get("upload-length"), headers.get("upload-defer-length"))
    metadata = tus.parse_metadata(headers.get("upload-metadata"))
    return uploads.Announced(
        filename=metadata.get("filename", "") or metadata.get("name", ""),
        length=length,
        filetype=metadata.get("filetype", "") or metadata.get("type", ""),
        title=metadata.get("title", ""),
        channel=metadata.get("channel", ""),
        privacy=metadata.get("privacy", ""),
        replaces=metadata.get("replace", ""),
        metadata_header=headers.get("upload-metadata", ""),
    )


def _telling(upload: Upload) -> dict[str, str]:
    told = {"Homereel-Video": upload.video_public_id}
    if upload.state == UploadState.OPEN:
        told["Upload-Expires"] = uploads.http_date(upload.expires_at)
    return told


def _length(upload: Upload) -> dict[str, str]:
    said = {"Upload-Length": str(upload.length)} if upload.length is not None else {"Upload-Defer-Length": "1"}
    return said | ({"Upload-Metadata": upload.metadata_header} if upload.metadata_header else {})


def _granted(request: AnyRequest) -> Any:
    return request.state.granted["upload"]


router = Router(
    PATH,
    route_handlers=[describe, begin, ask, send_on, send_on_by_post, give_up],
    middleware=[TusHeaders],
    dependencies={"upload": Provide(_granted, sync_to_thread=False)},
    tags=["uploads"],
)
