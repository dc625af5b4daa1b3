"""R-34: an ffmpeg that is missing, too old, hangs, crashes, floods stderr, says nothing or cannot be run: the job fails with the reason,
nothing is published, and the site answers all the while."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from litestar.testing import TestClient
from sqlmodel import col, update

from app.accounts.cookies import PLAIN
from app.main import build_asgi, build_site
from app.media.ffmpegs import Choice
from app.media.runs import RunManager
from app.queue import Job
from app.settings import Settings
from app.site import Site
from tests.conftest import browser, token_of
from tests.media_files import ffmpeg
from tests.processing.conftest import Films
from tests.reliability import aftermath

FILM = "mpeg2.mpg"  # no browser plays it as it is
ANSWERS = (
    f"""case "$*" in *-version*|*coders*|*-filters*|*-muxers*|*one.ivf*) exec {ffmpeg()} "$@";; esac"""  # it gives itself out as whole
)
AT_WORK = {
    "hangs": "exec /bin/sleep 60",
    "crashes": "kill -SEGV $$",
    "spews": "exec /usr/bin/head -c 1000000000 /dev/zero >&2",
    "says nothing": "exit 0",
    "cannot be run": "exit 127",
}
AT_START = {
    "is missing": (None, "No ffmpeg that can do the work was found."),
    "is too old": ("echo 'ffmpeg version 4.4.6 Copyright (c) 2000-2021'; echo ' V....D libx264 x'", "version 5.1 or newer"),
}


@pytest.fixture
def site_with(data: Path, claimed_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str | None], Site]:
    """A claimed site on a machine whose only ffmpeg is this script; None: there is none at all."""
    made: list[Site] = []

    def build(script: str | None) -> Site:
        program = tmp_path / "bin" / "ffmpeg"
        program.parent.mkdir()
        if script is not None:
            program.write_text(f"#!/bin/sh\n{script}\n")
            program.chmod(0o755)
        monkeypatch.setenv("PATH", str(program.parent))
        monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(program))  # the embedded one is this one too
        (data / "ffmpeg.json").unlink(missing_ok=True)
        made.append(build_site(Settings(data=data)))
        return made[-1]

    yield build  # type: ignore[misc]
    for site in made:
        site.database.close()


@pytest.fixture
def data(claimed_data: Path, tmp_path: Path) -> Path:
    import shutil

    return Path(shutil.copytree(claimed_data, tmp_path / "data"))


def work_through(films: Films) -> None:
    """Open the films, and again what is tried again later, as if that time had passed."""
    site = films.site
    for _ in range(4):
        site.bus.drain()
        films.run("open_film")
        site.bus.drain()
        with site.write() as session:
            session.exec(update(Job).where(col(Job.state) == "waiting").values(not_before=""))


def while_working(films: Films, client: TestClient) -> int:
    """Do all the work; how many pages were answered meanwhile."""
    worker = threading.Thread(target=work_through, args=(films,))
    worker.start()
    answered = 0
    while worker.is_alive():
        assert client.get("/").status_code == 200
        answered += 1
        worker.join(0.1)
    return answered


@pytest.mark.parametrize("fake", AT_WORK)
def test_an_ffmpeg_that_fails_at_work_fails_the_film_with_a_reason_and_nothing_more(
    site_with: Callable[[str | None], Site], monkeypatch: pytest.MonkeyPatch, fake: str
) -> None:
    monkeypatch.setattr("app.media.run._STALL", 0.05)
    site = site_with(f"{ANSWERS}\n{AT_WORK[fake]}")
    films = Films(site)
    assert site.part(Choice).chosen is not None
    client = browser(build_asgi(site))
    client.cookies.set(PLAIN, token_of(site, "anna"))
    video_id = films.add(FILM)

    assert while_working(films, client) >= 1

    video = films.video(video_id)
    assert (video.state, video.playable) == ("failed", False)
    assert "ffmpeg" in video.reason or "could not be made" in video.reason
    assert video.reason.endswith(".")
    assert list(films.folder(video).rglob("*.m4s")) == []
    assert films.jobs()["open_film"] == "failed"
    site.part(RunManager).close()
    aftermath.until_childless(site.paths.data)


@pytest.mark.parametrize("fake", AT_START)
def test_an_ffmpeg_that_cannot_do_the_work_is_named_and_the_site_runs_without_it(
    site_with: Callable[[str | None], Site], fake: str
) -> None:
    script, sentence = AT_START[fake]
    site = site_with(script)
    films = Films(site)
    client = browser(build_asgi(site))
    client.cookies.set(PLAIN, token_of(site, "anna"))
    choice = site.part(Choice)
    assert choice.chosen is None
    assert sentence in choice.reason
    broken, plain = films.add(FILM), films.add("h264.mp4")

    assert while_working(films, client) >= 1

    assert (films.video(broken).state, films.video(broken).playable) == ("failed", False)
    assert "ffmpeg could not be started" in films.video(broken).reason
    assert films.video(plain).playable  # every browser plays the file itself
