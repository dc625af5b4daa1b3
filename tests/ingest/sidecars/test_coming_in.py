"""A film comes in with what lies beside it."""

import json
import os
from pathlib import Path

import pytest
from sqlmodel import select

from app.ingest.importing import import_paths
from app.ingest.models import Mode
from app.processing.captions import caption_path
from app.site import Site
from app.videos import service
from app.videos.captions import captions_of
from app.videos.chapters import Chapter, chapters_of
from app.videos.models import Video
from tests.ingest.folder_kit import MakeKit, film

SRT = "1\n00:00:01,000 --> 00:00:02,000\nHello <script>\n"


def _beside(path: Path) -> None:
    path.with_suffix(".nfo").write_text("<movie><title>By the sea</title><plot>Waves</plot><tag>holiday</tag></movie>")
    info = {
        "title": "not this",
        "upload_date": "20190704",
        "chapters": [{"start_time": 0, "title": "One"}, {"start_time": 9, "title": "Two"}],
    }
    path.with_suffix(".info.json").write_text(json.dumps(info))
    path.with_suffix(".en.forced.srt").write_text(SRT)
    path.with_suffix(".de.srt").write_text("#EXTM3U\nfile:///etc/passwd\n")


@pytest.mark.parametrize("mode", list(Mode))
def test_what_lies_beside_a_film_is_written_on_its_video(watched: MakeKit, mode: Mode) -> None:
    kit = watched(mode)
    source = film(kit.top / "IMG_2041.mp4")
    _beside(source)
    kit.pass_time()
    (video,) = kit.videos
    assert (video.title, video.title_by, video.description, video.tags) == ("By the sea", "sidecar", "Waves", "holiday")
    assert video.recorded_at[:10] == "2019-07-04"
    assert chapters_of(video, None) == [Chapter(0, "One"), Chapter(9, "Two")]
    with kit.site.read() as session:
        (caption,) = captions_of(session, [video])[video.id]
    assert (caption.language, caption.forced) == ("en", True)
    assert caption_path(kit.site, caption).read_text() == "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nHello\n"


def test_a_folder_that_is_emptied_is_emptied_of_them_too_and_they_are_kept(watched: MakeKit) -> None:
    kit = watched(Mode.MOVE)
    source = film(kit.top / "a.mp4")
    _beside(source)
    kit.pass_time()
    (video,) = kit.videos
    assert sorted(each.name for each in kit.top.iterdir()) == []
    kept = sorted(each.name for each in (kit.site.paths.sidecars / video.id).iterdir())
    assert kept == ["a.de.srt", "a.en.forced.srt", "a.info.json", "a.nfo"]


def test_a_link_beside_a_film_is_never_followed(watched: MakeKit, tmp_path: Path) -> None:
    kit = watched()
    source = film(kit.top / "a.mp4")
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret of this machine")
    (kit.top / "a.description").symlink_to(secret)
    os.mkfifo(kit.top / "a.nfo")
    kit.pass_time()
    (video,) = kit.videos
    assert video.description == ""
    assert source.exists()


def test_what_a_person_wrote_is_left_alone(claimed: Site, tmp_path: Path) -> None:
    from app.videos.sidecar import tell

    (line,) = import_paths(claimed, [film(tmp_path / "a.mp4")])
    with claimed.write() as session:
        video = session.exec(select(Video).where(Video.public_id == line.video)).one()
        change = service.VideoEdit(title="Ours", recorded_at="2001-02-03")
        service.edit(session, video.id, change, edits=frozenset())
        tell(session, video.id, title="Theirs", recorded_at="2019-07-04")
    with claimed.read() as session:
        video = session.exec(select(Video).where(Video.public_id == line.video)).one()
    assert (video.title, video.recorded_at[:10]) == ("Ours", "2001-02-03")


def test_a_folder_s_own_file_says_how_films_come_in(watched: MakeKit) -> None:
    kit = watched()
    (kit.top / ".homereel.toml").write_text('tags = ["family"]\nprivacy = "private"\nignore = ["raw*"]\n')
    (kit.top / "summer").mkdir()
    (kit.top / "summer" / ".homereel.toml").write_text('tags = ["beach"]\n')
    film(kit.top / "summer" / "a.mp4")
    film(kit.top / "summer" / "raw1.mp4")
    kit.pass_time()
    (video,) = kit.videos
    assert (video.privacy, video.tags) == ("private", "family\nbeach")
    assert kit.state("summer/raw1.mp4") == "skipped"


@pytest.mark.parametrize("text", ["channel = [", 'channel = "nobody"', "tags = 5", 'colour = "red"', 'privacy = "everybody"'])
def test_a_folder_s_file_that_cannot_be_followed_says_so_and_nothing_comes_in_wrong(watched: MakeKit, text: str) -> None:
    kit = watched()
    (kit.top / ".homereel.toml").write_text(text)
    film(kit.top / "a.mp4")
    kit.pass_time()
    assert kit.videos == []
    entry = kit.entry("a.mp4")
    assert entry is not None
    assert (entry.state, entry.reason.endswith(".")) == ("failed", True)


def test_captions_that_were_brought_go_with_their_video(watched: MakeKit) -> None:
    from tests.conftest import settle

    kit = watched()
    _beside(film(kit.top / "a.mp4"))
    kit.pass_time()
    (video,) = kit.videos
    home = kit.site.paths.captions / video.id
    assert list(home.iterdir())
    with kit.site.write() as session:
        service.trash(session, video.id, now=kit.site.now())
        service.purge(session, video.id)
    settle(kit.site)
    assert not home.exists()
