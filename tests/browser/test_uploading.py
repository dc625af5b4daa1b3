"""Sending films from a browser: many at once, edited meanwhile, cut off and gone on with."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import House, send, wait_for
from tests.media_files import clip

pytestmark = pytest.mark.browser
AtHome = Callable[..., Page]
ROW = "[data-upload-list] .file"


def slowly(page: Page, bytes_per_second: int) -> None:
    """As over a slow line: what a page sends is held back by the browser."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    conditions = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_per_second}
    devtools.send("Network.emulateNetworkConditions", conditions)


@pytest.fixture
def long_film(tmp_path: Path) -> Path:
    """Large enough to be on its way for a while: a real film, and after it room that players skip."""
    path = tmp_path / "Holiday_by the sea.mp4"
    film = clip("h264.mp4").read_bytes()
    room = 6_000_000
    path.write_bytes(film + (room + 8).to_bytes(4, "big") + b"free" + b"\0" * room)
    return path


def test_two_films_are_sent_and_can_be_watched_from_the_list(house: House, at_home: AtHome, tmp_path: Path) -> None:
    page = at_home("/upload")
    note = tmp_path / "nothing.mp4"
    note.touch()
    copy = tmp_path / "Bees in May.mp4"
    copy.write_bytes(clip("24fps.mp4").read_bytes())
    page.set_input_files("[data-files]", [clip("30fps.mp4"), copy, note])
    page.wait_for_selector(".banner:has-text('nothing.mp4') >> text=is empty")
    page.wait_for_selector(f"{ROW}:has-text('Bees in May') [data-act=watch]:visible", timeout=60000)
    page.click(f"{ROW}:has-text('Bees in May') [data-act=watch]")
    page.wait_for_selector("vid-player")

    assert page.locator("h1").inner_text() == "Bees in May"


def test_what_is_typed_is_saved_while_the_film_is_on_its_way(house: House, at_home: AtHome, long_film: Path) -> None:
    page = at_home("/upload")
    slowly(page, 600_000)
    page.set_input_files("[data-files]", [long_film])
    page.wait_for_selector(f"{ROW}:has-text('left')")
    page.fill("#f-description", "Sand in every sandwich.")
    page.check("[name=privacy][value=private]")
    page.wait_for_selector("[data-detail-saved] >> text=Saved")
    address = page.get_attribute("[data-detail-more]", "href") or ""
    found = wait_for(house.api, address.rpartition("/")[2], lambda video: video["privacy"] == "private")

    assert found["description"] == "Sand in every sandwich."
    assert found["title"] == "Holiday by the sea"
    assert found["state"] == "uploading"
    page.click(f"{ROW} [data-act=cancel]")
    page.click("dialog >> text=Stop sending")


def test_sending_goes_on_while_one_looks_at_other_pages(house: House, at_home: AtHome, long_film: Path) -> None:
    page = at_home("/upload")
    slowly(page, 2_500_000)
    page.set_input_files("[data-files]", [long_film])
    page.wait_for_selector("upload-pill.on")
    page.click("#rail >> text=Home")
    page.wait_for_selector("h1:has-text('Good')")
    page.click("upload-pill a")
    page.wait_for_selector(f"{ROW}:has-text('Holiday by the sea')")
    page.wait_for_selector(f"{ROW} .reel li:first-child.done", timeout=30000)

    assert page.locator("upload-pill.on").count() == 0


def test_a_cut_off_film_goes_on_where_it_stopped(house: House, at_home: AtHome, long_film: Path) -> None:
    page = at_home("/upload")
    page.on("dialog", lambda asked: asked.accept())
    slowly(page, 1_500_000)
    page.set_input_files("[data-files]", [long_film])
    page.wait_for_selector(f"{ROW}:has-text('left')")
    page.click(f"{ROW} [data-act=pause]")
    page.wait_for_selector(f"{ROW}:has-text('Paused')")
    page.reload()
    page.wait_for_selector(".banner:has-text('was cut off at')")
    sent: list[int] = []
    page.on("request", lambda request: sent.append(int(request.headers.get("upload-offset", "0"))) if request.method == "PATCH" else None)
    page.set_input_files("[data-files]", [long_film])
    page.wait_for_selector(f"{ROW} .reel li:first-child.done", timeout=30000)

    assert sent
    assert sent[0] > 0


def test_a_refusal_is_a_sentence(house: House, at_home: AtHome) -> None:
    page = at_home("/upload")
    full = '{"status": 507, "detail": "The shelf is full: 2 GB are free, and this film has more."}'
    page.route("**/api/v1/uploads", lambda route: route.fulfill(status=507, body=full, content_type="application/problem+json"))
    page.set_input_files("[data-files]", [clip("50fps.mp4")])

    page.wait_for_selector(f"{ROW}.refused:has-text('Not sent: The shelf is full: 2 GB are free')")


def test_a_film_dropped_on_any_page_is_taken(house: House, at_home: AtHome) -> None:
    page = at_home("/")
    page.evaluate(
        """() => {
          const files = new DataTransfer();
          files.items.add(new File([new Uint8Array(2000)], 'dropped.mp4', { type: 'video/mp4' }));
          const drag = { dataTransfer: files, bubbles: true, cancelable: true };
          for (const name of ['dragenter', 'drop']) dispatchEvent(new DragEvent(name, drag));
        }"""
    )
    page.wait_for_url("**/upload")
    page.wait_for_selector(f"{ROW}:has-text('dropped')")


def test_what_becomes_of_a_film_shows_without_asking(house: House, at_home: AtHome) -> None:
    """A page that is open when a film begins to play changes by itself."""
    page = at_home("/")
    page.wait_for_selector("html.js")
    name = send(house.api, clip("vp9.webm"), "Out of nowhere")
    page.goto(f"/w/{name}")
    page.wait_for_selector("vid-player", timeout=60000)
