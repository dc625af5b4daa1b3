"""The page of a film's versions, and the keeper's page of what takes room; both work without scripts."""

from typing import Any

import pytest
from litestar.testing import TestClient
from sqlmodel import select

from app.http.viewer import Role
from app.media.packing import packed_path
from app.videos.models import Original, Video
from tests.conftest import AsUser, settle
from tests.processing.conftest import Films


@pytest.fixture
def owner(as_user: AsUser) -> TestClient[Any]:
    return as_user("anna", Role.OWNER)


FORM = {"Origin": "http://homereel.lan", "content-type": "application/x-www-form-urlencoded"}


def _post(client: TestClient[Any], path: str, body: str = "") -> Any:
    return client.post(path, content=body, headers=FORM, follow_redirects=False)


def test_an_owner_sees_drops_and_gets_back_a_version(films: Films, owner: TestClient[Any]) -> None:
    video = films.whole("no-audio.mp4")
    page = f"/studio/v/{video.public_id}/versions"
    (row,) = films.renditions(video)
    assert f"{row.height}p" in owner.get(page).text
    assert _post(owner, f"{page}/{row.name}/drop").status_code == 303
    assert not packed_path(films.folder(video), row.name).exists()
    assert "Make again" in owner.get(page).text
    assert _post(owner, f"{page}/{row.name}/again").status_code == 303
    settle(films.site)
    assert packed_path(films.folder(video), row.name).exists()
    assert owner.delete(f"/api/v1/videos/{video.public_id}/renditions/{row.name}", headers=FORM).status_code == 204
    told = owner.get(f"/api/v1/videos/{video.public_id}").json()["renditions"]
    assert [(each["name"], each["dropped"], each["ready"]) for each in told] == [(row.name, True, 0)]
    assert _post(owner, f"{page}/nothing/drop").status_code == 404


def test_other_settings_make_other_versions(films: Films, owner: TestClient[Any]) -> None:
    video = films.whole("hevc10.mkv")
    before = {row.name for row in films.renditions(video)}
    page = f"/studio/v/{video.public_id}/versions"
    assert _post(owner, page, "quality=fine&highest=240&loudness=off").status_code == 303
    settle(films.site)
    rows = films.renditions(video)
    assert {row.height for row in rows if row.kind == "video"} == {240}
    assert all(row.packed for row in rows)
    assert {row.name for row in rows} != before
    assert films.video(video.id).state == "ready"
    wrong = _post(owner, page, "quality=best&highest=240&loudness=off")
    assert (wrong.status_code, "cannot be chosen" in wrong.text) == (422, True)
    assert (
        owner.put(f"/api/v1/videos/{video.public_id}/choices", json={"quality": "small"}, headers={"Origin": FORM["Origin"]}).status_code
        == 204
    )


def test_the_keeper_sees_what_takes_room_and_makes_some(films: Films, owner: TestClient[Any]) -> None:
    video = films.whole("no-audio.mp4")
    with films.site.write() as session:
        session.exec(select(Video)).one().published_at = "2020-01-01T00:00:00.000Z"
    assert video.title in owner.get("/admin/storage").text
    assert "1 version of 1 film would go" in owner.get("/admin/storage?free=0,5").text
    assert owner.get("/admin/storage?free=lots").status_code == 422
    reply = _post(owner, "/admin/storage/free", "gigabytes=0.5")
    assert "are free again" in owner.get(reply.headers["location"]).text
    assert all(row.dropped for row in films.renditions(video))
    with films.site.read() as session:
        assert (films.site.paths.originals / session.exec(select(Original)).one().path).exists()


def test_the_budget_is_set_on_the_page_and_counts_at_once(films: Films, owner: TestClient[Any]) -> None:
    assert _post(owner, "/admin/storage/budget", "gigabytes=-3").status_code == 422
    assert _post(owner, "/admin/storage/budget", "gigabytes=2,5").status_code == 303
    with films.site.read() as session:
        assert films.site.value(session, "renditions_max") == 2_500_000_000
    assert 'value="2.5"' in owner.get("/admin/storage").text
    assert _post(owner, "/admin/storage/budget", "gigabytes=").status_code == 303
    with films.site.read() as session:
        assert films.site.value(session, "renditions_max") == 0
