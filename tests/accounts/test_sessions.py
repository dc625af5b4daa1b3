"""Devices that are signed in, and how a request is known to be theirs (SECURITY AU-2)."""

import base64
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlmodel import select

from app.accounts import service, sessions
from app.accounts.identify import SessionIdentifier, bearer_token
from app.accounts.models import ApiToken, SignIn
from app.accounts.roles import KEEPER
from app.accounts.tokens import create_token
from app.errors import SignInNeeded
from app.http.viewer import Identifier, Role, Scope
from app.site import Site
from tests.accounts.people import again, person, signed_in


def who(site: Site, token: str) -> str:
    return identifier(site).by_cookie(token).name


def identifier(site: Site) -> SessionIdentifier:
    found = site.part(Identifier)  # type: ignore[type-abstract]
    assert isinstance(found, SessionIdentifier)
    return found


def test_a_session_token_has_256_random_bits_and_only_its_hash_is_kept(site: Site) -> None:
    tokens = {signed_in(site, person(site, f"ben {n}")) for n in range(20)}

    assert len(tokens) == 20
    assert all(len(base64.urlsafe_b64decode(token + "=")) == 32 for token in tokens)
    site.database.checkpoint()
    kept = site.paths.database.read_bytes()
    assert not [token for token in tokens if token.encode() in kept]


def test_a_session_is_its_persons_until_it_ends(site: Site) -> None:
    ben = person(site, "ben", Role.CREATOR)
    token = signed_in(site, ben)

    viewer = identifier(site).by_cookie(token)

    assert (viewer.user_id, viewer.name, viewer.role, viewer.scopes) == (ben.id, "ben", Role.CREATOR, None)
    assert who(site, token[:-1]) == ""
    assert who(site, "x" * 100_000) == ""


def test_what_ends_a_session_ends_it_with_the_next_request(site: Site) -> None:
    """Logout, being switched off, another password, another role."""
    person(site, "anna", Role.OWNER)
    ben = person(site, "ben")
    ends = {
        "logout": lambda session, mine: sessions.end_session(session, mine),
        "sign out elsewhere": lambda session, mine: sessions.end_device(session, ben.id, sessions.handle_of(mine)),
        "another role": lambda session, _: service.change_role(session, again(session, ben), Role.CREATOR, by=KEEPER),
        "another password": lambda session, _: service.keep_password(session, again(session, ben), "other", now=site.now()),
        "switched off": lambda session, _: service.disable(session, again(session, ben), by=KEEPER),
    }
    for why, end in ends.items():
        token = signed_in(site, ben)
        session_id = identifier(site).by_cookie(token).session_id
        assert session_id, why
        with site.write() as session:
            end(session, session_id)
        assert who(site, token) == "", why
    with site.write() as session:
        service.enable(session, again(session, ben), by=KEEPER)
    assert who(site, token) == ""


def test_one_person_cannot_sign_out_a_device_of_another(site: Site) -> None:
    ben, carl = person(site, "ben"), person(site, "carl")
    token = signed_in(site, ben)
    handle = sessions.handle_of(identifier(site).by_cookie(token).session_id)

    with site.write() as session:
        assert sessions.end_device(session, carl.id, handle) is None

    assert who(site, token) == "ben"


def test_a_session_ends_after_days_of_absence_and_lasts_while_it_is_used(site: Site) -> None:
    start = site.clock()
    token = signed_in(site, person(site, "ben"))
    for day in (60, 120, 180):
        site.clock = lambda day=day: start + timedelta(days=day)  # type: ignore[misc]
        assert who(site, token) == "ben"

    site.clock = lambda: start + timedelta(days=180 + 90, seconds=1)
    assert who(site, token) == ""


def test_a_new_sign_in_sweeps_up_what_expired(site: Site) -> None:
    start, ben = site.clock(), person(site, "ben")
    signed_in(site, ben)
    site.clock = lambda: start + timedelta(days=91)

    signed_in(site, ben)

    with site.read() as session:
        assert len(session.exec(select(SignIn)).all()) == 1


def test_that_a_device_was_seen_is_written_every_few_minutes_and_not_with_every_request(site: Site) -> None:
    start = site.clock()
    token = signed_in(site, person(site, "ben"))
    writes: list[str] = []
    event.listen(site.database._writer, "before_cursor_execute", lambda *args: writes.append(args[2]))

    for second in range(0, 600, 10):
        site.clock = lambda second=second: start + timedelta(seconds=second)  # type: ignore[misc]
        assert who(site, token) == "ben"

    assert len([line for line in writes if line.startswith("UPDATE")]) == 1


def test_who_asks_costs_two_short_reads(site: Site) -> None:
    token = signed_in(site, person(site, "ben"))
    reads: list[str] = []
    event.listen(site.database._reader, "before_cursor_execute", lambda *args: reads.append(args[2]))

    assert who(site, token) == "ben"

    assert [line.split()[0] for line in reads] == ["BEGIN", "SELECT", "SELECT"]  # the person, and the channels they may edit


def test_somebody_who_may_add_videos_edits_their_own_channel(site: Site) -> None:
    ben = person(site, "ben", Role.CREATOR)
    site.bus.drain()

    assert len(identifier(site).by_cookie(signed_in(site, ben)).edits) == 1


def token_for(site: Site, scopes: list[str], role: Role = Role.ADMIN, days: int | None = None) -> str:
    user = person(site, f"holder {len(scopes)}{days}", role)
    with site.write() as session:
        return create_token(session, again(session, user), name="script", scopes=scopes, now=site.clock(), days=days)[1]


def test_a_token_brings_its_scopes_and_never_more_than_its_persons_role(site: Site) -> None:
    person(site, "anna", Role.OWNER)
    secret = token_for(site, ["read", "admin"])
    assert identifier(site).by_token(secret).scopes == {Scope.READ, Scope.ADMIN}

    with site.write() as session:
        user = service.find_user(session, "holder 2None")
        assert user is not None
        service.change_role(session, user, Role.MEMBER, by=KEEPER)

    viewer = identifier(site).by_token(secret)
    assert viewer.scopes == {Scope.READ}
    assert not viewer.is_admin


@pytest.mark.parametrize("fault", ["wrong", "expired", "switched off", "deleted", "a cookie's"])
def test_a_token_that_is_not_valid_is_answered_with_401(site: Site, fault: str) -> None:
    person(site, "anna", Role.OWNER)
    start = site.clock()
    secret = token_for(site, ["read"], days=1)
    holder = identifier(site).by_token(secret).user_id
    if fault == "wrong":
        secret = secret[:-1] + "x"
    elif fault == "expired":
        site.clock = lambda: start + timedelta(days=1, seconds=1)
    elif fault == "a cookie's":
        secret = signed_in(site, person(site, "ben"))
    with site.write() as session:
        if fault == "switched off":
            user = service.find_user(session, "holder 11")
            assert user is not None
            service.disable(session, user, by=KEEPER)
        elif fault == "deleted":
            session.delete(session.exec(select(ApiToken).where(ApiToken.user_id == holder)).one())

    with pytest.raises(SignInNeeded):
        identifier(site).by_token(secret)


@pytest.mark.parametrize(
    ("header", "token"), [("Bearer abc", "abc"), ("bearer  abc ", "abc"), ("Bearer", ""), ("Basic YTpi", None), ("", None)]
)
def test_only_bearer_authorization_is_ours(header: str, token: str | None) -> None:
    assert bearer_token(header) == token
