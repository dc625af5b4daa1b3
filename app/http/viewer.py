"""Who is asking. Made once per request, from a session cookie or a bearer token, and handed to everything that decides."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from litestar.connection import ASGIConnection


class Role(StrEnum):
    OWNER = "owner"
    ADMIN = "admin"
    MODERATOR = "moderator"
    CREATOR = "creator"
    MEMBER = "member"


class Scope(StrEnum):
    READ = "read"
    UPLOAD = "upload"
    MANAGE = "manage"
    ADMIN = "admin"


_RANK = {Role.MEMBER: 1, Role.CREATOR: 2, Role.MODERATOR: 3, Role.ADMIN: 4, Role.OWNER: 5}


@dataclass(frozen=True)
class Viewer:
    """A person, by one of their profiles, or nobody (`ANONYMOUS`). `scopes` is None for a session, which may do all that the person may."""

    user_id: str = ""
    public_id: str = ""  # of the account: what may stand in an address
    profile_id: str = ""
    name: str = ""
    display_name: str = ""
    role: Role | None = None
    scopes: frozenset[Scope] | None = None
    session_id: str = ""
    theme: str = ""
    edits: frozenset[str] = field(default_factory=frozenset)  # ids of channels this person owns or co-edits

    @property
    def anonymous(self) -> bool:
        return not self.user_id

    @property
    def is_admin(self) -> bool:
        return self.at_least(Role.ADMIN) and self.has(Scope.ADMIN)

    @property
    def can_upload(self) -> bool:
        return self.at_least(Role.CREATOR) and self.has(Scope.UPLOAD)

    def at_least(self, role: Role) -> bool:
        return self.role is not None and _RANK[self.role] >= _RANK[role]

    def has(self, scope: Scope) -> bool:
        """Whether the way this request was signed in allows such acts at all."""
        return self.scopes is None or scope in self.scopes


ANONYMOUS = Viewer()


class Identifier(Protocol):
    """Finds out who is asking. Given by `accounts`, which this layer cannot name."""

    def identify(self, connection: ASGIConnection[Any, Any, Any, Any]) -> Viewer: ...
