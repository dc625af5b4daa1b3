"""`homereel import`, without its command line."""

from pathlib import Path

import pytest

from app.errors import Invalid
from app.ingest.importing import ImportLine, import_paths
from app.ingest.models import Mode
from app.site import Site
from tests.ingest.folder_kit import film
from tests.ingest.tus_client import files_in, video_of


def run(site: Site, *paths: Path, **how: object) -> list[ImportLine]:
    return list(import_paths(site, paths, **how))  # type: ignore[arg-type]


def test_a_folder_is_imported_one_line_a_file(claimed: Site, tmp_path: Path) -> None:
    film(tmp_path / "in" / "a.mp4")
    film(tmp_path / "in" / "sub" / "b.mkv")
    film(tmp_path / "in" / "notes.txt")
    film(tmp_path / "in" / "c.mp4.part")
    lines = run(claimed, tmp_path / "in")

    assert [(Path(line.path).name, line.state, line.done, line.of) for line in lines] == [
        ("a.mp4", "imported", 1, 4),
        ("c.mp4.part", "skipped", 2, 4),
        ("notes.txt", "skipped", 3, 4),
        ("b.mkv", "imported", 4, 4),
    ]
    assert lines[2].reason == "By its name it is no film."
    assert len(files_in(tmp_path / "in")) == 4


@pytest.mark.parametrize("mode", list(Mode))
def test_each_mode_does_what_it_says(claimed: Site, tmp_path: Path, mode: Mode) -> None:
    source = film(tmp_path / "a.mp4")
    (line,) = run(claimed, source, mode=mode, privacy="private")
    video = video_of(claimed, line.video)

    assert video is not None
    assert (line.state, video.privacy, video.state) == ("imported", "private", "queued")
    assert source.exists() is (mode is not Mode.MOVE)
    assert len([path for path in files_in(claimed.paths.originals) if path.suffix == ".mp4"]) == (0 if mode is Mode.IN_PLACE else 1)


def test_importing_again_finds_everything_already_here(claimed: Site, tmp_path: Path) -> None:
    film(tmp_path / "in" / "a.mp4")
    (first,), (again,) = run(claimed, tmp_path / "in"), run(claimed, tmp_path / "in")

    assert (again.state, again.video) == ("already", first.video)


def test_a_file_that_is_named_is_taken_whatever_it_is_called(claimed: Site, tmp_path: Path) -> None:
    assert run(claimed, film(tmp_path / "film without ending", size=10))[0].state == "imported"


def test_what_cannot_be_imported_is_said_and_the_rest_goes_on(claimed: Site, tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    lines = run(claimed, tmp_path / "absent.mp4", tmp_path / "empty.mp4", film(tmp_path / "good.mp4"))

    assert [(line.state, line.failed) for line in lines] == [("failed", True), ("failed", True), ("imported", False)]
    assert lines[0].reason == "There is no such file."
    assert "empty" in lines[1].reason


def test_an_unknown_channel_is_one_sentence(claimed: Site, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no channel “nobody”"):
        run(claimed, film(tmp_path / "a.mp4"), channel="nobody")


def test_a_command_line_takes_the_same_way(claimed: Site, tmp_path: Path) -> None:
    import subprocess
    import sys

    claimed.database.close()
    film(tmp_path / "a.mp4")
    done = subprocess.run(
        [sys.executable, "-m", "app", "import", str(tmp_path / "a.mp4"), "--data", str(claimed.paths.data), "--mode", "copy"],
        capture_output=True, text=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert len(done.stdout.strip().splitlines()) == 1
    assert "a.mp4" in done.stdout
