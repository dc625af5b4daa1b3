"""People: made, changed, switched off. The only writer of `users` and `profiles`. Passwords arrive here hashed."""

from sqlmodel import Session, func, select

from app.accounts.events import UserChanged, UserCreated
from app.accounts.fields import unusable
from app.accounts.models import Profile, User
from app.accounts.names import clean_name, fold
from app.accounts.roles import Actor, refuse_last_owner, refuse_role, refuse_touch
from app.accounts.sessions import end_sessions
from app.errors import Conflict, Missing, NotAllowed
from app.events import record
from app.http.pages import THEMES
from app.http.viewer import Role
from app.i18n import N_

NOBODY = N_("There is nobody of that name here.")


def create_user(session: Session, *, by: Actor, name: str, role: Role, password_hash: str, now: str, display_name: str = "") -> User:
    """A new account with its one profile. Invalid if the name cannot be used or is taken, NotAllowed if `by` may not give the role."""
    refuse_role(by, role)
    name = clean_name(name)
    if find_user(session, name) is not None:
        raise unusable("username", N_("Somebody here is called “{name}” already. Choose another name."), name=name)
    shown = clean_name(display_name, field="display_name") if display_name.strip() else ""
    user = User(
        name=name, folded=fold(name), display_name=shown, role=role, password_hash=password_hash, password_changed_at=now, created_at=now
    )
    session.add(user)
    session.flush()  # the profile refers to it
    session.add(Profile(user_id=user.id, name=shown or name, created_at=now))
    record(session, UserCreated(user.id))
    return user


def find_user(session: Session, name: str) -> User | None:
    """Whoever signs in with this name, written in any way that counts as the same."""
    return session.exec(select(User).where(User.folded == fold(name))).first()


def get_user(session: Session, public_id: str) -> User:
    user = session.exec(select(User).where(User.public_id == public_id)).first()
    if user is None:
        raise Missing(NOBODY)
    return user


def change_role(session: Session, user: User, role: Role, *, by: Actor) -> None:
    """Give another role. Ends the person's sessions: a session never outlives the rights it was made with (SECURITY AU-2)."""
    if user.role == role:
        return
    refuse_touch(by, Role(user.role))
    refuse_role(by, role)
    if user.role == Role.OWNER:
        refuse_last_owner(active_owners=active_owners(session))
    user.role = role
    session.add(user)
    end_sessions(session, user.id)
    record(session, UserChanged(user.id))


def disable(session: Session, user: User, *, by: Actor) -> None:
    """Switch the account off: signed out everywhere, tokens dead, videos stay. Effective with the next request."""
    refuse_touch(by, Role(user.role))
    if user.id == by.user_id:
        raise Conflict(N_("You cannot switch off your own account."))
    if user.disabled:
        return
    if user.role == Role.OWNER:
        refuse_last_owner(active_owners=active_owners(session))
    user.disabled = True
    session.add(user)
    end_sessions(session, user.id)
    record(session, UserChanged(user.id))


def enable(session: Session, user: User, *, by: Actor) -> None:
    refuse_touch(by, Role(user.role))
    user.disabled = False
    session.add(user)
    record(session, UserChanged(user.id))


def reset_password(session: Session, user: User, password_hash: str, *, by: Actor, now: str) -> None:
    """Set somebody else's password, and sign them out everywhere."""
    refuse_touch(by, Role(user.role))
    if by.by_token:
        raise NotAllowed(N_("A token cannot set passwords. Sign in with your own."))
    keep_password(session, user, password_hash, now=now)


def keep_password(session: Session, user: User, password_hash: str, *, now: str) -> None:
    """The password is another one from now on; every device must sign in anew."""
    user.password_hash, user.password_changed_at = password_hash, now
    session.add(user)
    end_sessions(session, user.id)


def rename(session: Session, user: User, display_name: str, *, by: Actor | None = None) -> None:
    """How a person is called on pages; empty means by the name they sign in with. `by`: somebody else, who must be allowed to."""
    if by is not None:
        refuse_touch(by, Role(user.role))
    user.display_name = clean_name(display_name, field="display_name") if display_name.strip() else ""
    session.add(user)
    for profile in session.exec(select(Profile).where(Profile.user_id == user.id)):
        profile.name = user.display_name or user.name
    record(session, UserChanged(user.id))


def choose_theme(session: Session, profile_id: str, theme: str) -> None:
    """Light, dark, black, or "" to follow the device."""
    if theme not in THEMES:
        raise unusable("theme", N_("There is no such theme."))
    profile = session.get(Profile, profile_id)
    assert profile is not None
    profile.theme = theme
    session.add(profile)


def active_owners(session: Session) -> int:
    return session.exec(select(func.count()).select_from(User).where(User.role == Role.OWNER, User.disabled == False)).one()  # noqa: E712


def profile_of(session: Session, user_id: str) -> Profile:
    return session.exec(select(Profile).where(Profile.user_id == user_id).order_by(Profile.id)).one()
