"""A route's policy is its guard: it decides, and hands the handler what it loaded while deciding.

`@get("/w/{public_id:str}", policy=may_watch)` – a route without a policy stops the start (`undeclared`).
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Litestar
from litestar.connection import ASGIConnection
from litestar.enums import RequestEncodingType
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.params import BodyKwarg

from app.errors import HomereelError, Missing, NotAllowed, SignInNeeded, Unsupported
from app.http.origin import refuse_cross_site
from app.http.viewer import ANONYMOUS, Identifier, Role, Scope, Viewer
from app.i18n import N_
from app.site import Site

Connection = ASGIConnection[Any, Any, Any, Any]
Check = Callable[[Site, Connection, Viewer], Mapping[str, object]]


@dataclass(frozen=True)
class Policy:
    """`check` raises, or returns values by the name of the dependency that hands them to the handler.

    `identifies` is False where it makes no difference who asks (static files, health): no database is read then.
    `remembers` answers on the event loop, without asking anew, or None; what it says must be as good as new.
    """

    name: str
    check: Check
    identifies: bool = True
    remembers: Callable[[Site, Connection], tuple[Viewer, Mapping[str, object]] | None] | None = None


async def guard(connection: Connection, handler: BaseRouteHandler) -> None:
    """The one guard of every route."""
    policy: Policy | None = handler.opt.get("policy")
    if policy is None and connection.scope.get("method") == "OPTIONS":
        return  # Litestar's own answer: names methods, touches nothing
    assert policy is not None
    refuse_cross_site(connection)
    _refuse_disguised(connection, handler)
    site: Site = connection.app.state.site
    if not policy.identifies:
        connection.state.viewer = ANONYMOUS
        connection.state.granted = policy.check(site, connection, ANONYMOUS)
        return
    known = policy.remembers(site, connection) if policy.remembers else None
    if known is None:
        known = await asyncio.to_thread(_decide, policy, site, connection)
    connection.state.viewer, connection.state.granted = known


async def still_granted(connection: Connection, policy: Policy) -> bool:
    """Whether somebody who was let in would be let in now: asked again while a long answer is on its way (SECURITY AZ-4)."""
    site: Site = connection.app.state.site
    if policy.remembers and policy.remembers(site, connection):
        return True
    try:
        await asyncio.to_thread(_decide, policy, site, connection)
    except HomereelError:  # also when nobody can say: a player asks again
        return False
    return True


def _decide(policy: Policy, site: Site, connection: Connection) -> tuple[Viewer, Mapping[str, object]]:
    viewer = site.part(Identifier).identify(connection)  # type: ignore[type-abstract]
    connection.state.viewer = viewer  # also when the check refuses: the error page greets the same person
    return viewer, policy.check(site, connection, viewer)


def _refuse_disguised(connection: Connection, handler: BaseRouteHandler) -> None:
    """JSON must say that it is JSON: a page elsewhere can send it as plain text without being asked about it (SECURITY AU-7)."""
    field = handler.parsed_data_field if isinstance(handler, HTTPRouteHandler) else None
    if (
        field is None
        or not isinstance(field.kwarg_definition, BodyKwarg)
        or field.kwarg_definition.media_type is not RequestEncodingType.JSON
    ):
        return
    kind = connection.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise Unsupported(N_("Send this as application/json."))


def undeclared(app: Litestar) -> list[str]:
    """Routes that declare no policy. Anything here stops the start."""
    found = []
    for route in app.routes:
        for handler in _handlers(route):
            if "create_options_handler" in str(handler):
                continue  # Litestar's own answer to OPTIONS: names methods, touches nothing
            if not isinstance(handler.opt.get("policy"), Policy):
                found.append(f"{route.path} ({handler})")
    return sorted(set(found))


def _handlers(route: Any) -> Iterable[BaseRouteHandler]:
    return getattr(route, "route_handlers", None) or [route.route_handler]


def _open(_site: Site, _connection: Connection, _viewer: Viewer) -> Mapping[str, object]:
    return {}


def _signed_in(_site: Site, _connection: Connection, viewer: Viewer) -> Mapping[str, object]:
    if viewer.anonymous:
        raise SignInNeeded
    return {}


def needs(role: Role, scope: Scope) -> Check:
    def check(_site: Site, _connection: Connection, viewer: Viewer) -> Mapping[str, object]:
        if viewer.anonymous:
            raise SignInNeeded
        if not viewer.at_least(role) or not viewer.has(scope):
            raise NotAllowed(N_("Your account may not do this. Ask the keeper of this site."))
        return {}

    return check


def _cookie_session(_site: Site, _connection: Connection, viewer: Viewer) -> Mapping[str, object]:
    if viewer.anonymous:
        raise SignInNeeded
    if viewer.scopes is not None:
        raise NotAllowed(N_("A token cannot do this. Sign in with your password."))
    return {}


def _admin_page(site: Site, connection: Connection, viewer: Viewer) -> Mapping[str, object]:
    if viewer.anonymous:
        raise SignInNeeded
    if not viewer.is_admin:
        raise Missing
    return _open(site, connection, viewer)


anyone = Policy("anyone", _open)
machine = Policy("machine", _open, identifies=False)
signed_in = Policy("signed_in", _signed_in)
reader = Policy("reader", needs(Role.MEMBER, Scope.READ))
creator = Policy("creator", needs(Role.CREATOR, Scope.UPLOAD))
admin = Policy("admin", needs(Role.ADMIN, Scope.ADMIN))
admin_page = Policy("admin_page", _admin_page)
by_session = Policy("by_session", _cookie_session)
