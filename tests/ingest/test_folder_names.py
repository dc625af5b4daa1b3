from pathlib import PurePosixPath

import pytest

from app.ingest.folder_names import being_fetched, folder_is_left_alone, is_temporary, why_skipped

BIG = 200_000


@pytest.mark.parametrize(
    "name",
    ["film.mkv.part", "film.mp4.crdownload", "film.mkv.!qB", "film.mkv.aria2", "x.tmp",
     "~$film.mp4", ".syncthing.film.mkv.tmp", "film.mp4.PARTIAL"],
)  # fmt: skip
def test_what_is_still_being_written_is_not_even_listed(name: str) -> None:
    assert is_temporary(name)


@pytest.mark.parametrize("name", ["film.mkv", "part.mp4", "The Temp.mp4", "a.part1.mkv"])
def test_ordinary_names_are_not_temporary(name: str) -> None:
    assert not is_temporary(name)


@pytest.mark.parametrize("beside", [".film.mkv.Xa91bQ", "film.mkv.part", "Film.MKV.aria2", ".syncthing.film.mkv.tmp"])
def test_a_file_waits_for_what_is_fetched_beside_it(beside: str) -> None:
    assert being_fetched("film.mkv", frozenset({"film.mkv", beside.lower()}))


def test_another_file_beside_it_makes_no_difference() -> None:
    assert not being_fetched("film.mkv", frozenset({"film.mkv", "other.mkv.part", ".film.mkv.jpg", "film.srt"}))


@pytest.mark.parametrize(
    ("path", "size", "why"),
    [
        ("film.mkv", BIG, ""), ("a/b/FILM.MP4", BIG, ""), (".film.mkv", BIG, "dot"), ("Thumbs.db", BIG, "system"),
        ("notes.txt", BIG, "no film"),
        ("film.srt", BIG, "no film"), ("film.mkv", 0, "empty"), ("film.mkv", 99_999, "100 kB"), ("a/sample.mkv", BIG, "sample"),
        ("a/film-sample.mkv", BIG, "sample"), ("sample.mkv", BIG, ""), ("raw/x.mkv", BIG, "pattern"), ("trailer.mp4", BIG, "pattern"),
        ("no-ending", BIG, "no film"),
    ],
)  # fmt: skip
def test_every_file_left_alone_has_a_reason(path: str, size: int, why: str) -> None:
    told = why_skipped(PurePosixPath(path), size, ["raw/*", "TRAILER.*"])

    assert told == "" if not why else why in told


@pytest.mark.parametrize("name", [".git", "@eaDir", "#recycle", ".stfolder", "$RECYCLE.BIN", "lost+found"])
def test_folders_of_the_system_are_left_alone(name: str) -> None:
    assert folder_is_left_alone(name)
