"""Who may do what to whom."""

from itertools import pairwise

import pytest

from app.accounts.roles import KEEPER, LABELS, MEANINGS, Actor, actor, grantable, refuse_last_owner, refuse_role, refuse_touch, scopes_of
from app.errors import Conflict, NotAllowed
from app.http.viewer import ANONYMOUS, Role, Scope, Viewer

OWNER, ADMIN = Actor("o", Role.OWNER), Actor("a", Role.ADMIN)


@pytest.mark.parametrize(
    ("by", "roles"),
    [
        (OWNER, [Role.MEMBER, Role.CREATOR, Role.MODERATOR, Role.ADMIN, Role.OWNER]),
        (ADMIN, [Role.MEMBER, Role.CREATOR, Role.MODERATOR, Role.ADMIN]),
        (Actor("o", Role.OWNER, by_token=True), [Role.MEMBER, Role.CREATOR, Role.MODERATOR]),
    ],
)
def test_nobody_gives_a_role_beyond_their_reach(by: Actor, roles: list[Role]) -> None:
    assert list(grantable(by)) == roles
    for role in set(Role) - set(roles):
        with pytest.raises(NotAllowed):
            refuse_role(by, role)


def test_administrators_cannot_touch_owners_and_tokens_cannot_touch_administrators() -> None:
    refuse_touch(OWNER, Role.OWNER)
    refuse_touch(ADMIN, Role.ADMIN)
    for by, target in ((ADMIN, Role.OWNER), (Actor("o", Role.OWNER, by_token=True), Role.ADMIN)):
        with pytest.raises(NotAllowed):
            refuse_touch(by, target)


def test_the_last_owner_stays() -> None:
    refuse_last_owner(active_owners=2)
    with pytest.raises(Conflict):
        refuse_last_owner(active_owners=1)


@pytest.mark.parametrize(
    "viewer", [ANONYMOUS, Viewer(user_id="m", role=Role.MODERATOR), Viewer(user_id="o", role=Role.OWNER, scopes=frozenset({Scope.READ}))]
)
def test_only_administrators_look_after_people(viewer: Viewer) -> None:
    with pytest.raises(NotAllowed):
        actor(viewer)


def test_a_higher_role_reaches_all_that_a_lower_one_does() -> None:
    ladder = [Role.MEMBER, Role.CREATOR, Role.MODERATOR, Role.ADMIN, Role.OWNER]

    reached = [scopes_of(role) for role in ladder]

    assert all(lower <= higher for lower, higher in pairwise(reached))
    assert Scope.ADMIN not in scopes_of(Role.MODERATOR)
    assert scopes_of(Role.OWNER) == frozenset(Scope)


def test_every_role_has_a_name_and_a_meaning_for_people() -> None:
    assert set(LABELS) == set(MEANINGS) == set(Role)
    assert KEEPER.role is Role.OWNER
