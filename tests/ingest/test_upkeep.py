"""What becomes of uploads without anyone asking: after crashes, full disks, silence, a clock that jumps, a disk that is gone."""

import errno
import os
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from app.http.viewer import Role
from app.ingest import limits, uploads
from app.ingest.upkeep import Upkeep, finish_pending, give_up_silent, set_strays_aside
from app.settings import Settings
from app.site import Site
from app.storage.digests import fingerprint
from app.storage.space import Reserve
from app.videos import service as videos
from tests.conftest import AsUser
from tests.ingest.tus_client import address, ask, begin, files_in, offset_of, send, stored_file, upload_row, video_of

Client = TestClient[Any]
BODY = {"Content-Type": "application/offset+octet-stream"}


def test_a_crash_before_the_file_is_placed_is_made_good(anna: Client, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed at each step of finishing: exactly one video, whole, and the client that asks hears of it."""
    for step in ("place", "fingerprint"):
        reply = begin(anna, 4, title=step)
        with monkeypatch.context() as patched:

            def killed(*_: object) -> None:
                raise KeyboardInterrupt

            patched.setattr(uploads, step, killed)
            with pytest.raises(KeyboardInterrupt):
                site_finish(site, reply.headers["location"], b"0123")
        assert upload_row(site, reply.headers["location"]).state == "placing"
        assert finish_pending(site) == 1
        assert stored_file(site, reply.headers["homereel-video"]).read_bytes() == b"0123"
        assert offset_of(anna, reply.headers["location"]) == 4
        assert files_in(site.paths.incoming) == []
    assert finish_pending(site) == 0


def site_finish(site: Site, where: str, content: bytes) -> None:
    row = upload_row(site, where)
    uploads.incoming_path(site, row).write_bytes(content)
    uploads.finish(site, row.id, received=len(content))


def test_a_client_that_asks_after_a_crash_gets_its_video(anna: Client, site: Site) -> None:
    reply = begin(anna, 4)
    row = upload_row(site, reply.headers["location"])
    uploads.incoming_path(site, row).write_bytes(b"0123")
    uploads.note(site, row.id, 4)

    assert offset_of(anna, reply.headers["location"]) == 4
    assert stored_file(site, reply.headers["homereel-video"]).exists()


def test_bytes_that_nobody_promised_are_not_told(anna: Client, site: Site) -> None:
    """After a crash the file may be longer than what was written down, by bytes that were never flushed."""
    where = address(anna, 10)
    send(anna, where, 0, b"0123")
    with uploads.incoming_path(site, upload_row(site, where)).open("ab") as file:
        file.write(b"\0\0\0")

    assert offset_of(anna, where) == 4
    assert send(anna, where, 4, b"456789").status_code == 204


def test_bytes_that_the_disk_lost_are_asked_for_again(anna: Client, site: Site) -> None:
    where = address(anna, 10)
    send(anna, where, 0, b"0123")
    os.truncate(uploads.incoming_path(site, upload_row(site, where)), 2)

    assert offset_of(anna, where) == 2
    assert send(anna, where, 4, b"4").status_code == 409


def test_a_file_that_no_upload_speaks_of_goes_to_quarantine(anna: Client, site: Site) -> None:
    where = address(anna, 10)
    send(anna, where, 0, b"0123")
    (site.paths.incoming / "stray").write_bytes(b"precious")
    (site.paths.incoming / "nothing").touch()
    set_strays_aside(site)

    assert [path.read_bytes() for path in files_in(site.paths.quarantine)] == [b"precious"]
    assert len(files_in(site.paths.incoming)) == 1


# -- silence and clocks


def later(site: Site, **by: float) -> None:
    real = Site.__dataclass_fields__["clock"].default
    site.clock = lambda: real() + timedelta(**by)


def test_an_upload_can_go_on_for_days_and_is_given_up_after(anna: Client, site: Site) -> None:
    reply = begin(anna, 10)
    where = reply.headers["location"]
    send(anna, where, 0, b"0123")
    later(site, hours=71)
    assert give_up_silent(site) == 0
    send(anna, where, 4, b"4")
    later(site, hours=71 + 71)
    assert give_up_silent(site) == 0
    assert offset_of(anna, where) == 5
    later(site, hours=71 + 73)
    assert give_up_silent(site) == 1

    assert ask(anna, where).status_code == 410
    assert send(anna, where, 5, b"5").status_code == 410
    assert files_in(site.paths.incoming) == []
    assert video_of(site, reply.headers["homereel-video"]) is None


def test_a_clock_that_jumps_gives_nothing_up(anna: Client, site: Site) -> None:
    where = address(anna, 10)
    send(anna, where, 0, b"0123")
    upkeep = Upkeep(site)
    upkeep.look()
    later(site, days=365)
    upkeep.look()
    upkeep.look()
    later(site, days=0)

    assert offset_of(anna, where) == 4


def test_settings_cannot_make_an_upload_expire_within_a_day(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="24"):
        Settings(data=tmp_path, upload_expiry_hours=23)


def test_a_video_that_is_deleted_while_it_is_uploaded_ends_the_upload(anna: Client, site: Site) -> None:
    reply = begin(anna, 10)
    send(anna, reply.headers["location"], 0, b"0123")
    video = video_of(site, reply.headers["homereel-video"])
    assert video is not None
    with site.write() as session:
        videos.trash(session, video.id, now=site.now())
        videos.purge(session, video.id)
    site.bus.drain()

    assert ask(anna, reply.headers["location"]).status_code == 404
    assert files_in(site.paths.incoming) == []


def test_what_is_edited_while_it_is_uploaded_stays(anna: Client, site: Site) -> None:
    reply = begin(anna, 4)
    public_id = reply.headers["homereel-video"]
    assert anna.patch(f"/api/v1/videos/{public_id}", json={"title": "New name", "privacy": "private"}).status_code == 200
    send(anna, reply.headers["location"], 0, b"0123")
    video = video_of(site, public_id)

    assert video is not None
    assert (video.title, video.privacy) == ("New name", "private")
    assert stored_file(site, public_id).name.startswith("New name [")


# -- disks


def test_below_the_reserve_nothing_is_begun(anna: Client, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "reserve_of", lambda _: Reserve(floor=10**17))
    reply = begin(anna, 10)

    assert reply.status_code == 507
    assert "must be freed" in reply.json()["detail"]
    assert anna.post("/upload", files={"f": ("a.mp4", b"x", "video/mp4")}, headers={"Accept": "application/json"}).status_code == 507


def test_what_running_uploads_were_promised_is_not_promised_twice(anna: Client, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    free = shutil.disk_usage(site.paths.originals).free
    monkeypatch.setattr(limits, "reserve_of", lambda _: Reserve(floor=0, share=0))

    half = min(free // 2, site.settings.upload_max) + 10_000_000
    if half * 2 < free:
        pytest.skip("this disk is larger than two of the largest uploads")
    assert begin(anna, half).status_code == 201
    assert begin(anna, half).status_code == 507


def test_a_quota_is_refused_at_the_beginning(as_user: AsUser, site: Site) -> None:
    site.settings = site.settings.model_copy(update={"upload_quota": 1000})
    ben = as_user("ben", Role.CREATOR)
    begin(ben, 400, body=b"x" * 400, headers=BODY)

    assert begin(ben, 400).status_code == 201
    reply = begin(ben, 400)
    assert reply.status_code == 413
    assert "200 bytes of your 1.0 kB are left" in reply.json()["detail"]
    assert begin(as_user("anna"), 400).status_code == 201


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_disk_that_fills_up_says_so_and_goes_on_when_there_is_room(
    anna: Client, site: Site, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """R-12: what fitted is kept, the offset is honest, and the same client finishes later."""
    content = os.urandom(3_000_000)
    reply = begin(anna, len(content))
    where, real, written = reply.headers["location"], os.write, [0]

    def write(descriptor: int, data: Any) -> int:
        if written[0] + len(data) > 1_500_000:
            raise OSError(number, os.strerror(number))
        written[0] += len(data)
        return real(descriptor, data)

    with monkeypatch.context() as patched:
        patched.setattr("app.ingest.incoming.os.write", write)
        full = send(anna, where, 0, content)
    assert full.status_code == 507
    assert "is full" in full.json()["detail"]

    here = offset_of(anna, where)
    assert here <= 1_500_000
    assert send(anna, where, here, content[here:]).status_code == 204
    assert stored_file(site, reply.headers["homereel-video"]).read_bytes() == content


def test_a_disk_that_is_not_there_takes_nothing_and_loses_nothing(anna: Client, site: Site, tmp_path: Path) -> None:
    """R-17: with its mount point empty, the site does not begin to fill the disk below."""
    where = address(anna, 10)
    send(anna, where, 0, b"0123")
    site.paths.originals.rename(tmp_path / "unplugged")
    site.paths.incoming.mkdir(parents=True)
    for reply in (begin(anna, 10), ask(anna, where), send(anna, where, 4, b"456789")):
        assert reply.status_code == 503
    assert files_in(site.paths.originals) == []

    shutil.rmtree(site.paths.originals)
    (tmp_path / "unplugged").rename(site.paths.originals)
    assert offset_of(anna, where) == 4
    assert send(anna, where, 4, b"456789").status_code == 204


# -- already here


def test_already_here_is_said_only_of_what_one_may_see(anna: Client, ben: Client, site: Site, tmp_path: Path) -> None:
    content = os.urandom(5000)
    (tmp_path / "film").write_bytes(content)
    for privacy, seen_by_ben in (("private", []), ("unlisted", []), ("members", ["mine"])):
        public_id = begin(anna, 5000, title="mine", privacy=privacy, body=content, headers=BODY).headers["homereel-video"]
        video = video_of(site, public_id)
        assert video is not None
        with site.write() as session:
            videos.begin_processing(session, video.id)
            videos.mark_playable(session, video.id, now=site.now())
        told = ben.get("/api/v1/uploads-twins", params={"fingerprint": fingerprint(tmp_path / "film")}).json()["items"]
        assert [twin["title"] for twin in told] == seen_by_ben
    assert len(anna.get("/api/v1/uploads-twins", params={"fingerprint": fingerprint(tmp_path / "film")}).json()["items"]) == 3


def test_the_last_answer_says_that_a_film_seems_to_be_here_already(anna: Client, ben: Client) -> None:
    content = os.urandom(5000)
    first = begin(anna, 5000, title="Lea’s film", privacy="private", body=content, headers=BODY)
    assert "homereel-already" not in first.headers

    by_ben = begin(ben, 5000, body=content, headers=BODY)
    assert "homereel-already" not in by_ben.headers
    where = address(anna, 5000)
    again = send(anna, where, 0, content)
    assert again.headers["homereel-already"] == f"{first.headers['homereel-video']} Lea%E2%80%99s%20film"
