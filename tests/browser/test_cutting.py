"""A film that is shown in part plays through its joints as one film; the page that cuts it, by mouse and by keys."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Route

from tests.browser.conftest import House, axe, overflow, send, wait_for
from tests.media_files import clip

pytestmark = pytest.mark.browser
AtHome = Callable[..., Page]
VIDEO = "document.querySelector('vid-player video')"
FILM = "document.querySelector('[data-cut-film]')"
KEEP = [[0.7, 2.3], [3.1, 5.0], [9.4, 11.2]]
LENGTH = 5.3
WATCH = f"""() => {{
  const video = {VIDEO}; window.seen = {{ times: [], frames: [], waits: 0, ended: false }};
  const tick = () => {{ seen.times.push(video.currentTime); if (!video.ended) requestAnimationFrame(tick); }};
  const frame = (_, about) => {{ seen.frames.push(about.mediaTime); video.requestVideoFrameCallback(frame); }};
  video.requestVideoFrameCallback(frame); requestAnimationFrame(tick);
  video.addEventListener('waiting', () => video.currentTime > 0.2 && (seen.waits += 1));
  video.addEventListener('ended', () => (seen.ended = true));
}}"""


@pytest.fixture(scope="module")
def film(house: House) -> str:
    public_id = send(house.api, clip("bframes.mp4"), "A day at the lake")
    wait_for(house.api, public_id, lambda video: video["state"] == "ready")
    return public_id


@pytest.fixture
def cut(house: House, film: str) -> Iterator[str]:
    assert house.api.put(f"/api/v1/videos/{film}/cut", json={"keep": KEEP}).status_code == 200
    yield film
    house.api.delete(f"/api/v1/videos/{film}/cut")
    house.api.delete(f"/api/v1/videos/{film}/position")


def ready(page: Page) -> Page:
    page.wait_for_function(f"() => {VIDEO}?.readyState >= 3")
    page.evaluate(f"{VIDEO}.muted = true")
    return page


def test_it_plays_through_the_joints_as_one_film(cut: str, at_home: AtHome) -> None:
    page = ready(at_home(f"/w/{cut}"))
    assert page.evaluate(f"{VIDEO}.duration") == pytest.approx(LENGTH, abs=0.1)
    page.wait_for_function(f"() => {VIDEO}.buffered.length === 1 && {VIDEO}.buffered.end(0) > {LENGTH - 0.15}")
    page.evaluate(WATCH)
    page.evaluate(f"{VIDEO}.play()")
    page.wait_for_function("() => seen.ended", timeout=30000)
    seen = page.evaluate("seen")

    assert page.evaluate(f"[{VIDEO}.buffered.length, {VIDEO}.buffered.start(0)]") == [1, 0]
    assert seen["waits"] == 0
    steps = [after - before for before, after in zip(seen["times"], seen["times"][1:], strict=False)]
    assert min(steps) >= -0.001
    assert max(steps) < 0.7, "no jump: a joint is as good as any other moment"
    assert max(seen["frames"]) == pytest.approx(LENGTH, abs=0.12)
    assert page.heard.complaints == []


def test_one_may_seek_across_the_joints(cut: str, at_home: AtHome) -> None:
    page = ready(at_home(f"/w/{cut}"))
    for at in (4.9, 0.3, 1.55, 3.45, 3.55, 0.0):
        page.evaluate(f"{VIDEO}.currentTime = {at}")
        page.wait_for_function(f"() => !{VIDEO}.seeking && {VIDEO}.readyState >= 2")
        assert page.evaluate(f"{VIDEO}.currentTime") == pytest.approx(at, abs=0.05)
    assert page.heard.complaints == []


def test_a_player_that_is_open_goes_on_when_the_film_is_cut_anew(house: House, cut: str, at_home: AtHome) -> None:
    """It has the list of the film as it was, and asks for a segment of it."""
    page, asked = at_home("/"), []

    def in_between(route: Route) -> None:
        if not asked:
            house.api.put(f"/api/v1/videos/{cut}/cut", json={"keep": [[0.7, 4.0], [6.0, 11.5]]})
        asked.append(route.request.url)
        route.continue_()

    page.route("**/0.m4s*", in_between)
    page.goto(f"/w/{cut}")
    page.wait_for_function(f"() => {VIDEO}?.readyState >= 3 && {VIDEO}.duration > 8")
    assert page.evaluate(f"{VIDEO}.duration") == pytest.approx(8.8, abs=0.1)
    assert not page.locator(".failure").count()


def test_marks_are_set_by_keys_and_saved(house: House, film: str, at_home: AtHome) -> None:
    page = at_home(f"/studio/v/{film}/cut")
    page.wait_for_function(f"() => {FILM}.readyState >= 1")

    def seek(seconds: float) -> None:
        page.evaluate(f"{FILM}.currentTime = {seconds}")
        page.wait_for_function(f"() => !{FILM}.seeking")

    seek(1)
    page.keyboard.press("i")
    seek(10)
    page.keyboard.press("o")
    seek(4)
    page.keyboard.press("x")
    seek(6)
    page.keyboard.press("x")
    rows = page.locator("[data-cut-rows] [data-cut-row]")
    assert rows.count() == 2
    assert [field.input_value() for field in page.locator("[data-cut-rows] input").all()] == [
        "0:01.000",
        "0:04.000",
        "0:06.000",
        "0:10.000",
    ]
    page.click("[data-cut-undo]")
    assert rows.count() == 1
    page.click("[data-cut-add]")
    assert rows.count() == 2
    page.click("[data-cut-undo]")
    page.keyboard.press("Escape")
    page.click("[data-cut-form] button[type=submit]")
    page.wait_for_selector("[role=status]:has-text('0:09.000')")
    assert house.api.get(f"/api/v1/videos/{film}").json()["cut"] == [[1.0, 10.0]]
    page.click("text=Show the whole film")
    page.wait_for_selector("[role=status]:has-text('whole film')")
    assert house.api.get(f"/api/v1/videos/{film}").json()["cut"] is None
    assert page.heard.complaints == []


def test_the_preview_jumps_over_what_is_left_out(film: str, at_home: AtHome) -> None:
    page = at_home(f"/studio/v/{film}/cut")
    page.wait_for_function(f"() => {FILM}.readyState >= 2")
    page.locator("[data-cut-rows] input").nth(1).fill("0:01.0")
    page.click("[data-cut-add]")
    page.locator("[data-cut-rows] input").nth(2).fill("0:08")
    page.locator("[data-cut-rows] input").nth(3).fill("9")
    page.evaluate(f"{FILM}.muted = true; window.seen = []; {FILM}.addEventListener('timeupdate', () => seen.push({FILM}.currentTime))")
    page.click("[data-cut-preview]")
    page.wait_for_function("() => document.querySelector('[data-cut-preview]').ariaPressed === 'false'", timeout=20000)
    left_out = [at for at in page.evaluate("seen") if 1.6 < at < 7.9]
    assert left_out == []


@pytest.mark.parametrize("options", [{"width": 320}, {"color_scheme": "dark"}, {"width": 320, "color_scheme": "dark", "locale": "ar"}])
def test_the_pages_fit_and_can_be_used_by_everybody(film: str, at_home: AtHome, options: dict[str, object]) -> None:
    for address in (f"/studio/v/{film}/cut", f"/studio/v/{film}"):
        page = at_home(address, **options)
        page.wait_for_load_state("networkidle")
        assert overflow(page) == []
        assert axe(page) == []


def test_the_file_is_replaced_from_the_settings_page(house: House, film: str, at_home: AtHome) -> None:
    before = house.api.get(f"/api/v1/videos/{film}").json()
    page = at_home(f"/studio/v/{film}")
    page.set_input_files("#f-replace", clip("vfr.mp4"))
    page.click("[data-replace] button[type=submit]")
    after = wait_for(house.api, film, lambda video: video["sources"]["direct"] != before["sources"]["direct"])
    assert (after["id"], after["title"], after["url"]) == (before["id"], before["title"], before["url"])
    assert house.api.get(str(after["sources"]["direct"])).content == clip("vfr.mp4").read_bytes()
    page.goto(f"/studio/v/{film}")
    page.click("text=Go back to it")
    wait_for(house.api, film, lambda video: house.api.get(str(video["sources"]["direct"])).content == clip("bframes.mp4").read_bytes())
    assert page.heard.complaints == []
