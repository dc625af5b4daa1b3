"""A description becomes markup without anything in it becoming markup by itself (SECURITY WEB-2)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from app.videos.text import linked, seconds_of

LINK = 'rel="nofollow ugc noopener" target="_blank"'


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("<b>Oma</b> & me", "&lt;b&gt;Oma&lt;/b&gt; &amp; me"),
        ("one\ntwo", "one\ntwo"),
        ("cake at 12:40.", 'cake at <a class="moment" href="?t=760" data-moment="760">12:40</a>.'),
        ("1:02:03", '<a class="moment" href="?t=3723" data-moment="3723">1:02:03</a>'),
        ("(0:07)", '(<a class="moment" href="?t=7" data-moment="7">0:07</a>)'),
        (
            "see https://example.org/a?b=1&c=2.",
            f'see <a class="link" href="https://example.org/a?b=1&amp;c=2" {LINK}>https://example.org/a?b=1&amp;c=2</a>.',
        ),
        ("(http://example.org)", f'(<a class="link" href="http://example.org" {LINK}>http://example.org</a>)'),
        ("javascript:alert(1) data:text/html,x", "javascript:alert(1) data:text/html,x"),
        ("https://", "https://"),
        ("on 2026-05-24 12:40:00:00, 99:99, v1.12:40.5", "on 2026-05-24 12:40:00:00, 99:99, v1.12:40.5"),
        ("", ""),
    ],
)
def test_links_and_moments(text: str, markup: str) -> None:
    assert linked(text) == markup


def test_an_address_cannot_leave_its_attribute() -> None:
    nasty = 'https://example.org/"onmouseover="alert(1) https://example.org/<script>'
    assert "<script" not in linked(nasty)
    assert '"onmouseover' not in linked(nasty)


def test_a_time_of_day_after_the_end_of_the_film_is_no_moment() -> None:
    assert linked("at 18:30 we ate, at 0:30 we sang", duration=60) == (
        'at 18:30 we ate, at <a class="moment" href="?t=30" data-moment="30">0:30</a> we sang'
    )


@given(st.text(alphabet=st.sampled_from("<>\"'& :/.ht10pstb?=#\n"), max_size=60))
def test_nothing_is_lost_and_only_our_links_are_markup(text: str) -> None:
    shown = linked(text)
    assert shown.count("<") == 2 * shown.count("<a ")
    assert Markup(shown).striptags() == Markup(escape(text)).striptags()


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("760", 760), ("12.5", 12.5), ("12:40", 760), ("1:02:03", 3723), ("1h2m3s", 3723), ("2m", 120), ("45s", 45),
        ("", None), ("x", None), ("1:2:3:4", None), ("-5", None), ("1:x", None), ("9" * 30, None), ("٣:٠٠", None),
    ],
)  # fmt: skip
def test_moments_in_addresses(written: str, seconds: float | None) -> None:
    assert seconds_of(written) == seconds
