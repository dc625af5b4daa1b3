import hashlib
import os
import time
from pathlib import Path

import pytest

from app.storage.digests import EDGE, Stopped, fingerprint, whole_digest


def test_the_digest_is_blake2b_of_every_byte(tmp_path: Path) -> None:
    film = tmp_path / "film"
    film.write_bytes(os.urandom(3_500_000))

    assert whole_digest(film) == hashlib.blake2b(film.read_bytes(), digest_size=32).hexdigest()


def test_a_digest_can_be_called_off(tmp_path: Path) -> None:
    film = tmp_path / "film"
    film.write_bytes(bytes(5_000_000))
    told: list[int] = []

    with pytest.raises(Stopped):
        whole_digest(film, stopped=lambda: len(told) == 2, told=told.append)
    assert told == [1 << 20, 2 << 20]


def test_a_courteous_digest_rests(tmp_path: Path) -> None:
    film = tmp_path / "film"
    film.write_bytes(bytes(64 << 20))
    began = time.process_time(), time.monotonic()
    whole_digest(film, busy_share=0.25)

    assert time.monotonic() - began[1] > 1.8 * (time.process_time() - began[0])


def test_a_fingerprint_is_what_a_browser_can_work_out(tmp_path: Path) -> None:
    film = tmp_path / "film"
    content = os.urandom(5_000_000)
    film.write_bytes(content)

    assert fingerprint(film) == f"5000000-{hashlib.sha256(content[:EDGE] + content[-EDGE:]).hexdigest()}"


@pytest.mark.parametrize("size", [0, 1, EDGE - 1, EDGE, EDGE + 1, 2 * EDGE])
def test_fingerprints_of_short_files(tmp_path: Path, size: int) -> None:
    film = tmp_path / "film"
    content = os.urandom(size)
    film.write_bytes(content)

    assert fingerprint(film) == f"{size}-{hashlib.sha256(content[:EDGE] + content[max(0, size - EDGE) :]).hexdigest()}"
