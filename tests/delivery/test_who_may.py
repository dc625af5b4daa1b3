"""AZ-3, AZ-4, WEB-7: bytes by cookie or by media token, kept by nobody who should not, gone at once when they are taken away."""

import string
from datetime import timedelta

import pytest

from app.accounts.service import find_user
from app.http.open_files import Recent
from app.http.tokens import MediaTokens
from tests.delivery.conftest import Cinema


@pytest.mark.parametrize(
    ("privacy", "kept"),
    [("public", "public, no-cache"), ("unlisted", "public, no-cache"), ("members", "private, no-cache"), ("private", "private, no-cache")],
)
def test_caches_are_told_whose_bytes_these_are(cinema: Cinema, privacy: str, kept: str) -> None:
    cinema.make(privacy)
    try:
        rung = cinema.films.renditions(cinema.film)[0].name
        for name in ("original", "master.m3u8", f"{rung}.m3u8", f"{rung}/init.mp4"):
            reply = cinema.owner.get(cinema.media(name))
            assert reply.headers["cache-control"] == kept, name
            assert "set-cookie" not in reply.headers
            if name in ("original", f"{rung}/init.mp4"):
                same = cinema.owner.get(cinema.media(name), headers={"if-none-match": reply.headers["etag"]})
                assert same.status_code == 304
    finally:
        cinema.make("members")


def test_nobody_gets_a_304_for_what_they_may_not_see(cinema: Cinema) -> None:
    etag = cinema.owner.get(cinema.media("original")).headers["etag"]

    assert cinema.nobody.get(cinema.media("original"), headers={"if-none-match": etag}).status_code == 404


def test_a_token_opens_everything_of_its_video_and_passes_itself_on(cinema: Cinema) -> None:
    token = cinema.token()
    assert token
    master = cinema.nobody.get(cinema.media("master.m3u8", f"?token={token}"))

    assert master.headers["referrer-policy"] == "no-referrer"
    addresses = [line for line in master.text.splitlines() if line and not line.startswith("#")]
    for address in addresses:
        assert f"token={token}" in address
        listed = cinema.nobody.get(address)
        assert listed.status_code == 200
        parts = [line for line in listed.text.splitlines() if line and not line.startswith("#")]
        assert all(f"token={token}" in part for part in parts)
        assert cinema.nobody.get(parts[0]).status_code in (200, 206)
    assert cinema.nobody.get(cinema.media("original")).status_code == 404


def test_a_token_with_any_other_character_opens_nothing(cinema: Cinema) -> None:
    token = cinema.token()
    for place in range(len(token)):
        other = next(each for each in string.ascii_letters if each != token[place])
        forged = token[:place] + other + token[place + 1 :]
        reply = cinema.nobody.get(cinema.media("original", f"?token={forged}"))
        assert reply.status_code == 403, (place, reply.status_code)


def test_a_token_of_another_video_or_of_yesterday_opens_nothing(cinema: Cinema) -> None:
    tokens = cinema.site.part(MediaTokens)
    with cinema.site.read() as session:
        user = find_user(session, "anna")
        assert user is not None
    now = cinema.site.clock()
    other = tokens.make("zzzzzzzzzzzz", user.public_id, now=now.timestamp())
    old = tokens.make(cinema.film.public_id, user.public_id, now=(now - timedelta(hours=7)).timestamp())
    stranger = tokens.make(cinema.film.public_id, "nobody", now=now.timestamp())

    assert cinema.nobody.get(cinema.media("original", f"?token={other}")).status_code == 403
    assert cinema.nobody.get(cinema.media("original", f"?token={old}")).status_code == 403
    assert cinema.nobody.get(cinema.media("original", f"?token={stranger}")).status_code == 404  # good, but of nobody


def test_a_bad_token_is_refused_even_where_the_cookie_would_do(cinema: Cinema) -> None:
    assert cinema.owner.get(cinema.media("original", "?token=x")).status_code == 403


def test_what_is_taken_away_is_gone_with_the_next_request(cinema: Cinema) -> None:
    ben = cinema.token()
    address = cinema.media("original", f"?token={ben}")
    assert cinema.nobody.get(address, headers={"range": "bytes=0-9"}).status_code == 206
    with cinema.site.write() as session:
        user = find_user(session, "anna")
        assert user is not None
        user.disabled = True
    try:
        assert cinema.nobody.get(address).status_code == 404
        assert cinema.owner.get(cinema.media("original")).status_code == 404
    finally:
        with cinema.site.write() as session:
            user = find_user(session, "anna")
            assert user is not None
            user.disabled = False


def test_a_file_that_is_not_where_it_should_be_is_said_in_words(cinema: Cinema) -> None:
    path = cinema.site.paths.originals / cinema.films.original(cinema.film).path
    aside = path.with_suffix(".aside")
    path.rename(aside)
    cinema.site.part(Recent).forget()  # it is let go of after two seconds
    try:
        reply = cinema.owner.get(cinema.media("original"), headers={"accept": "application/json"})
        assert reply.status_code == 404
        assert "is not where it should be" in reply.json()["detail"]
    finally:
        aside.rename(path)
