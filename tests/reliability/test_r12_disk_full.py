"""R-12: Disk full during upload. R-13: during the making of renditions. R-14: at a write of the database. All heal without a restart."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.media_files import clip
from tests.reliability import aftermath
from tests.reliability.conftest import MakeServer
from tests.reliability.crash_points import attached_with_faults, needs_strace
from tests.reliability.films import film_of
from tests.reliability.small_disk import SmallDisk, needs_mount, on_small_disk
from tests.reliability.uploader import UPLOADS, Uploader

MB = 1 << 20
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def disk(claimed_data: Path, tmp_path: Path) -> Iterator[SmallDisk]:
    yield from on_small_disk(claimed_data, tmp_path, megabytes=48)


def works(disk: SmallDisk) -> None:
    """A write through the API goes well."""
    reply = disk.server.client.patch("/api/v1/account", json={"theme": "dark"})
    assert reply.is_success, reply.text


@needs_mount
def test_an_upload_that_meets_a_full_disk_says_so_and_goes_on_when_there_is_room(disk: SmallDisk) -> None:
    upload = Uploader(disk.server, "film.mp4", film_of(12 * MB), chunk=2 * MB)
    upload._create()
    upload._send(0)
    disk.fill(leave=3 * MB)

    at, replies = upload._offset(), []
    for _ in range(4):
        headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": str(at), "Content-Type": "application/offset+octet-stream"}
        reply = disk.server.client.patch(upload.where, content=upload.content[at : at + 4 * MB], headers=headers)
        replies.append(reply)
        found = upload._offset()
        assert found >= at, "what was kept stays kept"
        at = found
        if reply.status_code == 507:
            break
    assert replies[-1].status_code == 507, [reply.status_code for reply in replies]
    assert "full" in replies[-1].text or "space" in replies[-1].text or "room" in replies[-1].text
    assert disk.server.client.get("/api/v1/videos").status_code == 200

    disk.free()
    upload.go_on()

    assert upload.lies == []
    aftermath.until_playable(disk.server, upload.video)
    assert aftermath.sha256(aftermath.original(disk.server, upload.video)) == aftermath.sha256(upload.content)


@needs_mount
def test_what_does_not_fit_is_refused_before_a_byte_is_sent(disk: SmallDisk) -> None:
    reply = disk.server.client.post(UPLOADS, headers={"Tus-Resumable": "1.0.0", "Upload-Length": str(200 * MB), "Upload-Metadata": ""})

    assert reply.status_code == 507
    assert "this needs 210 MB and " in reply.json()["detail"]
    assert "must be freed first" in reply.json()["detail"]
    works(disk)


@needs_mount
def test_with_no_byte_left_the_site_is_read_and_played_and_heals_by_itself(disk: SmallDisk) -> None:
    film = Uploader(disk.server, "film.mp4", film_of(2 * MB))
    film.go_on()
    assert aftermath.until_ended(disk.server, film.video) == "ready"
    disk.fill()

    client, statuses = disk.server.client, []
    for number in range(60):
        assert client.get("/api/v1/videos").status_code == 200
        assert client.get(f"/w/{film.video}").status_code == 200
        assert client.get(f"/media/{film.video}/original", headers={"range": "bytes=0-99"}).status_code == 206
        reply = client.patch(f"/api/v1/videos/{film.video}", json={"description": f"{number} " + "long " * 800})
        statuses.append(reply.status_code)
    assert set(statuses) <= {200, 503, 507}, statuses
    assert 507 in statuses or 503 in statuses, "the disk was not full"

    disk.free()

    for number in range(20):
        reply = client.patch(f"/api/v1/videos/{film.video}", json={"description": f"again {number}"})
        assert reply.status_code == 200, reply.text
    assert aftermath.video(disk.server, film.video)["description"] == "again 19"
    again = Uploader(disk.server, "second.mp4", film_of(2 * MB + 1))
    again.go_on()
    assert aftermath.until_ended(disk.server, again.video) == "ready"
    whole(disk)


def whole(disk: SmallDisk) -> None:
    """The database, as it lies there, is sound."""
    copy = disk.data.parent / "copy"
    copy.mkdir()
    for path in disk.seen.glob("site.db*"):
        if not path.name.endswith("-shm"):
            shutil.copy(path, copy)
    connection = sqlite3.connect(copy / "site.db")
    assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    connection.close()


@needs_mount
def test_renditions_wait_for_room_and_go_on_by_themselves(disk: SmallDisk) -> None:
    film = Uploader(disk.server, "film.mkv", clip("hevc10.mkv").read_bytes())
    film.go_on()
    aftermath.until_playable(disk.server, film.video)
    disk.fill(leave=MB // 2)
    aftermath.until(lambda: stopped_by_the_disk(disk, film.video), 60, "it waits for room, or was done before")

    disk.free()

    assert aftermath.until_ended(disk.server, film.video, 90) == "ready"
    assert [path.name for path in (disk.seen / "renditions").rglob(".*.new")] == []
    assert aftermath.video(disk.server, film.video)["reason"] == ""
    whole(disk)


def stopped_by_the_disk(disk: SmallDisk, public_id: str) -> bool:
    """It says so, or the log does: the database may be on the full disk, too."""
    if aftermath.video(disk.server, public_id)["state"] in ("waiting_space", "ready"):
        return True
    return any(words in disk.server.said for words in ("too full", "disk is full", "is full", "No space left"))


@needs_strace
def test_an_upload_whose_writes_meet_a_full_disk_keeps_what_it_had(claimed_server: MakeServer) -> None:
    server = claimed_server().start()
    for number in (1, 2):
        upload = Uploader(server, f"film {number}.mp4", film_of(6 * MB + number), chunk=2 * MB)
        upload._create()
        at = upload._send(0)
        (arriving,) = [path for path in (server.data / "originals" / ".incoming").rglob("*") if path.is_file()]
        with attached_with_faults(server.pid, "write,pwrite64", f"error=ENOSPC:when={number}+", path=arriving):
            headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": str(at), "Content-Type": "application/offset+octet-stream"}
            headers |= {"origin": server.origin}
            # on a connection of its own: it is closed with half of the body unread
            reply = httpx.patch(upload.where, content=upload.content[at:], headers=headers, cookies=dict(server.client.cookies))
            assert reply.status_code == 507
            assert "full" in reply.text
            assert upload._offset() >= at
            assert server.client.get("/api/v1/videos").status_code == 200
        upload.go_on()
        assert upload.lies == []
        aftermath.until_playable(server, upload.video)
        assert aftermath.sha256(aftermath.original(server, upload.video)) == aftermath.sha256(upload.content)
    assert server.terminate() == 0


@needs_strace
def test_a_full_disk_at_any_write_of_the_database_is_said_and_heals(claimed_server: MakeServer) -> None:
    server = claimed_server().start()
    said = []
    for number in (1, 2, 3, 5, 8):
        with attached_with_faults(server.pid, "pwrite64", f"error=ENOSPC:when={number}..{number + 3}", path=server.data / "site.db-wal"):
            said += [server.client.patch("/api/v1/account", json={"theme": theme}).status_code for theme in ("dark", "light", "black", "")]
            assert server.client.get("/api/v1/videos").status_code == 200
        assert server.client.patch("/api/v1/account", json={"theme": "dark"}).is_success

    assert set(said) <= {200, 204, 503, 507}, said
    assert 507 in said
    assert server.terminate() == 0
    aftermath.sound_database(server.data)
