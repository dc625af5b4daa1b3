"""Finds out who is asking: on every request and every segment, so one short read and no more."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from litestar.connection import ASGIConnection
from sqlalchemy import bindparam, update
from sqlmodel import Session, col, select

from app.accounts.cookies import token_in
from app.accounts.models import ApiToken, Profile, SignIn, User
from app.accounts.roles import scopes_of
from app.accounts.sessions import hash_token
from app.errors import HomereelError, SignInNeeded
from app.http.viewer import ANONYMOUS, Role, Scope, Viewer
from app.i18n import N_
from app.site import Site, rfc3339

log = structlog.get_logger(__name__)
Edits = Callable[[Session, str], frozenset[str]]
_SEEN_EVERY = timedelta(minutes=5)
_LONGEST = 200  # of a token; more is none of ours

_PERSON: tuple[Any, ...] = (
    col(User.id).label("user"), User.public_id, User.name, User.display_name, User.role, col(Profile.id).label("profile"), Profile.theme,
)  # fmt: skip
_BY_COOKIE = (
    select(*_PERSON, col(SignIn.id).label("row"), SignIn.seen_at)  # type: ignore[call-overload]
    .join(User, col(User.id) == SignIn.user_id)
    .join(Profile, col(Profile.id) == SignIn.profile_id)
    .where(col(SignIn.token_hash) == bindparam("hash"), col(SignIn.expires_at) > bindparam("now"), col(User.disabled).is_(False))
)
_BY_TOKEN = (
    select(*_PERSON, col(ApiToken.id).label("row"), ApiToken.seen_at, ApiToken.scopes)  # type: ignore[call-overload]
    .join(User, col(User.id) == ApiToken.user_id)
    .join(Profile, col(Profile.user_id) == User.id)
    .where(
        col(ApiToken.token_hash) == bindparam("hash"),
        (col(ApiToken.expires_at) == "") | (col(ApiToken.expires_at) > bindparam("now")),
        col(User.disabled).is_(False),
    )
    .order_by(Profile.id)
)
_BY_USER = (
    select(*_PERSON)
    .join(Profile, col(Profile.user_id) == User.id)
    .where(col(User.public_id) == bindparam("user"), col(User.disabled).is_(False))
    .order_by(Profile.id)
)


class SessionIdentifier:
    """The `Identifier` of `http/`. `edits_of(session, user_id)` says which channels a person owns or co-edits; `main` gives it."""

    def __init__(self, site: Site, edits_of: Edits) -> None:
        self._site, self._edits_of = site, edits_of
        self._noted: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def identify(self, connection: ASGIConnection[Any, Any, Any, Any]) -> Viewer:
        """The person behind a bearer token or, only where there is none, behind the session cookie."""
        bearer = bearer_token(connection.headers.get("authorization", ""))
        if bearer is not None:
            return self.by_token(bearer)
        cookie = token_in(connection, self._site.settings)
        return self.by_cookie(cookie) if cookie else ANONYMOUS

    def by_cookie(self, token: str) -> Viewer:
        """Whose session it is; nobody's if it ended: a cookie is sent along by itself and is no claim."""
        found = self._find(_BY_COOKIE, token)
        if found is None:
            return ANONYMOUS
        row, edits = found
        self._note_seen(row, SignIn)
        return _viewer(row, edits, session_id=row["row"])

    def by_token(self, token: str) -> Viewer:
        """Whose token it is, or SignInNeeded: a program that shows a dead token must hear so."""
        found = self._find(_BY_TOKEN, token)
        if found is None:
            raise SignInNeeded(N_("This token is not valid, or not any more. Make another one in your settings."))
        row, edits = found
        self._note_seen(row, ApiToken)
        given = frozenset(Scope(scope) for scope in row["scopes"].split(",") if scope)
        return _viewer(row, edits, scopes=given & scopes_of(Role(row["role"])))

    def by_user(self, public_id: str) -> Viewer:
        """This person as they are now, for a media token that was made for them; nobody if they may not come in any more."""
        with self._site.read() as session:
            row = session.execute(_BY_USER, {"user": public_id}).mappings().first()
            if row is None:
                return ANONYMOUS
            return _viewer(dict(row), self._edits_of(session, row["user"]), scopes=frozenset({Scope.READ}))

    def _find(self, statement: Any, token: str) -> tuple[Mapping[str, Any], frozenset[str]] | None:
        if len(token) > _LONGEST:
            return None
        with self._site.read() as session:
            row = session.execute(statement, {"hash": hash_token(token), "now": self._site.now()}).mappings().first()
            return None if row is None else (dict(row), self._edits_of(session, row["user"]))

    def _note_seen(self, row: Mapping[str, Any], table: type[SignIn] | type[ApiToken]) -> None:
        """Every few minutes, write that the device is in use, which also puts off the end of its session."""
        now = self._site.clock()
        if row["seen_at"] > rfc3339(now - _SEEN_EVERY) or not self._first(row["row"], now):
            return
        values = {"seen_at": rfc3339(now)}
        if table is SignIn:
            values["expires_at"] = rfc3339(now + timedelta(days=self._site.settings.session_days))
        try:
            with self._site.write() as session:
                session.execute(update(table).where(col(table.id) == row["row"]).values(**values))
        except HomereelError as error:  # a full disk must not keep people from watching
            log.warning("that a device was seen could not be noted", error=str(error))

    def _first(self, row_id: str, now: datetime) -> bool:
        """Whether nobody else is noting it: a player asks for many segments at once."""
        with self._lock:
            if self._noted.get(row_id, now - _SEEN_EVERY) > now - _SEEN_EVERY:
                return False
            if len(self._noted) > 5000:
                self._noted.clear()
            self._noted[row_id] = now
            return True


def bearer_token(header: str) -> str | None:
    """The token in an Authorization header; None if it holds another kind, which is a proxy's business and not ours."""
    kind, _, token = header.partition(" ")
    return token.strip() if kind.lower() == "bearer" else None


def _viewer(row: Mapping[str, Any], edits: frozenset[str], *, scopes: frozenset[Scope] | None = None, session_id: str = "") -> Viewer:
    return Viewer(
        user_id=row["user"], public_id=row["public_id"], profile_id=row["profile"], name=row["name"],
        display_name=row["display_name"] or row["name"], role=Role(row["role"]), scopes=scopes, session_id=session_id,
        theme=row["theme"], edits=edits,
    )  # fmt: skip
