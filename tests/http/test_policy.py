"""A route's policy is its guard; a route without one stops the start."""

import pytest
from litestar import Litestar, get

from app.errors import Missing, NotAllowed, SignInNeeded
from app.http import policy as policies
from app.http.policy import Policy, undeclared
from app.http.viewer import ANONYMOUS, Role, Scope, Viewer
from app.main import build_asgi
from app.site import Site


def viewer(role: Role, *scopes: Scope) -> Viewer:
    return Viewer(user_id="u", role=role, scopes=frozenset(scopes) if scopes else None)


def test_a_route_without_a_policy_is_found() -> None:
    @get("/open")
    async def forgotten() -> str:
        return ""

    @get("/closed", policy=policies.admin)
    async def declared() -> str:
        return ""

    @get("/odd", policy="anyone")
    async def misdeclared() -> str:
        return ""

    found = undeclared(Litestar([forgotten, declared, misdeclared], openapi_config=None))

    assert [each.split()[0] for each in found] == ["/odd", "/open"]


def test_the_site_has_none_such(site: Site) -> None:
    assert undeclared(build_asgi(site)) == []


@pytest.mark.parametrize(
    ("policy", "who", "answer"),
    [
        (policies.anyone, ANONYMOUS, None),
        (policies.machine, ANONYMOUS, None),
        (policies.signed_in, ANONYMOUS, SignInNeeded),
        (policies.signed_in, viewer(Role.MEMBER), None),
        (policies.reader, viewer(Role.MEMBER), None),
        (policies.reader, viewer(Role.OWNER, Scope.UPLOAD), NotAllowed),
        (policies.creator, viewer(Role.MEMBER), NotAllowed),
        (policies.creator, viewer(Role.CREATOR), None),
        (policies.creator, viewer(Role.CREATOR, Scope.READ), NotAllowed),
        (policies.creator, viewer(Role.CREATOR, Scope.UPLOAD), None),
        (policies.admin, ANONYMOUS, SignInNeeded),
        (policies.admin, viewer(Role.MODERATOR), NotAllowed),
        (policies.admin, viewer(Role.ADMIN), None),
        (policies.admin, viewer(Role.OWNER, Scope.READ, Scope.MANAGE), NotAllowed),
        (policies.admin, viewer(Role.MODERATOR, Scope.ADMIN), NotAllowed),
        (policies.admin_page, ANONYMOUS, SignInNeeded),
        (policies.admin_page, viewer(Role.MEMBER), Missing),
        (policies.admin_page, viewer(Role.OWNER), None),
        (policies.by_session, viewer(Role.OWNER, Scope.ADMIN), NotAllowed),
        (policies.by_session, viewer(Role.MEMBER), None),
    ],
)
def test_who_gets_through(site: Site, policy: Policy, who: Viewer, answer: type[Exception] | None) -> None:
    if answer is None:
        policy.check(site, None, who)  # type: ignore[arg-type]
    else:
        with pytest.raises(answer):
            policy.check(site, None, who)  # type: ignore[arg-type]


def test_nobody_is_less_than_anybody() -> None:
    assert ANONYMOUS.anonymous
    assert not any(ANONYMOUS.at_least(role) for role in Role)
    assert not ANONYMOUS.is_admin
    assert not ANONYMOUS.can_upload
