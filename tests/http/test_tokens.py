"""AZ-3: a media token is good for one person, one video and a while; anything else is no token."""

import stat
import string
from pathlib import Path

import pytest

from app.http.tokens import LIFETIME, MediaTokens, load_media_tokens

NOW = 1_780_000_000.0
TOKENS = MediaTokens(b"k" * 32)
MADE = TOKENS.make("video1video1", "user1", now=NOW)


def test_it_is_good_for_its_video_until_it_is_over() -> None:
    assert TOKENS.user_of(MADE, "video1video1", now=NOW) == "user1"
    assert TOKENS.user_of(MADE, "video1video1", now=NOW + LIFETIME - 1) == "user1"
    assert TOKENS.user_of(MADE, "video1video1", now=NOW + LIFETIME) is None
    assert LIFETIME <= 6 * 3600


@pytest.mark.parametrize("place", range(len(MADE)))
def test_any_other_character_anywhere_makes_it_worthless(place: int) -> None:
    for other in string.ascii_letters + string.digits + "-_.%\0é":
        if other != MADE[place]:
            forged = MADE[:place] + other + MADE[place + 1 :]
            assert TOKENS.user_of(forged, "video1video1", now=NOW) is None, forged


def test_it_opens_no_other_video_and_no_other_site() -> None:
    assert TOKENS.user_of(MADE, "video2video2", now=NOW) is None
    assert MediaTokens(b"j" * 32).user_of(MADE, "video1video1", now=NOW) is None


def test_one_made_by_a_clock_that_was_far_ahead_is_not_good_for_years() -> None:
    assert TOKENS.user_of(TOKENS.make("v", "u", now=NOW + 86400), "v", now=NOW) is None


@pytest.mark.parametrize(
    "token", ["", ".", "..", "...", "a.b", "a.b.c", "a.b.c.d", "é.b.c", "-1.user1.x", "x" * 10_000, "0.user1." + "A" * 27]
)
def test_nonsense_is_no_token(token: str) -> None:
    assert TOKENS.user_of(token, "video1video1", now=NOW) is None


def test_the_key_is_made_once_and_for_this_user_alone(tmp_path: Path) -> None:
    first, second = load_media_tokens(tmp_path), load_media_tokens(tmp_path)

    assert first.key == second.key
    assert len(first.key) == 32
    assert [path.name for path in tmp_path.iterdir()] == ["media.key"]
    assert stat.S_IMODE((tmp_path / "media.key").stat().st_mode) == 0o600
