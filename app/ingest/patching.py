"""One request's bytes into an upload: hold it, write, flush, write down, answer; whatever goes wrong, the offset stays honest."""

import asyncio
from typing import Any

from litestar import Request

from app.errors import Conflict, TooLarge, Unavailable
from app.i18n import N_
from app.ingest import uploads
from app.ingest.incoming import Incoming
from app.ingest.models import Upload, UploadState
from app.ingest.receiving import Hold, Receiver, finished
from app.ingest.tus import Checksum, ChecksumMismatch, parse_checksum
from app.site import Site
from app.storage.space import disk_errors

AnyRequest = Request[Any, Any, Any]


async def take_body(site: Site, request: AnyRequest, upload_id: str, *, offset: int) -> Upload:
    """Take the body of this request at `offset`, and finish the upload if that was the last of it."""
    checksum = parse_checksum(request.headers.get("upload-checksum"))
    receiver = site.part(Receiver)
    hold = await receiver.take(upload_id)
    try:
        upload = await asyncio.to_thread(uploads.look, site, upload_id)
        _fits(upload, offset, request.headers.get("content-length"))
        if upload.state == UploadState.OPEN and not uploads.complete(upload):
            upload.received = await _receive(site, request, upload, hold, checksum)
            if hold.interrupted:
                raise Unavailable(hold.interrupted)
        if upload.state == UploadState.PLACING or uploads.complete(upload):
            upload = await finished(receiver.in_thread(uploads.finish, site, upload_id))
        return upload
    finally:
        receiver.release(upload_id, hold)


def _fits(upload: Upload, offset: int, announced: str | None) -> None:
    if offset != upload.received:
        raise Conflict(
            N_("The upload is at byte {here}, but these bytes belong at {there}. Ask for the offset and go on from it."),
            here=upload.received,
            there=offset,
        )
    if announced and announced.isdigit() and upload.length is not None and int(announced) > upload.length - offset:
        raise TooLarge(N_("There are more bytes than were announced for this file."))


async def _receive(site: Site, request: AnyRequest, upload: Upload, hold: Hold, checksum: Checksum | None) -> int:
    """How many bytes of the file are safe afterwards."""
    receiver = site.part(Receiver)
    with disk_errors(site.paths.incoming):
        into = await finished(receiver.in_thread(_opened, site, receiver, upload, checksum))
        limit = (upload.length if upload.length is not None else site.settings.upload_max) - upload.received
        try:
            whole = await receiver.pour(request.receive, into, hold, limit=limit)
            if checksum is None:
                return await finished(receiver.in_thread(into.keep))
            if whole and _same(into, checksum):
                return await finished(receiver.in_thread(into.keep))
            safe = await finished(receiver.in_thread(into.discard))
            if whole:
                raise ChecksumMismatch(N_("The bytes changed on their way, so they were not kept. Please send them again."))
            return safe
        except TooLarge:
            await finished(receiver.in_thread(into.discard))
            raise
        except OSError:
            await finished(receiver.in_thread(into.salvage))
            raise
        finally:
            await finished(receiver.in_thread(into.close))


def _opened(site: Site, receiver: Receiver, upload: Upload, checksum: Checksum | None) -> Incoming:
    return Incoming(
        uploads.incoming_path(site, upload),
        upload.received,
        note=lambda received: uploads.note(site, upload.id, received),
        flushers=receiver.flushers,
        hasher=checksum.hasher() if checksum else None,
    )


def _same(into: Incoming, checksum: Checksum) -> bool:
    return into.hasher is not None and into.hasher.digest() == checksum.digest
