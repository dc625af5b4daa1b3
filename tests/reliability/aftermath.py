"""What must hold after whatever happened: looked at from outside, through the API, on the disk, among the processes."""

import hashlib
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from tests.serving import Serving


def video(server: Serving, public_id: str) -> dict[str, Any]:
    reply = server.client.get(f"/api/v1/videos/{public_id}")
    assert reply.status_code == 200, (reply.status_code, reply.text)
    found: dict[str, Any] = reply.json()
    return found


def until(holds: Callable[[], bool], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.1)


def until_playable(server: Serving, public_id: str, seconds: float = 60) -> None:
    until(lambda: bool(video(server, public_id)["playable"]), seconds, f"{public_id} can be played")


def until_ended(server: Serving, public_id: str, seconds: float = 120) -> str:
    """Until nothing more is to be done with a video; returns its state."""
    ended = ("ready", "failed", "needs_attention")
    until(lambda: video(server, public_id)["state"] in ended, seconds, f"{public_id} is ready or says why not")
    return str(video(server, public_id)["state"])


def original(server: Serving, public_id: str) -> bytes:
    reply = server.client.get(f"/media/{public_id}/original")
    assert reply.status_code == 200, reply.status_code
    return reply.content


def copies(data: Path, size: int) -> list[Path]:
    """Files of exactly this size anywhere among originals, unfinished ones too."""
    return [path for path in (data / "originals").rglob("*") if path.is_file() and path.stat().st_size == size]


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def tree(folder: Path) -> dict[str, str]:
    """Every file below with its hash."""
    return {str(path.relative_to(folder)): sha256(path.read_bytes()) for path in sorted(folder.rglob("*")) if path.is_file()}


def children_on(data: Path) -> list[str]:
    """Command lines of processes other than servers that work on this data folder."""
    found = []
    for process in psutil.process_iter(["cmdline", "cwd", "status"]):
        words = process.info["cmdline"] or []
        about = any(str(data) in word for word in words) or str(process.info["cwd"] or "").startswith(str(data))
        if about and process.info["status"] != psutil.STATUS_ZOMBIE and "serve" not in words and "strace" not in words[:1]:
            found.append(" ".join(words)[:200])
    return found


def until_childless(data: Path, seconds: float = 2) -> None:
    until(lambda: not children_on(data), seconds, f"no child works on: {children_on(data)}")


def sound_database(data: Path) -> None:
    """Only when no server runs. Python's own SQLite reads here, which nothing else opens at the same time."""
    connection = sqlite3.connect(data / "site.db")
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert not connection.execute("PRAGMA foreign_key_check").fetchall()
    finally:
        connection.close()
