"""RELIABILITY R-38: every mismatch is found, nothing else is, nothing changes unless asked, and mending twice is mending once."""

import hashlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import Session, select, text

from app.errors import Conflict, Unavailable
from app.ids import new_public_id
from app.ingest.models import Upload
from app.ingest.volume import require_volume
from app.jobs import Job
from app.ops.commands import check
from app.ops.defects import Defect, find_defects
from app.ops.repairs import repair
from app.search.keeper import Keeper
from app.site import Site
from app.storage.marker import NAME as MARKER
from app.videos.models import Original, Rendition, Video
from tests.search.conftest import Add, add

__all__ = ["add"]
Film = Callable[..., Video]


@pytest.fixture
def film(site: Site, add: Add) -> Film:
    """A video with its file, a picture and one packed version, all as they should be."""

    def put(title: str, **values: object) -> Video:
        video = add(title, thumbnail="v1", **values)
        place = site.paths.originals / "anna" / "2026" / f"{title}.mp4"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(title.encode() * 10)
        with site.write() as session:
            original = Original(path=f"anna/2026/{title}.mp4", size=len(title) * 10, created_at=site.now())
            session.add(original)
            session.flush()
            session.add(Rendition(original_id=original.id, name="480", kind="video", packed=True, segments=1, ready=1))
            row = session.get(Video, video.id)
            assert row is not None
            row.original_id = original.id
        folder = site.paths.renditions / original.id
        folder.mkdir(parents=True)
        for name, data in {"thumbnail.webp": b"x", "480.mp4": b"x", "480.json": b'{"init":1,"places":[]}'}.items():
            (folder / name).write_bytes(data)
        with site.read() as session:
            found = session.get(Video, video.id)
            assert found is not None
            return found

    return put


@pytest.fixture
def sound(site: Site, film: Film) -> Site:
    """A site of three films in which everything agrees."""
    require_volume(site)
    for title in ("One", "Two", "Three"):
        film(title)
    site.part(Keeper).rebuild()
    return site


def kinds(site: Site) -> dict[str, int]:
    return dict(Counter(defect.kind for defect in find_defects(site)))


