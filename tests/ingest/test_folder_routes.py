"""Watched folders over the API, for administrators alone."""

from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from app.ingest.folders import Folders
from app.site import Site
from tests.ingest.folder_kit import Clock, film

Client = TestClient[Any]
FOLDERS = "/api/v1/folders"


def listed(client: Client) -> dict[str, dict[str, Any]]:
    return {Path(item["path"]).name: item for item in client.get(FOLDERS).json()["items"]}


def test_a_folder_is_added_changed_and_removed(anna: Client, tmp_path: Path) -> None:
    (tmp_path / "films").mkdir()
    added = anna.post(FOLDERS, json={"path": str(tmp_path / "films"), "mode": "in-place", "ignore": ["*.iso"]})
    assert added.status_code == 201
    assert {key: added.json()[key] for key in ("owner", "channel", "privacy", "mode", "ignore", "enabled", "inbox")} == {
        "owner": "anna", "channel": "anna", "privacy": "members", "mode": "in-place", "ignore": ["*.iso"], "enabled": True, "inbox": False,
    }  # fmt: skip

    where = f"{FOLDERS}/{added.json()['id']}"
    changed = anna.patch(where, json={"privacy": "private", "enabled": False})
    assert (changed.json()["privacy"], changed.json()["enabled"], changed.json()["mode"]) == ("private", False, "in-place")
    assert anna.post(f"{where}/sweep").status_code == 202
    assert anna.delete(where).status_code == 204
    assert set(listed(anna)) == {"inbox"}


@pytest.mark.parametrize("make", ["data", "inside", "around", "absent", "file", "relative"])
def test_a_folder_that_would_feed_itself_or_is_none_is_refused(anna: Client, site: Site, tmp_path: Path, make: str) -> None:
    (tmp_path / "file").touch()
    path = {
        "data": site.paths.data, "inside": site.paths.originals, "around": tmp_path, "absent": tmp_path / "no", "file": tmp_path / "file",
        "relative": Path("tests"),
    }[make]  # fmt: skip
    reply = anna.post(FOLDERS, json={"path": str(path)})

    assert reply.status_code == 422
    assert reply.json()["errors"]["path"]


def test_a_folder_is_not_watched_twice(anna: Client, tmp_path: Path) -> None:
    (tmp_path / "films" / "sub").mkdir(parents=True)
    assert anna.post(FOLDERS, json={"path": str(tmp_path / "films")}).status_code == 201
    for again in (tmp_path / "films", tmp_path / "films" / "sub"):
        assert anna.post(FOLDERS, json={"path": str(again)}).status_code == 422


def test_the_inbox_is_always_moved_and_never_removed(anna: Client) -> None:
    inbox = f"{FOLDERS}/{listed(anna)['inbox']['id']}"

    assert anna.patch(inbox, json={"mode": "copy"}).status_code == 422
    assert anna.delete(inbox).status_code == 422
    assert anna.patch(inbox, json={"enabled": False}).json()["enabled"] is False


@pytest.mark.parametrize("field", ["owner_id", "path", "inbox", "fault"])
def test_what_may_not_be_set_is_refused(anna: Client, field: str) -> None:
    inbox = f"{FOLDERS}/{listed(anna)['inbox']['id']}"
    assert anna.patch(inbox, json={field: "x"}).status_code in (400, 422)


def test_a_failure_is_seen_and_tried_again(anna: Client, site: Site) -> None:
    clock = Clock()
    site.provide(Folders(site, steady=clock, events=False))
    film(site.paths.inbox / "tiny.mp4", size=100)
    site.part(Folders).step()
    (entry,) = listed(anna)["inbox"]["entries"]
    assert (entry["path"], entry["state"], entry["reason"]) == ("tiny.mp4", "skipped", "It is smaller than 100 kB.")

    assert anna.post(f"{FOLDERS}/entries/{entry['id']}/retry").status_code == 202
    site.part(Folders).step()
    assert listed(anna)["inbox"]["counts"] == {"done": 1}
    assert anna.post(f"{FOLDERS}/entries/{entry['id']}/retry").status_code == 422
    assert not (site.paths.inbox / "tiny.mp4").exists()


def test_folders_are_for_administrators(ben: Client, client: Client) -> None:
    assert (ben.get(FOLDERS).status_code, client.get(FOLDERS).status_code) == (403, 401)
    assert ben.post(FOLDERS, json={"path": "/"}).status_code == 403
