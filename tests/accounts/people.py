"""People for tests, made as the site makes them but for the slow hashing."""

import re

from sqlmodel import Session

from app.accounts.models import User
from app.accounts.roles import KEEPER
from app.accounts.service import create_user
from app.accounts.sessions import start_session
from app.http.viewer import Role
from app.site import Site


def person(site: Site, name: str, role: Role = Role.MEMBER) -> User:
    with site.write() as session:
        return create_user(session, by=KEEPER, name=name, role=role, password_hash="", now=site.now())


def signed_in(site: Site, user: User, device: str = "Firefox on Linux") -> str:
    """The token of a device of theirs."""
    with site.write() as session:
        return start_session(session, again(session, user), device=device, now=site.clock(), days=site.settings.session_days)


def again(session: Session, user: User) -> User:
    found = session.get(User, user.id)
    assert found is not None
    return found


def secret_in(text: str) -> str:
    """What a page shows this once."""
    found = re.search(r"data-secret>([^<]+)<", text)
    assert found is not None
    return found[1]
