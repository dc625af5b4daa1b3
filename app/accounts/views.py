"""What pages and the API show of people: never a hash, never the id of a session."""

from collections.abc import Sequence

from msgspec import Struct
from sqlmodel import Session, col, func, select

from app.accounts.models import ApiToken, SignIn, User
from app.accounts.service import profile_of
from app.accounts.sessions import devices_of, handle_of
from app.accounts.tokens import tokens_of
from app.http.viewer import Scope, Viewer


class Me(Struct):
    """Who is signed in. `scopes` is null for a session, which may do all that the person may."""

    id: str
    name: str
    display_name: str
    role: str
    theme: str
    scopes: list[Scope] | None


class Person(Struct):
    """An account, as administrators see it."""

    id: str
    name: str
    display_name: str
    role: str
    disabled: bool
    created_at: str
    seen_at: str | None


class Device(Struct):
    """A device that is signed in. `id` is good for signing it out and for nothing else."""

    id: str
    name: str
    current: bool
    created_at: str
    seen_at: str


class Token(Struct):
    """A token for a program; what it is made of was shown once."""

    id: str
    name: str
    scopes: list[str]
    created_at: str
    seen_at: str | None
    expires_at: str | None


class People(Struct):
    items: list[Person]
    next: str | None = None


class Devices(Struct):
    items: list[Device]
    next: str | None = None


class Tokens(Struct):
    items: list[Token]
    next: str | None = None


def me(session: Session, user_id: str, scopes: frozenset[Scope] | None = None) -> Me:
    user = session.get(User, user_id)
    assert user is not None
    theme = profile_of(session, user_id).theme
    return Me(user.public_id, user.name, user.display_name or user.name, user.role, theme, None if scopes is None else sorted(scopes))


def person(user: User, seen_at: str | None = None) -> Person:
    return Person(user.public_id, user.name, user.display_name or user.name, user.role, user.disabled, user.created_at, seen_at)


def people(session: Session) -> Sequence[tuple[User, str | None]]:
    """Everybody, in the order of their names, and when a device of theirs was last seen."""
    seen = select(SignIn.user_id, func.max(SignIn.seen_at).label("seen")).group_by(SignIn.user_id).subquery()
    rows = session.exec(select(User, seen.c.seen).outerjoin(seen, col(User.id) == seen.c.user_id).order_by(User.folded))
    return [(user, moment) for user, moment in rows]


def devices(session: Session, viewer: Viewer) -> list[Device]:
    return [
        Device(handle_of(one.id), one.device, one.id == viewer.session_id, one.created_at, one.seen_at)
        for one in devices_of(session, viewer.user_id)
    ]


def tokens(session: Session, user_id: str) -> list[Token]:
    return [token(one) for one in tokens_of(session, user_id)]


def token(one: ApiToken) -> Token:
    return Token(one.public_id, one.name, one.scopes.split(","), one.created_at, one.seen_at or None, one.expires_at or None)
