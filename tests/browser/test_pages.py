"""Every page of a real site, in a real browser, at the address people use."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import House, Open, axe, overflow

pytestmark = pytest.mark.browser
AtHome = Callable[..., Page]
BREACHES = """window.breaches = [];
  addEventListener('securitypolicyviolation', (event) => breaches.push(`${event.violatedDirective} ${event.blockedURI}`));"""
PATHS = [
    "/", "/w/{film}", "/w/{broken}", "/upload", "/search?q=birthday", "/search?q=nothing+of+the+kind", "/search", "/studio",
    "/studio?show=trash", "/studio/v/{film}", "/settings", "/admin", "/admin/jobs",
    "/admin/jobs?show=trouble", "/admin/people", "/admin/folders", "/admin/machine", "/api/docs", "/no/such/page",
]  # fmt: skip


@pytest.mark.parametrize("look", [{"width": 1440, "color_scheme": "light"}, {"width": 390, "color_scheme": "dark"}], ids=["desk", "phone"])
def test_every_page_is_accessible_and_keeps_to_itself(house: House, at_home: AtHome, look: dict[str, object]) -> None:
    page = at_home(reduced_motion="reduce", bypass_csp=True, **look)
    found = []
    for path in PATHS:
        page.goto(path.format(film=house.film, broken=house.broken))
        page.wait_for_selector("html.js")
        found += [f"{path}: {one}" for one in axe(page)]

    assert found == []
    assert page.heard.hosts == {"homereel.lan"}


def test_every_page_fits_the_smallest_phone_and_complains_of_nothing(house: House, at_home: AtHome) -> None:
    page = at_home(width=320, height=640)
    page.add_init_script(BREACHES)
    found = []
    for path in PATHS[:-1]:
        page.goto(path.format(film=house.film, broken=house.broken))
        page.wait_for_selector("html.js")
        found += [f"{path}: {one}" for one in [*overflow(page), *page.evaluate("breaches")]]

    assert found == []
    assert page.heard.complaints == []


def test_strange_scripts_do_not_run(at_home: AtHome) -> None:
    """What stops them is the content policy, also for code that htmx would evaluate."""
    page = at_home("/search")
    page.evaluate(
        """() => {
          const box = document.createElement('div');
          box.innerHTML = '<img src="data:image/png;base64,AAAA" onerror="window.strange = 1">' +
            '<button id="trap" hx-on:click="window.strange = 2">x</button>';
          document.getElementById('main').append(box);
          const script = document.createElement('script');
          script.textContent = 'window.strange = 3';
          box.append(script);
          htmx.process(box);
        }"""
    )
    page.click("#trap")
    page.wait_for_timeout(200)

    assert page.evaluate("window.strange ?? null") is None


def test_pages_change_without_losing_the_shell(house: House, at_home: AtHome) -> None:
    page = at_home("/")
    page.evaluate("window.same = true; scrollTo(0, 300)")
    page.click("#rail >> text=Yours")
    page.wait_for_url("**/studio")
    page.wait_for_function("() => document.activeElement.id === 'main'")

    assert page.evaluate("window.same")
    assert page.locator("#rail [aria-current]").inner_text() == "Yours"
    assert "Your videos" in page.title()
    page.go_back()
    page.wait_for_function("() => document.querySelector('#rail [aria-current]')?.textContent.trim() === 'Home'")
    assert page.evaluate("window.same")


def test_an_error_met_on_the_way_leaves_a_whole_page(at_home: AtHome) -> None:
    page = at_home("/")
    page.evaluate("""() => { const link = document.createElement('a'); link.href = '/w/nosuchfilm00'; link.id = 'away';
      link.textContent = 'away'; document.getElementById('main').append(link); htmx.process(link); }""")
    page.click("#away")
    page.wait_for_selector("h1:has-text('This reel has come off')")

    assert page.locator(".appbar").is_visible()
    assert page.locator("#main").count() == 1


def test_slash_finds_the_search_and_enter_searches(house: House, at_home: AtHome) -> None:
    page = at_home("/")
    page.keyboard.press("/")
    page.keyboard.type("birthday")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"[data-video-id='{house.film}'] mark")

    assert page.url.endswith("/search?q=birthday")


def test_the_look_is_kept(at_home: AtHome) -> None:
    page = at_home("/")
    page.click("[popovertarget=me]")
    page.click("[data-theme-choice] >> text=Black")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") in ("oklch(0 0 0)", "rgb(0, 0, 0)")
    page.reload()

    assert page.evaluate("document.documentElement.dataset.theme") == "black"


def test_copying_a_link_works_on_plain_http(house: House, at_home: AtHome) -> None:
    page = at_home(f"/w/{house.film}")
    assert page.evaluate("isSecureContext") is False
    page.click("text=Copy link")
    page.wait_for_selector(".toast:has-text('Copied')")
    page.keyboard.press("/")
    page.keyboard.press("Control+V")

    assert page.input_value("#q") == f"{house.origin}/w/{house.film}"


def test_much_works_without_scripts(house: House, open_page: Open) -> None:
    page = open_page(house.origin, cookies=house.api.cookies, java_script_enabled=False)
    page.goto("/")
    page.click("article h3 a >> nth=-1")
    page.goto(f"/w/{house.film}")
    assert page.locator("noscript video, video[controls]").count() or "video controls" in page.content()
    page.goto("/upload")
    assert page.locator("form[action='/upload'] input[type=file]").is_visible()
    assert not page.locator("[data-drop]").is_visible()
    page.goto("/search")
    page.fill("#q2" if page.locator("#q2").is_visible() else "#q", "birthday")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"[data-video-id='{house.film}']")
