"""One's own account and the people of the house, in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import axe, overflow

pytestmark = pytest.mark.browser
At = Callable[..., Page]


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1440, "dark")])
def test_somebody_is_let_in_changed_and_switched_off(at_home: At, width: int, scheme: str) -> None:
    page = at_home("/admin/people", width=width, color_scheme=scheme)
    name = f"Grandma {width}"

    page.fill("#f-username", name)
    page.click("text=Make the account")
    page.wait_for_selector(f"text={name} can sign in now.")
    assert len(page.locator("[data-secret]").inner_text()) > 20
    assert axe(page) + overflow(page) == []

    page.click(f'[aria-label="Change {name}"]')
    page.wait_for_selector("text=Save the role")
    assert axe(page) + overflow(page) == []
    page.check("input[value=creator]")
    page.click("text=Save the role")
    page.wait_for_selector("text=The role is saved.")
    page.click("text=Switch the account off")
    page.wait_for_selector("text=nobody can sign in with it")
    assert axe(page) + overflow(page) == []


def test_a_token_is_made_shown_once_and_deleted(at_home: At) -> None:
    page = at_home("/settings", width=390)

    page.fill("#f-name", "backup script")
    page.click("text=Make a token")
    secret = page.locator("[data-secret]").inner_text()
    assert secret.startswith("homereel_")
    assert axe(page) + overflow(page) == []

    page.click('[aria-label="Delete the token backup script"]')
    page.wait_for_selector("text=The token is deleted.")
    assert secret not in page.content()


def test_what_was_wrong_stands_beside_the_field_and_is_read_out(at_home: At) -> None:
    page = at_home("/settings")

    page.fill("#f-old", "not that one")
    page.fill("#f-password", "another three words")
    page.click("text=Change the password")

    wrong = page.locator("#f-old[aria-invalid=true]")
    wrong.wait_for()
    described = wrong.get_attribute("aria-describedby")
    assert "do not belong together" in page.locator(f"#{described}").inner_text()
