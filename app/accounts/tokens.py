"""Tokens for programs: scoped, hashed, shown once (SECURITY AU-11). No route that makes one accepts one."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from app.accounts.fields import unusable
from app.accounts.models import ApiToken, User
from app.accounts.names import clean_name
from app.accounts.roles import scopes_of
from app.accounts.sessions import hash_token, new_token
from app.errors import Missing, NotAllowed
from app.http.viewer import Role, Scope
from app.i18n import N_
from app.site import rfc3339

PREFIX = "homereel_"  # so that a token that leaked can be found by its shape
LONGEST_DAYS = 3650
MOST = 100


def create_token(
    session: Session, user: User, *, name: str, scopes: Iterable[str], now: datetime, days: int | None = None
) -> tuple[ApiToken, str]:
    """A token and its secret, which is nowhere else. NotAllowed for a scope that the person's role does not reach."""
    chosen = _scopes(scopes)
    if beyond := chosen - scopes_of(Role(user.role)):
        raise NotAllowed(N_("Your role does not reach “{scope}”, so a token of yours cannot either."), scope=min(beyond))
    if days is not None and not 1 <= days <= LONGEST_DAYS:
        raise unusable("days", N_("A token can last from 1 to {most} days, or without end."), most=LONGEST_DAYS)
    if len(tokens_of(session, user.id)) >= MOST:
        raise unusable("name", N_("You have {most} tokens. Delete one that is not used any more."), most=MOST)
    secret = PREFIX + new_token()
    token = ApiToken(
        user_id=user.id, name=clean_name(name, field="name"), token_hash=hash_token(secret), scopes=",".join(sorted(chosen)),
        created_at=rfc3339(now), expires_at="" if days is None else rfc3339(now + timedelta(days=days)),
    )  # fmt: skip
    session.add(token)
    return token, secret


def tokens_of(session: Session, user_id: str) -> Sequence[ApiToken]:
    """A person's tokens, the newest first."""
    return session.exec(select(ApiToken).where(ApiToken.user_id == user_id).order_by(col(ApiToken.id).desc())).all()


def revoke_token(session: Session, user_id: str, public_id: str) -> None:
    """Delete a token of this person; Missing if there is none such."""
    token = session.exec(select(ApiToken).where(ApiToken.user_id == user_id, ApiToken.public_id == public_id)).first()
    if token is None:
        raise Missing(N_("There is no such token. It may have been deleted already."))
    session.delete(token)


def _scopes(given: Iterable[str]) -> frozenset[Scope]:
    try:
        chosen = frozenset(Scope(scope.strip()) for scope in given if scope.strip())
    except ValueError:
        raise unusable("scopes", N_("A token can be allowed: read, upload, manage, admin.")) from None
    if not chosen:
        raise unusable("scopes", N_("Say what the token may do: read, upload, manage, admin."))
    return chosen
