"""The form without JavaScript."""

from typing import Any

import pytest
from litestar.testing import TestClient

from app.http.viewer import Role
from app.site import Site
from tests.conftest import AsUser
from tests.ingest.tus_client import files_in, stored_file, video_of

Client = TestClient[Any]
BEGUN = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a.mp4"\r\n\r\nabc'


def test_a_form_becomes_a_video(anna: Client, site: Site) -> None:
    content = bytes(range(256)) * 20_000
    reply = anna.post(
        "/upload",
        data={"title": "Beach", "privacy": "private"},
        files={"file": ("../../IMG_1.MOV", content, "video/quicktime")},
        follow_redirects=False,
    )
    public_id = reply.headers["location"].removeprefix("/w/")
    video = video_of(site, public_id)

    assert reply.status_code == 303
    assert video is not None
    assert (video.title, video.privacy, video.state, video.filename) == ("Beach", "private", "queued", "IMG_1.MOV")
    assert stored_file(site, public_id).read_bytes() == content
    assert files_in(site.paths.incoming) == []


def test_several_files_lead_to_the_studio(anna: Client, site: Site) -> None:
    files = [("file", (f"{n}.mp4", bytes([n]) * 100, "video/mp4")) for n in range(3)]
    reply = anna.post("/upload", files=files, follow_redirects=False)

    assert (reply.status_code, reply.headers["location"]) == (303, "/studio")
    assert len([path for path in files_in(site.paths.originals) if path.suffix == ".mp4"]) == 3


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"file": ("empty.mp4", b"", "video/mp4")}, "empty"),
        ({"file": ("cat.jpg", b"x", "image/jpeg")}, "picture"),
        ({"other": (None, "x")}, "Choose a file"),
        ({"file": ("", b"", "application/octet-stream")}, "Choose a file"),  # a file field that was left empty
    ],
)
def test_a_form_without_a_film_is_refused(anna: Client, site: Site, files: dict[str, Any], said: str) -> None:
    reply = anna.post("/upload", data={"title": "x"}, files=files, headers={"Accept": "application/json"})

    assert reply.status_code == 422
    assert said in reply.json()["detail"]
    assert [path for path in files_in(site.paths.originals) if path.name != ".homereel"] == []


@pytest.mark.parametrize(
    "body", [b"", b"--x\r\n", b'--x\r\nContent-Disposition: form-data; name="f"; filename="a.mp4"\r\n\r\nabc', b"rubbish"]
)
def test_a_form_that_is_cut_off_leaves_nothing(anna: Client, site: Site, body: bytes) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x", "Accept": "application/json"}
    reply = anna.post("/upload", content=body, headers=headers)

    assert reply.status_code in (400, 422)
    assert [path for path in files_in(site.paths.originals) if path.name != ".homereel"] == []


def test_the_form_is_for_those_who_may_add_videos(client: Client, as_user: AsUser) -> None:
    files = {"file": ("a.mp4", b"x", "video/mp4")}

    assert client.post("/upload", files=files, follow_redirects=False).headers["location"].startswith("/login")
    assert as_user("mia", Role.MEMBER).post("/upload", files=files, headers={"Accept": "application/json"}).status_code == 403


def test_a_page_of_another_site_cannot_send_the_form(anna: Client) -> None:
    anna.headers["origin"] = "https://evil.example"
    assert anna.post("/upload", files={"file": ("a.mp4", b"x", "video/mp4")}, headers={"Accept": "application/json"}).status_code == 403
