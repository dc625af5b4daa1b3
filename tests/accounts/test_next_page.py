"""SECURITY AU-10: after signing in one only ever lands on a page of this site."""

import pytest

from app.accounts.next_page import next_page

ELSEWHERE = [
    "//evil", "/\\evil", "javascript:alert(1)", "%09//evil", "https:evil", "/%2f/evil", "https://evil.example", "\\\\evil", "/%5cevil",
    "/%252f/evil", "%2f%2fevil", " //evil", "\t//evil", "/\t/evil", "/\n/evil", "///evil", "evil", "?x=//evil", "@evil", "/%09/evil",
    "/%2e%2e//evil\r\nSet-Cookie: x=1", "", "/" + "x" * 3000, "data:text/html,x", "/ä",
]  # fmt: skip


@pytest.mark.parametrize("asked", ELSEWHERE)
def test_what_could_lead_elsewhere_leads_home(asked: str) -> None:
    assert next_page(asked) == "/"


@pytest.mark.parametrize(
    "asked", ["/", "/w/4fKq8ZbT2aXc", "/search?q=a//b%20c&x=https://b", "/settings#tokens", "/c/anna%20l", "/w/x?t=12"]
)
def test_pages_of_ours_are_gone_to(asked: str) -> None:
    assert next_page(asked) == asked