def state_of(site: Site) -> dict[str, str]:
    """Every file with its hash, and what the database says."""
    files = {
        str(path.relative_to(site.paths.data)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in site.paths.data.rglob("*")
        if path.is_file() and not path.name.startswith(("site.db", ".tantivy"))
    }
    with site.read() as session:
        tables = session.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
        return files | {table: repr(session.execute(text(f'SELECT * FROM "{table}"')).all()) for table in tables}


def nth(session: Session, number: int) -> tuple[Video, Original]:
    video = session.exec(select(Video).order_by(Video.id)).all()[number]
    original = session.get(Original, video.original_id)
    assert original is not None
    return video, original


def plant_everything(site: Site, film: Film) -> dict[str, int]:
    """Two dozen defects of every kind that can be mended."""
    originals, renditions = site.paths.originals, site.paths.renditions
    with site.write() as session:
        (_, gone), (_, back), (picture, versioned) = nth(session, 0), nth(session, 1), nth(session, 2)
        back.missing = True
        (originals / gone.path).unlink()
        (renditions / (picture.original_id or "") / "thumbnail.webp").unlink()
        (renditions / versioned.id / "480.json").unlink()
    for name in ("loose.mp4", "anna/2026/.half.mp4.part", "ben/2025/other.mkv"):
        (originals / name).parent.mkdir(parents=True, exist_ok=True)
        (originals / name).write_bytes(b"who knows")
    (site.paths.incoming / new_public_id()).write_bytes(b"a stray upload")
    for name in ("0nobody", "0none"):
        (renditions / name).mkdir()
        (renditions / name / "480.mp4").write_bytes(b"x")
    stuck = [film("Queued", state="queued", playable=False), film("Half done", state="processing")]
    unused = film("Unused")
    with site.write() as session:
        row = session.get(Video, unused.id)
        assert row is not None
        row.original_id = None
        row.state = "uploading"
        session.add(_upload(site, unused, received=5))
        empty = Video(owner_id=unused.owner_id, channel_id=unused.channel_id, title="Empty", created_at=site.now())
        session.add(empty)
        first = nth(session, 0)[0]
        first.title = "Changed behind the index"
    assert stuck
    return {
        "gone": 1, "back": 1, "picture": 1, "version": 1, "stray": 4, "leftover": 2, "forgotten": 2, "unused": 1, "upload": 1, "empty": 1,
        "entry": 5,
    }  # fmt: skip


def _upload(site: Site, video: Video, *, received: int) -> Upload:
    now = site.now()
    return Upload(owner_id=video.owner_id, video_id=video.id, length=10, received=received, created_at=now, expires_at="9")


def test_where_everything_agrees_nothing_is_found(sound: Site) -> None:
    assert find_defects(sound) == []
    said: list[str] = []
    check(sound, {"repair": False}, said.append)
    assert said == ["Database, disk and search index agree."]


def test_every_defect_is_found_and_nothing_changes_unless_asked(sound: Site, film: Film) -> None:
    planted = plant_everything(sound, film)
    before = state_of(sound)
    assert kinds(sound) == planted
    with pytest.raises(Conflict, match="do not fit together"):
        check(sound, {"repair": False}, [].append)
    assert state_of(sound) == before


def test_what_can_be_mended_is_mended_and_nothing_is_lost(sound: Site, film: Film) -> None:
    plant_everything(sound, film)
    check(sound, {"repair": True}, [].append)
    sound.part(Keeper)._apply()
    assert kinds(sound) == {}
    aside = {path.read_bytes() for path in sound.paths.quarantine.iterdir()}
    assert aside == {b"who knows", b"a stray upload", b"Unused" * 10}
    with sound.read() as session:
        work = {(job.kind, job.subject) for job in session.exec(select(Job))}
        assert {kind for kind, _ in work} == {"make_pictures", "make_renditions"}
        assert nth(session, 0)[1].missing


def test_mending_twice_is_mending_once(sound: Site, film: Film) -> None:
    plant_everything(sound, film)
    found = find_defects(sound)
    for defect in found:
        repair(sound, defect)
    between = state_of(sound)
    for defect in found:
        repair(sound, defect)
    after = state_of(sound)
    assert {key for key in after if after[key] != between.get(key)} <= {"outbox"}  # told twice is told once
    sound.part(Keeper)._apply()
    assert kinds(sound) == {}


def test_damage_that_cannot_be_mended_is_named_and_left(sound: Site) -> None:
    with sound.write() as session:
        _, original = nth(session, 1)
        path = sound.paths.originals / original.path
    path.write_bytes(b"short")
    assert [defect.kind for defect in find_defects(sound)] == ["size"]
    said: list[str] = []
    with pytest.raises(Conflict, match="could not be mended"):
        check(sound, {"repair": True}, said.append)
    assert str(path) in said[0]
    assert path.read_bytes() == b"short"
    assert not repair(sound, Defect("size", original.id, ""))


def test_a_disk_that_is_not_there_is_no_heap_of_missing_films(sound: Site) -> None:
    (sound.paths.originals / MARKER).rename(sound.paths.data / "elsewhere")
    with pytest.raises(Unavailable, match="disk that holds the videos"):
        check(sound, {"repair": True}, [].append)
    with sound.read() as session:
        assert not any(original.missing for original in session.exec(select(Original)))


def test_a_missing_index_is_made_anew(site: Site, film: Film) -> None:
    film("One")
    assert kinds(site) == {"index": 1}
    check(site, {"repair": True}, [].append)
    assert kinds(site) == {}


def test_work_that_is_noted_is_not_forgotten(sound: Site, film: Film) -> None:
    video = film("Queued", state="queued", playable=False)
    sound.part(Keeper).rebuild()
    assert kinds(sound) == {"forgotten": 1}
    with sound.write() as session:
        session.add(Job(kind="open_film", subject=video.id, created_at=sound.now()))
    assert kinds(sound) == {}


def test_files_in_the_inbox_and_the_quarantine_are_nobodys_business(sound: Site, tmp_path: Path) -> None:
    (sound.paths.inbox / "new.mp4").write_bytes(b"x")
    sound.paths.quarantine.mkdir(exist_ok=True)
    (sound.paths.quarantine / "old.mp4").write_bytes(b"x")
    assert find_defects(sound) == []


def test_what_came_since_it_was_looked_for_stays_where_it_is(sound: Site) -> None:
    loose, half = sound.paths.originals / "anna/2026/loose.mp4", sound.paths.incoming / new_public_id()
    loose.write_bytes(b"who knows")
    half.write_bytes(b"on its way")
    with sound.write() as session:
        unused = Original(path="anna/2026/unused.mp4", size=6, created_at=sound.now())
        session.add(unused)
    (sound.paths.originals / unused.path).write_bytes(b"unused")
    (sound.paths.renditions / "0late").mkdir()
    found = find_defects(sound)

    with sound.write() as session:
        video, _ = nth(session, 0)
        session.add(Original(id="0late", path="anna/2026/loose.mp4", size=9, created_at=sound.now()))
        coming = _upload(sound, video, received=10)
        coming.public_id = half.name
        session.add(coming)
        session.flush()
        session.add(
            Video(owner_id=video.owner_id, channel_id=video.channel_id, title="Late", original_id=unused.id, created_at=sound.now())
        )
    for defect in found:
        repair(sound, defect)

    assert {defect.kind for defect in found} == {"stray", "leftover", "unused"}
    assert loose.is_file()
    assert half.is_file()
    assert (sound.paths.originals / unused.path).is_file()
    assert (sound.paths.renditions / "0late").is_dir()
