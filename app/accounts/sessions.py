"""Devices that are signed in. A cookie holds 256 random bits; only their SHA-256 is kept (SECURITY AU-2, AU-3)."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col, select

from app.accounts.events import SessionsEnded
from app.accounts.models import Profile, SignIn, User
from app.events import record
from app.site import rfc3339


def new_token() -> str:
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """Enough for something with 256 random bits; a slow hash is for what people think up."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def start_session(session: Session, user: User, *, device: str, now: datetime, days: int) -> str:
    """Sign a device in; returns the token for its cookie, which is nowhere else."""
    token = new_token()
    profile = session.exec(select(Profile).where(Profile.user_id == user.id).order_by(Profile.id)).one()
    _forget_expired(session, user.id, now)
    session.add(
        SignIn(
            token_hash=hash_token(token), user_id=user.id, profile_id=profile.id, device=device,
            created_at=rfc3339(now), seen_at=rfc3339(now), expires_at=rfc3339(now + timedelta(days=days)),
        )
    )  # fmt: skip
    return token


def end_session(session: Session, session_id: str) -> None:
    """Sign one device out. Nothing happens if it is not there any more."""
    _end(session, [session_id] if session.get(SignIn, session_id) else [])


def end_sessions(session: Session, user_id: str) -> None:
    """Sign a person out everywhere."""
    _end(session, session.exec(select(SignIn.id).where(SignIn.user_id == user_id)).all())


def devices_of(session: Session, user_id: str) -> Sequence[SignIn]:
    """Where a person is signed in, the device seen last first."""
    return session.exec(select(SignIn).where(SignIn.user_id == user_id).order_by(col(SignIn.seen_at).desc())).all()


def handle_of(session_id: str) -> str:
    """What a device is called in addresses: tells nothing of the row behind it."""
    return hashlib.blake2b(session_id.encode(), digest_size=9, person=b"device").hexdigest()


def end_device(session: Session, user_id: str, handle: str) -> str | None:
    """Sign out the device of this person that has this handle; its session's id, or None if there is none such."""
    for device in devices_of(session, user_id):
        if secrets.compare_digest(handle_of(device.id).encode(), handle.encode()):
            _end(session, [device.id])
            return device.id
    return None


def _end(session: Session, ids: Sequence[str]) -> None:
    if ids:
        session.execute(delete(SignIn).where(col(SignIn.id).in_(ids)))
        record(session, SessionsEnded(tuple(ids)))


def _forget_expired(session: Session, user_id: str, now: datetime) -> None:
    session.execute(delete(SignIn).where(col(SignIn.user_id) == user_id, col(SignIn.expires_at) <= rfc3339(now)))
