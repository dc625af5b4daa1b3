"""Signing in with name and password: throttled, the same work whoever is asked for, hashing outside any transaction."""

import structlog
from sqlmodel import Session

from app.accounts.models import User
from app.accounts.names import fold
from app.accounts.passwords import Passwords
from app.accounts.service import find_user, keep_password
from app.accounts.sessions import end_session, start_session
from app.accounts.throttle import Throttle
from app.errors import NotAllowed, SignInNeeded
from app.i18n import N_
from app.site import Site

log = structlog.get_logger(__name__)
WRONG = N_("That name and that password do not belong together.")
SWITCHED_OFF = N_("This account is switched off. Ask the keeper of this site.")


def sign_in(site: Site, *, name: str, password: str, source: str, device: str, replaces: str = "") -> tuple[User, str]:
    """The person and the token for the cookie. SignInNeeded if name and password do not match; `replaces` is a session that ends."""
    user = check_password(site, name=name, password=password, source=source)
    better = site.part(Passwords).rehash(password) if site.part(Passwords).outdated(user.password_hash) else ""
    with site.write() as session:
        now = session.get(User, user.id)
        if now is None or now.password_hash != user.password_hash:  # changed while we were hashing
            raise SignInNeeded(WRONG)
        if now.disabled:
            raise NotAllowed(SWITCHED_OFF)
        if better:
            now.password_hash = better
        token = _begin(session, site, now, device=device, replaces=replaces)
    log.info("signed in", user=user.public_id, source=source)
    return user, token


def check_password(site: Site, *, name: str, password: str, source: str) -> User:
    """Whoever has this name and this password. Every wrong guess counts, also at accounts that do not exist."""
    with site.part(Throttle).guess(account=fold(name), source=source) as right:
        with site.read() as session:
            user = find_user(session, name)
        if not site.part(Passwords).verify(user.password_hash if user else "", password) or user is None:
            log.warning("a sign-in was refused", user=user.public_id if user else "", source=source)
            raise SignInNeeded(WRONG)
        right()
    return user


def change_password(site: Site, *, user_id: str, old: str, new: str, source: str, device: str) -> str:
    """Set one's own password: every device is signed out, and this one gets a new session, whose token comes back."""
    with site.read() as session:
        user = session.get(User, user_id)
    if user is None:
        raise SignInNeeded
    check_password(site, name=user.name, password=old, source=source)
    password_hash = site.part(Passwords).new_hash(new, name=user.name)
    with site.write() as session:
        now = session.get(User, user_id)
        if now is None or now.disabled or now.password_hash != user.password_hash:
            raise SignInNeeded(WRONG)
        keep_password(session, now, password_hash, now=site.now())
        token = _begin(session, site, now, device=device)
    log.info("a password was changed", user=user.public_id, source=source)
    return token


def _begin(session: Session, site: Site, user: User, *, device: str, replaces: str = "") -> str:
    if replaces:
        end_session(session, replaces)
    return start_session(session, user, device=device, now=site.clock(), days=site.settings.session_days)
