"""Every component, in every theme, on every width: readable, reachable, nothing sticking out."""

import pytest

from tests.browser.conftest import Open, axe, overflow

pytestmark = pytest.mark.browser
SMALL = """() => [...document.querySelectorAll(
    '.btn:not(.small), .rail a, .iconbtn:not(.kebab), .choice, select, input:not([type=radio]):not([type=checkbox])')]
  .filter((one) => one.offsetParent && one.getBoundingClientRect().height < 44).map((one) => one.outerHTML.slice(0, 90))"""
UNSEEN = """() => {
  const one = document.activeElement;
  if (one === document.body) return '';
  const near = [one, one.closest('.card, .search, .input, .choice, .seg > *, .reveal')].filter(Boolean);
  const drawn = (style) => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  return near.some((box) => drawn(getComputedStyle(box))) ? '' : one.outerHTML.slice(0, 100);
}"""
LOOKS = [("light", 1440, ""), ("dark", 390, ""), ("dark", 1440, "?theme=black"), ("light", 1440, "?theme=light&dir=rtl&lang=ar")]


@pytest.mark.parametrize(("scheme", "width", "query"), LOOKS)
def test_axe_finds_nothing_serious(guide: str, open_page: Open, scheme: str, width: int, query: str) -> None:
    page = open_page(guide, width=width, color_scheme=scheme, reduced_motion="reduce", bypass_csp=True)
    page.goto(f"/components{query}")

    assert axe(page) == []


@pytest.mark.parametrize("query", ["", "?dir=rtl&lang=ar"])
@pytest.mark.parametrize("width", [320, 2560])
def test_nothing_sticks_out_sideways(guide: str, open_page: Open, width: int, query: str) -> None:
    page = open_page(guide, width=width)
    page.goto(f"/components{query}")

    assert overflow(page) == []


def test_it_says_nothing_and_asks_nobody_else(guide: str, open_page: Open) -> None:
    page = open_page(guide)
    page.goto("/components")
    page.wait_for_selector("html.js")

    assert [said for said in page.heard.complaints if "/x/events" not in said and "404" not in said] == []  # the guide has no stream
    assert page.heard.hosts == {"homereel.lan"}


def test_what_is_pressed_is_large_enough_for_a_finger(guide: str, open_page: Open) -> None:
    page = open_page(guide, width=390, has_touch=True, is_mobile=True)
    page.goto("/components")

    small = page.evaluate(SMALL)

    assert small == []


def test_the_focus_can_be_seen_wherever_tab_goes(guide: str, open_page: Open) -> None:
    page = open_page(guide)
    page.goto("/components")

    unseen = []
    for _ in range(45):
        page.keyboard.press("Tab")
        shown = page.evaluate(UNSEEN)
        unseen += [shown] if shown else []
    assert unseen == []


def test_motion_stops_for_those_who_ask(guide: str, open_page: Open) -> None:
    page = open_page(guide, reduced_motion="reduce")
    page.goto("/components")

    assert page.evaluate("document.getAnimations().filter((one) => one.playState === 'running').length") == 0


@pytest.mark.parametrize("hue", [20, 160, 235])
def test_the_keeper_may_change_the_lamp_and_words_stay_readable(guide: str, open_page: Open, hue: int) -> None:
    page = open_page(guide, color_scheme="light" if hue == 235 else "dark", reduced_motion="reduce", bypass_csp=True)
    page.goto("/components")
    page.evaluate(f"document.documentElement.style.setProperty('--hue', {hue})")

    assert [finding for finding in axe(page) if finding.startswith("color-contrast")] == []
