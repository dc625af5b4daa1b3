"""The page of the watched folders, which works without scripts."""

from pathlib import Path
from typing import Any

from litestar.testing import TestClient

from app.ingest.folder_views import FolderOut, folder_list
from app.ingest.folders import Folders
from app.site import Site
from tests.ingest.folder_kit import Clock, film

Client = TestClient[Any]
PAGE = "/admin/folders"


def added(anna: Client, site: Site, path: Path) -> FolderOut:
    """Watch a folder by the form, in the first channel that it offers."""
    text = anna.get(PAGE).text
    channel = text[text.index('name="channel"') :].split('value="')[1].split('"')[0]
    reply = anna.post(PAGE, data={"path": str(path), "mode": "in-place", "channel": channel, "privacy": "members"}, follow_redirects=False)
    assert reply.status_code == 303, reply.text
    return folder_list(site).items[-1]


def test_a_folder_is_watched_and_let_go_by_forms(anna: Client, site: Site, tmp_path: Path) -> None:
    (tmp_path / "films").mkdir()
    folder = added(anna, site, tmp_path / "films")
    assert "They stay where they are" in anna.get(PAGE).text
    assert folder.mode == "in-place"

    assert anna.post(f"{PAGE}/{folder.id}/look", follow_redirects=False).status_code == 303
    assert anna.post(f"{PAGE}/{folder.id}/remove", follow_redirects=False).status_code == 303
    assert [each.inbox for each in folder_list(site).items] == [True]


def test_a_folder_that_is_none_is_refused_beside_its_field(anna: Client, tmp_path: Path) -> None:
    for path in (str(tmp_path / "no"), "relative", "/with\0zero", ""):
        reply = anna.post(PAGE, data={"path": path, "mode": "in-place", "channel": "x"})
        assert reply.status_code == 422
        assert 'id="e-path"' in reply.text


def test_what_was_left_alone_can_be_brought_in_after_all(anna: Client, site: Site) -> None:
    site.provide(Folders(site, steady=Clock(), events=False))
    film(site.paths.inbox / "tiny.mp4", size=100)
    site.part(Folders).step()
    (inbox,) = folder_list(site).items
    text = anna.get(PAGE).text
    assert "It is smaller than 100 kB." in text
    assert "One file was left alone." in text

    anna.post(f"{PAGE}/{inbox.id}/retry", data={"failure": inbox.entries[0].id})
    site.part(Folders).step()
    assert folder_list(site).items[0].counts == {"done": 1}
    assert "One film came from here" in anna.get(PAGE).text


def test_the_page_is_there_for_administrators_alone(ben: Client) -> None:
    assert ben.get(PAGE).status_code == 404
    assert ben.post(PAGE, data={"path": "/"}).status_code == 404
