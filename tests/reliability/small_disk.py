"""A server whose data folder, or a part of it, lies on a small disk of its own, in a mount namespace that nobody else sees."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from app.accounts.cookies import PLAIN
from app.main import build_site
from app.settings import Settings
from tests.conftest import token_of
from tests.serving import Serving

_PREPARE = """
if [ "$PLACE" ]; then cp -a "$FROM/." "$DATA/" && mkdir -p "$DATA/$PLACE"; fi
mount -t tmpfs -o size="$SIZE" tmpfs "$DATA/$PLACE" || exit 1
[ "$PLACE" ] || cp -a "$FROM/." "$DATA/"
exec "$@"
"""


@cache
def namespace() -> list[str]:
    """The command that opens a namespace with the right to mount, with or without being root."""
    for command in (["unshare", "-m"], ["unshare", "-r", "-m"]):
        test = [*command, "sh", "-c", "mount -t tmpfs tmpfs /mnt"]
        if shutil.which("unshare") and subprocess.run(test, capture_output=True, check=False).returncode == 0:
            return command
    return []


class SmallDisk:
    """Starts a server on a copy of a prepared data folder; sees its disk through the server's own eyes.

    `place` is a folder within the data that alone lies on the small disk.
    """

    def __init__(self, prepared: Path, *, megabytes: int, place: str = "") -> None:
        self.data = prepared.parent / "small"
        self.data.mkdir()
        environment = {"SIZE": f"{megabytes}m", "DATA": str(self.data), "FROM": str(prepared), "PLACE": place}
        self.server = Serving(self.data, environment=environment, within=[*namespace(), "sh", "-c", _PREPARE, "sh"])
        self._place = place

    @property
    def seen(self) -> Path:
        """The data folder, from outside the namespace."""
        return Path(f"/proc/{self.server.pid}/root{self.data}")

    @property
    def _filler(self) -> Path:
        return self.seen / self._place / ".filler"

    def room(self) -> int:
        found = os.statvfs(self._filler.parent)
        return found.f_bavail * found.f_frsize

    def fill(self, *, leave: int = 0) -> None:
        """So that only so many bytes are left."""
        with self._filler.open("ab") as file:
            block = b"\0" * 65536
            try:
                while (more := self.room() - leave) > 0:
                    file.write(block[:more])
                    file.flush()
            except OSError:
                pass

    def free(self) -> None:
        self._filler.unlink(missing_ok=True)


needs_mount = pytest.mark.skipif(not namespace(), reason="no small disk can be mounted here; the same is shown by injected faults")


def on_small_disk(claimed_data: Path, scratch: Path, *, megabytes: int, place: str = "") -> Iterator[SmallDisk]:
    """For a fixture: a running server on a claimed site, whose client is signed in as the owner."""
    prepared = scratch / "prepared"
    shutil.copytree(claimed_data, prepared)
    site = build_site(Settings(data=prepared))
    token = token_of(site, "anna")
    site.database.checkpoint()
    site.database.close()
    made = SmallDisk(prepared, megabytes=megabytes, place=place)
    made.server.client.cookies.set(PLAIN, token)
    try:
        made.server.start()
        yield made
    finally:
        made.server.close()
