"""Who may do what to whom among people: pure rules, no rows."""

from dataclasses import dataclass

from app.errors import Conflict, NotAllowed
from app.http.viewer import Role, Scope, Viewer
from app.i18n import N_

LABELS = {
    Role.OWNER: N_("Owner"),
    Role.ADMIN: N_("Administrator"),
    Role.MODERATOR: N_("Moderator"),
    Role.CREATOR: N_("Creator"),
    Role.MEMBER: N_("Member"),
}
MEANINGS = {
    Role.OWNER: N_("Keeps the site: may do everything, also to administrators."),
    Role.ADMIN: N_("Looks after people, folders and the machine."),
    Role.MODERATOR: N_("Adds videos, and looks after what others report."),
    Role.CREATOR: N_("Watches and adds videos."),
    Role.MEMBER: N_("Watches."),
}

_SCOPES = {Role.MEMBER: frozenset({Scope.READ, Scope.MANAGE})}
_SCOPES[Role.CREATOR] = _SCOPES[Role.MODERATOR] = _SCOPES[Role.MEMBER] | {Scope.UPLOAD}
_SCOPES[Role.ADMIN] = _SCOPES[Role.OWNER] = _SCOPES[Role.CREATOR] | {Scope.ADMIN}


def scopes_of(role: Role) -> frozenset[Scope]:
    """Everything that a token of somebody with this role can be allowed."""
    return _SCOPES[role]


@dataclass(frozen=True)
class Actor:
    """Who does it. `by_token`: a program that holds a token, which may look after people but never make more power."""

    user_id: str
    role: Role
    by_token: bool = False


KEEPER = Actor("", Role.OWNER)  # whoever has a shell on the machine


def actor(viewer: Viewer) -> Actor:
    if viewer.role is None or not viewer.is_admin:
        raise NotAllowed(N_("Your account may not do this. Ask the keeper of this site."))
    return Actor(viewer.user_id, viewer.role, by_token=viewer.scopes is not None)


def grantable(by: Actor) -> tuple[Role, ...]:
    """Roles that this person may give, lowest first."""
    roles = [Role.MEMBER, Role.CREATOR, Role.MODERATOR]
    if not by.by_token:
        roles.append(Role.ADMIN)
    if by.role is Role.OWNER and not by.by_token:
        roles.append(Role.OWNER)
    return tuple(roles)


def refuse_role(by: Actor, role: Role) -> None:
    """Raise unless `by` may give this role to somebody."""
    if role not in grantable(by):
        raise NotAllowed(
            N_("Only an owner can make an owner.") if role is Role.OWNER and not by.by_token else N_("A token cannot give that role.")
        )


def refuse_touch(by: Actor, target: Role) -> None:
    """Raise unless `by` may change an account of this role at all."""
    if target is Role.OWNER and by.role is not Role.OWNER:
        raise NotAllowed(N_("Only an owner can change an owner's account."))
    if by.by_token and target in (Role.OWNER, Role.ADMIN):
        raise NotAllowed(N_("A token cannot change an administrator's account."))


def refuse_last_owner(*, active_owners: int) -> None:
    """Raise if the owner who is about to go is the last one."""
    if active_owners <= 1:
        raise Conflict(N_("This is the last owner. Make somebody else an owner first."))
