"""From the setup code to the first signed-in page, in a real browser, with scripts and without."""

import re

import pytest

from tests.browser.conftest import Open, axe, overflow
from tests.serving import PASSWORD, Serving

pytestmark = pytest.mark.browser


def setup_code(server: Serving) -> str:
    found = re.search(r"Setup code: (\S+)", server.said)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(("scripts", "width"), [(True, 1440), (False, 320)], ids=["with scripts", "without, on a small phone"])
def test_a_keeper_claims_the_site_and_comes_in_again(server: Serving, open_page: Open, scripts: bool, width: int) -> None:
    page = open_page(f"http://homereel.lan:{server.port}", width=width, java_script_enabled=scripts)
    seen = []

    def look() -> None:
        seen.append(page.locator("h1").inner_text())
        if scripts:
            assert axe(page) == []
        assert overflow(page) == []

    page.goto("/")
    look()
    page.fill("#f-code", "wrong")
    page.click("main button[type=submit]")
    look()
    page.fill("#f-code", setup_code(server).lower())
    page.click("text=Begin")
    look()
    page.fill("#f-username", "Anna")
    page.fill("#f-password", PASSWORD)
    page.click("text=Make my account")
    look()
    page.fill("#f-site_name", "The Lindners")
    for button in ("Use this name", "Use this folder"):
        page.click(f"text={button}")
        look()
    page.click("text=Look around first")
    page.wait_for_selector(".rail")
    assert page.url == f"http://homereel.lan:{server.port}/"

    page.context.clear_cookies()
    page.goto("/settings")
    look()
    page.fill("#f-username", "anna")
    page.fill("#f-password", PASSWORD)
    page.click("main form button[type=submit]")
    page.wait_for_url("**/settings")
    look()

    where = ["Welcome home"] * 2 + ["Who keeps this house?", "What is it called?", "Where the films live", "The door is open"]
    assert seen == [*where, "Come in", "Your account"]
    assert page.heard.hosts == {"homereel.lan"}  # type: ignore[attr-defined]
    assert [said for said in page.heard.complaints if "403" not in said] == []  # type: ignore[attr-defined]
