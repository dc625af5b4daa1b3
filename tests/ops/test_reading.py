"""`check --read` finds what the disk does not give back, and has made again what can be (RELIABILITY R-16)."""

from pathlib import Path

import pytest

from app.errors import Conflict
from app.media.packing import packed_path
from app.ops.commands import check
from app.ops.defects import Defect
from app.ops.reading import find_unreadable
from app.ops.repairs import repair
from app.processing.films import source_of
from app.site import Site
from app.videos.models import Video
from tests.conftest import settle
from tests.processing.conftest import Films

BAD_SECTOR = Path("/proc/self/mem")  # nothing lies at its beginning: whoever reads there is told of an error of the disk


@pytest.fixture
def films(claimed: Site) -> Films:
    return Films(claimed)


@pytest.fixture
def film(films: Films) -> Video:
    return films.whole("h264.mp4")


def spoil(path: Path) -> None:
    path.unlink()
    path.symlink_to(BAD_SECTOR)


def found(films: Films) -> list[Defect]:
    return list(find_unreadable(films.site))


def test_where_all_can_be_read_nothing_is_found(films: Films, film: Video) -> None:
    assert films.original(film).digest
    assert found(films) == []


@pytest.mark.skipif(not BAD_SECTOR.exists(), reason="only Linux has a file that fails so")
def test_a_film_that_cannot_be_read_is_named_and_left(films: Films, film: Video) -> None:
    path = source_of(films.site, films.original(film))
    spoil(path)

    assert [(each.kind, each.plan) for each in found(films)] == [("unreadable", "")]

    said: list[str] = []
    with pytest.raises(Conflict, match="could not be mended"):
        check(films.site, {"repair": True, "read": True}, said.append)
    assert any(str(path) in line and film.title in line and "Input/output error" in line for line in said)
    assert path.is_symlink()


def test_bytes_that_changed_are_named(films: Films, film: Video) -> None:
    path = source_of(films.site, films.original(film))
    content = bytearray(path.read_bytes())
    content[-100] ^= 1
    path.write_bytes(content)

    assert [each.kind for each in found(films)] == ["changed"]


@pytest.mark.skipif(not BAD_SECTOR.exists(), reason="only Linux has a file that fails so")
def test_a_version_that_cannot_be_read_is_thrown_away_and_made_again(films: Films, film: Video) -> None:
    version = next(each for each in films.renditions(film) if each.packed)
    path = packed_path(films.folder(film), version.name)
    spoil(path)
    (defect,) = found(films)
    assert (defect.kind, defect.subject) == ("spoiled", version.id)

    assert repair(films.site, defect)
    settle(films.site)

    assert found(films) == []
    assert path.is_file()
    assert not path.is_symlink()
    assert next(each for each in films.renditions(film) if each.id == version.id).packed
