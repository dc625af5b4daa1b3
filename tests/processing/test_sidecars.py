"""What is known of a film stands beside it for other programs, where the keeper wants that."""

import json
from pathlib import Path
from xml.etree import ElementTree

from app.ingest.sidecars.said import from_info_json, from_nfo
from app.processing.films import source_of
from app.site import Site
from app.videos import service
from tests.conftest import settle
from tests.processing.conftest import Films


def _wanting(films: Films, *kinds: str) -> Site:
    films.site.settings = films.site.settings.model_copy(update={"write_sidecars": kinds})
    return films.site


def _film(films: Films, video_id: str) -> Path:
    return source_of(films.site, films.original(films.video(video_id)))


def test_nothing_is_written_unless_the_keeper_wants_it(films: Films) -> None:
    film = _film(films, films.add("no-audio.mp4"))
    settle(films.site)
    assert [path.name for path in film.parent.iterdir()] == [film.name]


def test_what_is_written_is_what_is_read_again(films: Films) -> None:
    site = _wanting(films, "nfo", "info.json")
    video_id = films.add("no-audio.mp4")
    film = _film(films, video_id)
    settle(site)
    with site.write() as session:
        change = service.VideoEdit(title="By <the> sea & wind", description="Waves", tags=["holiday"], recorded_at="2019-07-04T12:00:00Z")
        service.edit(session, video_id, change, edits=frozenset())
    settle(site)
    nfo, info = film.with_suffix(".nfo").read_bytes(), film.with_suffix(".info.json").read_bytes()
    for said in (from_nfo(nfo), from_info_json(info)):
        assert (said.title, said.description, said.tags, said.recorded_at) == ("By <the> sea & wind", "Waves", ("holiday",), "2019-07-04")
    assert ElementTree.fromstring(nfo).findtext("uniqueid") == films.video(video_id).public_id
    assert json.loads(info)["duration"] == films.video(video_id).duration


def test_a_file_of_another_program_is_never_replaced(films: Films) -> None:
    site = _wanting(films, "nfo")
    video_id = films.add("no-audio.mp4")
    theirs = _film(films, video_id).with_suffix(".nfo")
    theirs.write_text("<movie><title>theirs</title></movie>")
    settle(site)
    assert theirs.read_text() == "<movie><title>theirs</title></movie>"


def test_ours_are_no_strays_and_go_with_their_film(films: Films) -> None:
    from app.ops.defects import find_defects

    site = _wanting(films, "nfo", "info.json")
    video_id = films.add("no-audio.mp4")
    film = _film(films, video_id)
    settle(site)
    assert film.with_suffix(".nfo").exists()
    assert [each for each in find_defects(site) if each.kind == "stray"] == []
    with site.write() as session:
        service.trash(session, video_id, now=site.now())
        service.purge(session, video_id)
    settle(site)
    assert not film.parent.exists() or list(film.parent.iterdir()) == []
