"""A site is claimed once. Whenever it cannot be known whether it was, it was (SECURITY AU-1)."""

import threading
from collections.abc import Callable
from pathlib import Path

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from app.accounts.events import SiteClaimed
from app.accounts.fields import unusable
from app.accounts.models import User
from app.accounts.passwords import Passwords
from app.accounts.roles import KEEPER
from app.accounts.service import create_user
from app.accounts.setup_code import forget_code, keep_code, same_code
from app.accounts.throttle import Throttle
from app.errors import HomereelError, Missing, NotAllowed
from app.events import record
from app.http.viewer import Role
from app.i18n import N_
from app.site import Site, fact, set_value

log = structlog.get_logger(__name__)
CLAIMED, FINISHED = "claimed_at", "setup_finished_at"
WRONG_CODE = N_("That is not the setup code. It stands where Homereel was started, in the window or the log.")
AfterClaim = Callable[[Session, User], None]


class FirstRun:
    """The door of an unclaimed site. `after_claim(session, user)` does, in the same transaction, what an owner needs at once."""

    def __init__(self, site: Site, after_claim: AfterClaim) -> None:
        self._site, self._after_claim = site, after_claim
        self._closed = False  # once claimed, claimed for ever
        self._code = ""
        self._one_at_a_time = threading.Lock()

    @property
    def code_file(self) -> Path:
        return self._site.paths.secrets / "setup-code"

    def prepare(self) -> str | None:
        """At start: the setup code to print, the same after a restart; None if the site is claimed."""
        if not self.open():
            if self._closed:
                forget_code(self.code_file)
            return None
        self._code = keep_code(self.code_file)
        return self._code

    def open(self) -> bool:
        """Whether the site is unclaimed. False also when the database cannot be read."""
        if self._closed:
            return False
        try:
            with self._site.read() as session:
                self._closed = is_claimed(session)
        except (HomereelError, SQLAlchemyError, OSError) as error:
            log.error("whether the site is claimed cannot be read, so it counts as claimed", error=str(error))
            return False
        return not self._closed

    def check_code(self, given: str, *, source: str) -> None:
        """Raise unless this is the setup code: Missing once the site is claimed, TooMany after too many wrong ones."""
        if not self.open():
            raise Missing
        with self._site.part(Throttle).guess(account=f"setup by {source}", source=source) as right:
            if not self._code or not same_code(given, self._code):
                log.warning("a wrong setup code was tried", source=source)
                raise NotAllowed(WRONG_CODE)
            right()

    def claim(self, *, code: str, username: str, password: str, source: str, site_name: str = "") -> User:
        """Make the owner. However many try at once, one succeeds and the others find nothing here."""
        self.check_code(code, source=source)
        name = clean_site_name(site_name) if site_name.strip() else ""
        with self._one_at_a_time:  # whoever comes second is spared the hashing
            if not self.open():
                raise Missing
            password_hash = self._site.part(Passwords).new_hash(password, name=username)
            with self._site.write() as session:
                user = self._make_owner(session, username, password_hash, name)
            self._closed, self._code = True, ""
        forget_code(self.code_file)
        log.info("the site was claimed", user=user.public_id)
        return user

    def _make_owner(self, session: Session, username: str, password_hash: str, site_name: str) -> User:
        if is_claimed(session):  # by another process, a moment ago
            raise Missing
        now = self._site.now()
        user = create_user(session, by=KEEPER, name=username, role=Role.OWNER, password_hash=password_hash, now=now)
        set_value(session, CLAIMED, now)
        if site_name and not self._site.origins.locked("site_name"):
            set_value(session, "site_name", site_name)
        self._after_claim(session, user)
        record(session, SiteClaimed(user.id))
        return user


def is_claimed(session: Session) -> bool:
    """Whether there is, or ever was, somebody who keeps this site."""
    if fact(session, CLAIMED) is not None:
        return True
    return session.exec(select(User.id).where(col(User.role).in_([Role.OWNER, Role.ADMIN])).limit(1)).first() is not None


def unclaimed(site: Site) -> bool:
    """Whether `/` should lead to `/setup`. Costs nothing once the site is claimed."""
    return site.part(FirstRun).open()


def clean_site_name(typed: str) -> str:
    """The name of the site: one line, 1 to 60 characters."""
    name = " ".join("".join(character for character in typed[:500] if character.isprintable()).split())
    if not name:
        raise unusable("site_name", N_("Give the site a name."))
    if len(name) > 60:
        raise unusable("site_name", N_("That name is longer than 60 characters. Choose a shorter one."))
    return name


def wizard_is_open(site: Site) -> bool:
    """Whether the owner has not gone through the rest of the wizard yet."""
    with site.read() as session:
        return fact(session, FINISHED) is None


def finish_wizard(session: Session, now: str) -> None:
    """Close the wizard for good. What it asked can be changed on the admin pages."""
    set_value(session, FINISHED, now)
