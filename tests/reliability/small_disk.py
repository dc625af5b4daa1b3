"""A server whose data folder lies on a small disk of its own, in a mount namespace that nobody else sees."""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

from tests.serving import Serving

_PREPARE = 'mount -t tmpfs -o size="$SIZE" tmpfs "$DATA" && cp -a "$FROM/." "$DATA/" && exec "$@"'


@cache
def namespace() -> list[str]:
    """The command that opens a namespace with the right to mount, with or without being root."""
    for command in (["unshare", "-m"], ["unshare", "-r", "-m"]):
        test = [*command, "sh", "-c", "mount -t tmpfs tmpfs /mnt"]
        if shutil.which("unshare") and subprocess.run(test, capture_output=True, check=False).returncode == 0:
            return command
    return []


class SmallDisk:
    """Starts a server on a copy of a prepared data folder; sees its disk through the server's own eyes."""

    def __init__(self, prepared: Path, *, megabytes: int) -> None:
        self.data = prepared.parent / "small"
        self.data.mkdir()
        environment = {"SIZE": f"{megabytes}m", "DATA": str(self.data), "FROM": str(prepared)}
        self.server = Serving(self.data, environment=environment, within=[*namespace(), "sh", "-c", _PREPARE, "sh"])
        self._filler = ".filler"

    @property
    def seen(self) -> Path:
        """The data folder, from outside the namespace."""
        return Path(f"/proc/{self.server.pid}/root{self.data}")

    def room(self) -> int:
        found = os.statvfs(self.seen)
        return found.f_bavail * found.f_frsize

    def fill(self, *, leave: int = 0) -> None:
        """So that only so many bytes are left."""
        with (self.seen / self._filler).open("ab") as file:
            block = b"\0" * 65536
            try:
                while (more := self.room() - leave) > 0:
                    file.write(block[:more])
                    file.flush()
            except OSError:
                pass

    def free(self) -> None:
        (self.seen / self._filler).unlink(missing_ok=True)
