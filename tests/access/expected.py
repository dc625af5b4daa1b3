"""What the house promises to whom, written down a second time and on its own (SECURITY AZ-1, AZ-2), to hold the code against."""

from enum import Enum

from app.http.viewer import Role, Scope
from tests.access.world import Route, Visitor


class Answer(Enum):
    GIVEN = "given"
    SIGN_IN = "sign in first"
    REFUSED = "refused"
    MISSING = "missing"


_AT_LEAST = {Role.MEMBER: 1, Role.CREATOR: 2, Role.MODERATOR: 3, Role.ADMIN: 4, Role.OWNER: 5}


def may_watch(visitor: Visitor, kind: str) -> bool:
    if kind in ("trashed", "blocked") or not visitor.has(Scope.READ):
        return False
    if visitor.edits:
        return True
    return kind in ("public", "unlisted") or (kind == "members" and not visitor.anonymous)


def may_edit(visitor: Visitor, kind: str) -> bool:
    return bool(kind) and visitor.edits


def of_a_video(route: Route, visitor: Visitor, kind: str) -> Answer:
    """For a route that names a video; `kind` is "" for one that is not there."""
    if route.policy in ("may_watch", "may_play"):
        return Answer.GIVEN if kind and may_watch(visitor, kind) else Answer.MISSING
    if route.policy == "may_remember":
        if visitor.anonymous:
            return Answer.SIGN_IN
        return Answer.GIVEN if kind and may_watch(visitor, kind) else Answer.MISSING
    if route.policy == "may_edit":
        if visitor.anonymous:
            return Answer.SIGN_IN
        if not visitor.has(Scope.MANAGE):
            return Answer.REFUSED
        return Answer.GIVEN if may_edit(visitor, kind) else Answer.MISSING
    raise AssertionError(f"{route.name} names a video under the policy “{route.policy}”: say in tests/access/expected.py who may use it")


def of_no_video(route: Route, visitor: Visitor) -> Answer:
    by_token = visitor.scopes is not None
    match route.policy:
        case "anyone" | "machine":
            return Answer.GIVEN
        case "may_list":
            return Answer.GIVEN if visitor.has(Scope.READ) else Answer.REFUSED
        case "while_unclaimed" | "own_upload":
            return Answer.MISSING  # the site is claimed; the upload is nobody's
        case "new_owner":  # the wizard's later steps, which are still open
            return Answer.GIVEN if visitor.name == "owner" else Answer.MISSING
        case "may_see_channel":  # the owner's channel: nothing is in it
            return Answer.GIVEN if visitor.name == "owner" else Answer.MISSING
        case _ if visitor.anonymous:
            return Answer.SIGN_IN
        case "signed_in":
            return Answer.GIVEN
        case "by_session":
            return Answer.REFUSED if by_token else Answer.GIVEN
        case "reader":
            return _given(visitor, Role.MEMBER, Scope.READ)
        case "creator":
            return _given(visitor, Role.CREATOR, Scope.UPLOAD)
        case "may_keep":
            return Answer.GIVEN if _ranks(visitor, Role.CREATOR) and visitor.scopes is None else _keeps(visitor)
        case "admin":
            return _given(visitor, Role.ADMIN, Scope.ADMIN)
        case "admin_page":
            return Answer.GIVEN if _given(visitor, Role.ADMIN, Scope.ADMIN) is Answer.GIVEN else Answer.MISSING
    raise AssertionError(f"{route.name} has the policy “{route.policy}”: say in tests/access/expected.py who may use it")


def _keeps(visitor: Visitor) -> Answer:
    """The studio: whoever may add videos, or edits a channel; by token only with the scope to manage."""
    return Answer.GIVEN if visitor.edits and visitor.has(Scope.MANAGE) else Answer.REFUSED


def _given(visitor: Visitor, role: Role, scope: Scope) -> Answer:
    return Answer.GIVEN if _ranks(visitor, role) and visitor.has(scope) else Answer.REFUSED


def _ranks(visitor: Visitor, role: Role) -> bool:
    return visitor.role is not None and _AT_LEAST[visitor.role] >= _AT_LEAST[role]
