"""A small tus client that never gives up: it takes up again where the server says, and remembers what it was promised."""

import base64
import time
from dataclasses import dataclass, field

import httpx

from tests.serving import Serving

UPLOADS = "/api/v1/uploads"
_TUS = {"Tus-Resumable": "1.0.0"}


class ServerGoneError(Exception):
    """The server ended; whoever runs it starts it again and calls `go_on`."""


@dataclass
class Uploader:
    """One file on its way. `promised` is the highest offset that was acknowledged."""

    server: Serving
    name: str
    content: bytes
    chunk: int = 1 << 20
    where: str = ""
    video: str = ""
    promised: int = 0
    lies: list[str] = field(default_factory=list)  # what was acknowledged and then not there

    @property
    def done(self) -> bool:
        return self.promised == len(self.content)

    def go_on(self) -> None:
        """Send what is missing. Raises ServerGoneError when the server does."""
        try:
            if not self.where:
                self._create()
            at = self._offset()
            while at < len(self.content):
                at = self._send(at)
        except httpx.TransportError as error:
            raise ServerGoneError from error

    def _create(self) -> None:
        said = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in {"filename": self.name}.items())
        reply = self.server.client.post(UPLOADS, headers=_TUS | {"Upload-Length": str(len(self.content)), "Upload-Metadata": said})
        assert reply.status_code == 201, (reply.status_code, reply.text)
        self.where, self.video = reply.headers["location"], reply.headers["homereel-video"]

    def _offset(self) -> int:
        try:
            reply = self.server.client.head(self.where, headers=_TUS)
        except httpx.RemoteProtocolError:  # the connection was closed after an answer in the middle of a body; browsers ask again, too
            reply = self.server.client.head(self.where, headers=_TUS)
        assert reply.status_code == 200, reply.status_code
        at = int(reply.headers["upload-offset"])
        if at < self.promised:
            self.lies.append(f"{self.promised} bytes were acknowledged, {at} are there")
        self.promised = max(self.promised, at)
        return at

    def _send(self, at: int) -> int:
        headers = _TUS | {"Upload-Offset": str(at), "Content-Type": "application/offset+octet-stream"}
        reply = self.server.client.patch(self.where, content=self.content[at : at + self.chunk], headers=headers)
        if reply.status_code in (409, 423, 500, 503, 507):  # told to come back
            time.sleep(0.2)
            return self._offset()
        assert reply.status_code == 204, (reply.status_code, reply.text)
        self.promised = max(self.promised, int(reply.headers["upload-offset"]))
        return int(reply.headers["upload-offset"])
