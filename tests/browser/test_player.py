"""The player, on a real film of a real site."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import House

pytestmark = pytest.mark.browser
AtHome = Callable[..., Page]
VIDEO = "document.querySelector('vid-player video')"
MOVES = f"{VIDEO}?.currentTime > 0.3"


@pytest.fixture
def watching(house: House, at_home: AtHome) -> Iterator[Page]:
    """The film's page, playing."""
    page = at_home(f"/w/{house.film}")
    page.wait_for_function(f"() => {VIDEO}?.readyState >= 2")
    page.evaluate(f"{VIDEO}.muted = true")
    page.keyboard.press("k")
    page.wait_for_function(f"() => {MOVES}")
    yield page
    house.api.delete(f"/api/v1/videos/{house.film}/position")


def state(page: Page) -> dict[str, object]:
    """`at` in seconds, `paused`, `source` as the address."""
    return dict(page.evaluate(f"(() => {{ const v = {VIDEO}; return {{at: v.currentTime, paused: v.paused, source: v.currentSrc}} }})()"))


def test_the_original_is_played_where_the_browser_can(house: House, watching: Page) -> None:
    assert f"/media/{house.film}/original" in str(state(watching)["source"])
    assert watching.heard.complaints == []


def test_the_keys_do_what_people_know(watching: Page) -> None:
    press = watching.keyboard.press
    press("k")
    assert state(watching)["paused"]
    press("5")
    assert state(watching)["at"] == pytest.approx(5, abs=0.2)
    press("ArrowLeft")
    assert state(watching)["at"] == pytest.approx(0, abs=0.2)
    press("End")
    press("j")
    assert state(watching)["at"] == pytest.approx(0, abs=0.3)
    press("3")
    press(".")
    assert state(watching)["at"] == pytest.approx(3 + 1 / 30, abs=0.02)
    press("m")
    assert watching.evaluate(f"{VIDEO}.muted") is False
    press("ArrowDown")
    assert watching.evaluate(f"{VIDEO}.volume") == pytest.approx(0.95)
    press(">")
    assert watching.evaluate(f"{VIDEO}.playbackRate") == 1.25
    press("?")
    watching.wait_for_selector("dialog[open] dl.keys")
    press("Escape")
    press("/")
    watching.keyboard.type("k 5")
    assert state(watching)["at"] == pytest.approx(3 + 1 / 30, abs=0.02), "typing is not steering"


def test_another_quality_keeps_the_place(watching: Page) -> None:
    watching.keyboard.press("4")
    watching.click("[data-do=settings]")
    watching.click(".vgroup button >> text=/^\\d+p$/ >> nth=-1")
    watching.wait_for_function(f"() => {VIDEO}.currentSrc.startsWith('blob:') && {VIDEO}.readyState >= 3 && !{VIDEO}.paused", timeout=30000)

    assert float(str(state(watching)["at"])) > 3.5
    assert watching.evaluate("document.querySelector('vid-player').source.mode") == "hls"


def test_the_film_goes_on_while_one_looks_elsewhere(house: House, watching: Page) -> None:
    watching.evaluate(f"window.before = {VIDEO}; {VIDEO}.loop = true")
    watching.click("#rail >> text=Home")
    watching.wait_for_selector("#player-host[data-mode=mini]")
    assert watching.evaluate(f"window.before === {VIDEO} && !{VIDEO}.paused")
    watching.go_back()
    watching.wait_for_selector("#player-host[data-mode=page]")
    assert watching.evaluate(f"window.before === {VIDEO} && !{VIDEO}.paused")
    places = watching.evaluate(
        "['#player-host', '[data-player-slot]'].map((one) => document.querySelector(one).getBoundingClientRect().toJSON())"
    )
    assert places[0] == places[1]


def test_the_small_player_can_be_closed_and_leads_back(house: House, watching: Page) -> None:
    watching.evaluate(f"{VIDEO}.loop = true")
    watching.click("#rail >> text=Home")
    watching.hover("#player-host")
    watching.click("#player-host [data-do=return]")
    watching.wait_for_url(f"**/w/{house.film}")
    watching.click("#rail >> text=Home")
    watching.hover("#player-host")
    watching.click("#player-host [data-do=close]")

    assert watching.locator("vid-player").count() == 0


def test_the_place_is_remembered(house: House, watching: Page, at_home: AtHome) -> None:
    watching.keyboard.press("6")
    with watching.expect_response("**/position"):
        watching.keyboard.press("k")
    again = at_home(f"/w/{house.film}")
    again.wait_for_function(f"() => {VIDEO}?.readyState >= 2")

    assert state(again)["at"] == pytest.approx(6, abs=0.6)
    moment = at_home(f"/w/{house.film}?t=2")
    moment.wait_for_function(f"() => {VIDEO}?.readyState >= 2")
    assert state(moment)["at"] == pytest.approx(2, abs=0.3), "a moment in the address wins"


def test_going_away_tells_the_place_once_more(house: House, watching: Page, at_home: AtHome) -> None:
    watching.keyboard.press("7")
    watching.wait_for_function(f"() => {VIDEO}.currentTime > 7")
    watching.goto("/health/live")
    again = at_home(f"/w/{house.film}")

    assert float(again.get_attribute("[data-player-slot]", "data-start") or 0) == pytest.approx(7.3, abs=0.8)


def test_a_film_that_cannot_be_reached_says_so_and_can_be_tried_again(house: House, at_home: AtHome) -> None:
    page = at_home("/")
    page.route("**/media/**/original*", lambda route: route.abort())
    page.route("**/media/**/*.m3u8*", lambda route: route.fulfill(status=404, body=""))
    page.goto(f"/w/{house.film}")
    page.wait_for_selector(".failure >> text=cannot be reached", timeout=30000)
    page.unroute("**/media/**/original*")
    page.unroute("**/media/**/*.m3u8*")
    page.click(".failure >> text=Try again")
    page.wait_for_function(f"() => {MOVES}", timeout=30000)

    assert page.locator(".failure").count() == 0


def test_a_page_of_a_broken_film_says_what_is_wrong(house: House, at_home: AtHome) -> None:
    page = at_home(f"/w/{house.broken}")
    page.wait_for_selector(".stage.said [data-reason]")

    assert page.locator("vid-player").count() == 0
    assert len(page.locator(".stage.said [data-reason]").inner_text()) > 20
