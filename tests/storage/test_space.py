"""RELIABILITY R-12 and R-15: refused before it is too late, and told in words."""

import errno
from pathlib import Path

import pytest

from app.errors import NoSpace, TooLarge, Unavailable
from app.storage.space import GB, Reserve, Room, disk_errors, human_size, missing_room, require_quota, require_room

HUGE = 10**18


@pytest.mark.parametrize(
    ("total", "kept"),
    [(10 * GB, 2 * GB), (40 * GB, 2 * GB), (100 * GB, 5 * GB), (1000 * GB, 50 * GB)],
)
def test_the_reserve_is_two_gigabytes_or_a_twentieth(total: int, kept: int) -> None:
    assert Reserve().of(total) == kept
    assert Reserve.set_to(-1) == Reserve()
    assert Reserve.set_to(5).of(total) == 5


def test_what_running_uploads_were_promised_counts_as_taken() -> None:
    room = Room(total=40 * GB, free=10 * GB)

    assert missing_room(room, needed=4 * GB, promised=4 * GB, reserve=Reserve()) == 0
    assert missing_room(room, needed=4 * GB, promised=5 * GB, reserve=Reserve()) == 1 * GB


def test_a_refusal_says_what_is_full_and_how_much_is_needed(tmp_path: Path) -> None:
    with pytest.raises(NoSpace, match=r"needs 1000000 TB and .* are free\. Another .* must be freed"):
        require_room(tmp_path / "not" / "made" / "yet", HUGE, reserve=Reserve())
    require_room(tmp_path, 1, reserve=Reserve(floor=0, share=0))


def test_a_quota_counts_what_is_stored_and_what_is_on_its_way() -> None:
    require_quota(limit=None, used=HUGE, promised=HUGE, needed=HUGE)
    require_quota(limit=10 * GB, used=4 * GB, promised=3 * GB, needed=3 * GB)
    with pytest.raises(TooLarge, match=r"needs 3\.0 GB, and 2\.0 GB of your 10\.0 GB are left"):
        require_quota(limit=10 * GB, used=4 * GB, promised=4 * GB, needed=3 * GB)


@pytest.mark.parametrize(
    ("number", "told"),
    [(errno.ENOSPC, NoSpace), (errno.EDQUOT, NoSpace), (errno.EIO, Unavailable), (errno.EROFS, Unavailable), (errno.ESTALE, Unavailable)],
)
def test_what_a_disk_answers_becomes_a_sentence(tmp_path: Path, number: int, told: type[Exception]) -> None:
    with pytest.raises(told, match="disk"), disk_errors(tmp_path):
        raise OSError(number, "no")


def test_other_faults_pass(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), disk_errors(tmp_path):
        (tmp_path / "absent").open()


def test_a_really_full_disk_is_told_as_one() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full here")
    with pytest.raises(NoSpace), disk_errors(full), full.open("wb", buffering=0) as file:
        file.write(b"x")


def test_sizes_read_well() -> None:
    assert [human_size(n) for n in (0, 999, 1500, 4_200_000_000, 123_000_000)] == ["0 bytes", "999 bytes", "1.5 kB", "4.2 GB", "123 MB"]
