"""Commands to a running site, over a socket that only its own user can open: one JSON line asks, JSON lines answer.

> {"command": "user-list", "arguments": {}}
< {"line": "anna  owner"}
< {"done": true}            or {"failed": "There is nobody of that name here."}
"""

import contextlib
import json
import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import structlog

from app.errors import HomereelError, StartError
from app.i18n import N_, _
from app.site import Site

log = structlog.get_logger(__name__)
Say = Callable[[str], None]
Command = Callable[[Site, Mapping[str, Any], Say], None]
NAME = "control.sock"
_LONGEST = 1_000_000
BUSY = N_("Another Homereel is using {path} and cannot be spoken to. Wait until it has started, or stop it, and try again.")


class CommandFailed(HomereelError):
    """A command failed in the running site, which said why."""


class _WentAway(Exception):
    """Whoever gave a command does not listen any more, so it ends."""


def socket_path(data: Path) -> Path:
    return data / "scratch" / NAME


class ControlServer:
    """Listens for commands until stopped; each runs in a thread of its own."""

    def __init__(self, site: Site, commands: Mapping[str, Command]) -> None:
        self._site, self._commands = site, commands
        self._path = socket_path(site.paths.data)
        self._socket: socket.socket | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Without sockets of this kind (Windows) the site runs all the same; commands then ask to stop it first."""
        if not hasattr(socket, "AF_UNIX"):
            return
        self._path.unlink(missing_ok=True)
        made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with _short(self._path) as name:
            before = os.umask(0o177)
            try:
                made.bind(name)
            finally:
                os.umask(before)
        made.listen(8)
        self._socket = made
        self._thread = threading.Thread(target=self._accept, name="control", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        if self._socket is None:
            return
        self._path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes accept, which closing alone does not
        self._socket.close()
        self._socket = None

    def _accept(self) -> None:
        listening = self._socket
        assert listening is not None
        while True:
            try:
                connection, _address = listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), name="command", daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        # OSError: what is still to be written cannot be, once the other end is closed
        with contextlib.suppress(OSError), connection, connection.makefile("rw", encoding="utf-8", newline="\n") as file:

            def tell(**answer: object) -> None:
                try:
                    file.write(json.dumps(answer) + "\n")
                    file.flush()
                except OSError as error:
                    raise _WentAway from error

            with contextlib.suppress(_WentAway):
                try:
                    self._carry_out(json.loads(file.readline(_LONGEST)), lambda line: tell(line=line))
                except HomereelError as error:
                    tell(failed=str(error))
                except _WentAway:
                    raise
                except Exception:
                    log.exception("a command failed")
                    tell(failed=_("Something went wrong inside Homereel. The log has the details."))
                else:
                    tell(done=True)

    def _carry_out(self, asked: Mapping[str, Any], say: Say) -> None:
        log.info("a command was given", command=asked["command"])
        self._commands[asked["command"]](self._site, asked["arguments"], say)


def call(data: Path, command: str, arguments: Mapping[str, Any], say: Say) -> None:
    """Have a running site do this; its lines go to `say`. CommandFailed with its own sentence where it fails."""
    if not hasattr(socket, "AF_UNIX"):
        raise StartError(N_("This command cannot speak to a running site on this system. Stop the site first."))
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as made:
        try:
            with _short(socket_path(data)) as name:
                made.connect(name)
        except OSError as error:
            raise StartError(BUSY, path=data) from error
        with made.makefile("rw", encoding="utf-8", newline="\n") as file:
            file.write(json.dumps({"command": command, "arguments": dict(arguments)}) + "\n")
            file.flush()
            for line in file:
                answer = json.loads(line)
                if "line" in answer:
                    say(answer["line"])
                elif "failed" in answer:
                    raise CommandFailed("{sentence}", sentence=answer["failed"])
                else:
                    return
    raise StartError(N_("The site stopped before the command was done."))


@contextlib.contextmanager
def _short(path: Path) -> Iterator[str]:
    """A name for the socket within the 100 bytes that there are for one: where Linux lets us, by way of its open folder."""
    if len(os.fsencode(path)) < 100 or not Path("/proc/self/fd").is_dir():
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
