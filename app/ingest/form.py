"""A plain form with files in it, for browsers without JavaScript: streamed to disk on the same way as every upload, memory flat."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from app.errors import BadRequest, Invalid, Unavailable
from app.http.viewer import Viewer
from app.i18n import N_
from app.ingest import uploads
from app.ingest.incoming import Incoming
from app.ingest.models import Upload
from app.ingest.receiving import BLOCK, IDLE, Receiver, finished
from app.site import Site
from app.storage.space import disk_errors

FIELDS = 100  # SECURITY DOS-2
FIELD_BYTES = 64_000
FORM = "form"
_BROKEN = N_("The form did not arrive whole. Please try again.")


class FormIntake:
    """Takes a form apart as it arrives. Text fields count for the files after them, so they stand first in the form."""

    def __init__(self, site: Site, viewer: Viewer, *, size: int | None, replaces: str = "") -> None:
        self._site, self._viewer, self._size, self._replaces = site, viewer, size, replaces
        self._receiver = site.part(Receiver)
        self._fields: dict[str, str] = {}
        self._text = bytearray()
        self._name = ""
        self._filename: str | None = None
        self._filetype = ""
        self._upload: Upload | None = None
        self._into: Incoming | None = None
        self._gathered: list[bytes] = []
        self._waiting = 0
        self.arrived: list[Upload] = []

    async def take(self, content_type: str, receive: Callable[[], Awaitable[Any]]) -> list[Upload]:
        """Read the form to its end; the uploads that came of it. A file that does not arrive whole leaves nothing."""
        kind, options = parse_options_header(content_type)
        if kind != "multipart/form-data" or not options.get("boundary"):
            raise BadRequest(_BROKEN)
        parser = PushMultipartParser(options["boundary"], max_segment_count=FIELDS, strict=False)
        try:
            while not parser.closed:
                message = await asyncio.wait_for(receive(), IDLE)
                if message["type"] == "http.disconnect":
                    raise BadRequest(_BROKEN)
                for event in parser.parse(message.get("body", b"")):
                    await self._meet(event)
                if not message.get("more_body"):
                    parser.close()
        except (MultipartError, TimeoutError) as error:
            raise BadRequest(_BROKEN) from error
        finally:
            await self._give_up_open()
        if not self.arrived:
            raise Invalid(N_("Choose a file first."))
        return self.arrived

    async def _meet(self, event: object) -> None:
        if isinstance(event, MultipartSegment):
            self._name, self._filename, self._filetype = event.name, event.filename, event.content_type or ""
            self._text.clear()
        elif event is None:
            await self._end_part()
        elif isinstance(event, (bytes, bytearray)):
            if not self._filename:
                self._keep_text(event)
            else:
                await self._keep_bytes(bytes(event))

    def _keep_text(self, piece: bytes | bytearray) -> None:
        self._text += piece
        if len(self._text) > FIELD_BYTES:
            raise BadRequest(N_("A field of the form is too long."))

    async def _keep_bytes(self, piece: bytes) -> None:
        if self._into is None:
            await self._begin_file()
        self._gathered.append(piece)
        self._waiting += len(piece)
        if self._waiting >= BLOCK:
            await self._write()

    async def _begin_file(self) -> None:
        said = uploads.Announced(
            filename=self._filename or "",
            length=None,
            filetype=self._filetype,
            title=self._fields.get("title", ""),
            channel=self._fields.get("channel", ""),
            privacy=self._fields.get("privacy", ""),
            replaces=self._replaces,
            source=FORM,
        )
        upload = await asyncio.to_thread(lambda: uploads.announce(self._site, self._viewer, said, room=self._size))
        self._upload = upload
        self._into = await finished(self._receiver.in_thread(self._open, upload))

    def _open(self, upload: Upload) -> Incoming:
        def note(received: int) -> None:
            uploads.note(self._site, upload.id, received)

        return Incoming(uploads.incoming_path(self._site, upload), 0, note=note, flushers=self._receiver.flushers)

    async def _write(self) -> None:
        assert self._into is not None
        pieces, self._gathered, self._waiting = tuple(self._gathered), [], 0
        with disk_errors(self._site.paths.incoming):
            await finished(self._receiver.in_thread(self._into.append, pieces))

    async def _end_part(self) -> None:
        if not self._filename:
            self._fields[self._name] = self._text.decode("utf-8", "replace")
            return
        if self._into is None:
            raise Invalid(N_("This file is empty: there is nothing in it to watch."))
        await self._write()
        upload, into = self._upload, self._into
        assert upload is not None
        with disk_errors(self._site.paths.incoming):
            received = await finished(self._receiver.in_thread(into.keep))
        self._into = None
        await finished(self._receiver.in_thread(into.close))
        await asyncio.to_thread(uploads.set_length, self._site, upload.id, received)
        self.arrived.append(await finished(self._receiver.in_thread(uploads.finish, self._site, upload.id)))
        self._upload = None

    async def _give_up_open(self) -> None:
        """A form cannot be resumed: what was begun and not ended goes."""
        into, upload = self._into, self._upload
        self._into = self._upload = None
        if into is not None:
            await finished(self._receiver.in_thread(into.close))
        if upload is not None:
            await asyncio.to_thread(uploads.give_up, self._site, upload.id)


def require_running(site: Site) -> None:
    if site.part(Receiver).stopping:
        raise Unavailable(N_("Homereel is being restarted. Please try again in a moment."))
