"""The wizard: the first pages of an unclaimed site. The code and the owner's account claim it; the rest is for the new owner alone.

Once it is claimed, `/setup` is not there; once the owner went through, neither are the later steps (SECURITY AU-1).
"""

from typing import Annotated, Any

import segno
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter, URLEncodedBody
from litestar.response import Redirect, Response
from msgspec import Struct

from app.accounts import views
from app.accounts.cookies import cookie_for
from app.accounts.devices import device_name
from app.accounts.first_run import FirstRun, clean_site_name, finish_wizard, unclaimed, wizard_is_open
from app.accounts.models import User
from app.accounts.sessions import start_session
from app.accounts.storage_check import storage_checks
from app.accounts.throttle import source_of
from app.errors import HomereelError, Invalid, Missing, NotAllowed, TooMany
from app.http.addresses import addresses
from app.http.pages import Page, page
from app.http.policy import Connection, Policy
from app.http.viewer import Role, Viewer
from app.site import Site, set_value
from app.storage.space import Reserve

Asked = Request[Any, Any, Any]
Code = Annotated[str, QueryParameter(name="code")]
STEPS = 5


def _while_unclaimed(site: Site, _connection: Connection, _viewer: Viewer) -> dict[str, object]:
    if not unclaimed(site):
        raise Missing
    return {}


def _new_owner(site: Site, _connection: Connection, viewer: Viewer) -> dict[str, object]:
    if viewer.role is not Role.OWNER or viewer.scopes is not None or not wizard_is_open(site):
        raise Missing
    return {}


while_unclaimed = Policy("while_unclaimed", _while_unclaimed)
new_owner = Policy("new_owner", _new_owner)


class CodeForm(Struct):
    code: str = ""


class OwnerForm(Struct):
    code: str = ""
    username: str = ""
    password: str = ""


class SiteForm(Struct):
    site_name: str = ""
    privacy: str = "members"


class LastForm(Struct):
    then: str = ""


class Claim(Struct, forbid_unknown_fields=True):
    """`code` stands where Homereel was started."""

    code: str
    site_name: str
    username: str
    password: str


@post("/api/v1/setup", policy=while_unclaimed, sync_to_thread=True, tags=["Setup"], summary="Claim a new site")
def api_claim(site: NamedDependency[Site], request: Asked, data: JSONBody[Claim]) -> Response[views.Me]:
    """Makes the owner and signs them in. Once; 404 for ever after. 403 if the code is wrong."""
    user, token = _claim(site, request, code=data.code, username=data.username, password=data.password, site_name=data.site_name)
    with site.read() as session:
        return Response(views.me(session, user.id), cookies=[cookie_for(request, site.settings, token)])


@get("/setup", policy=while_unclaimed, sync_to_thread=True, include_in_schema=False)
def setup_page(site: NamedDependency[Site], request: Asked, code: Code = "") -> Page:
    """Asks for the code; with the right one in the address, as printed at start, asks for the owner."""
    if not code:
        return _code_step({}, {})
    try:
        site.part(FirstRun).check_code(code, source=source_of(request))
    except (NotAllowed, TooMany) as error:
        return _code_step({"code": code[:40]}, {"code": str(error)}, error)
    return _owner_step(code, {}, {})


@post("/setup", policy=while_unclaimed, sync_to_thread=True, include_in_schema=False, status_code=200)
def give_code(site: NamedDependency[Site], request: Asked, data: URLEncodedBody[CodeForm]) -> Page:
    try:
        site.part(FirstRun).check_code(data.code, source=source_of(request))
    except (NotAllowed, TooMany) as error:
        return _code_step({"code": data.code[:40]}, {"code": str(error)}, error)
    return _owner_step(data.code, {}, {})


@post("/setup/owner", policy=while_unclaimed, sync_to_thread=True, include_in_schema=False, status_code=200)
def make_owner(site: NamedDependency[Site], request: Asked, data: URLEncodedBody[OwnerForm]) -> Page | Redirect:
    """Claims the site. The password is in no page and in no state between the steps."""
    try:
        _, token = _claim(site, request, code=data.code, username=data.username, password=data.password)
    except Invalid as error:
        return _owner_step(data.code, {"username": data.username[:200]}, error.fields, error)
    except (NotAllowed, TooMany) as error:
        return _code_step({"code": data.code[:40]}, {"code": str(error)}, error)
    return Redirect("/setup/site", status_code=303, cookies=[cookie_for(request, site.settings, token)])


@get("/setup/site", policy=new_owner, sync_to_thread=True, include_in_schema=False)
def site_page(site: NamedDependency[Site]) -> Page:
    with site.read() as session:
        values = {"site_name": site.value(session, "site_name"), "privacy": site.value(session, "default_privacy")}
    return _site_step(site, values, {})


@post("/setup/site", policy=new_owner, sync_to_thread=True, include_in_schema=False, status_code=200)
def save_site(site: NamedDependency[Site], data: URLEncodedBody[SiteForm]) -> Page | Redirect:
    values = {"site_name": data.site_name[:200], "privacy": "public" if data.privacy == "public" else "members"}
    try:
        name = clean_site_name(data.site_name)
    except Invalid as error:
        return _site_step(site, values, error.fields, error)
    with site.write() as session:
        for key, value in (("site_name", name), ("default_privacy", values["privacy"])):
            if not site.origins.locked(key):
                set_value(session, key, value)
    return Redirect("/setup/folders", status_code=303)


@get("/setup/folders", policy=new_owner, sync_to_thread=True, include_in_schema=False)
def folders_page(site: NamedDependency[Site]) -> Page:
    return _step(
        "folders", 4, "/setup/folders", back_url="/setup/site", originals=site.paths.originals, inbox=site.paths.inbox,
        config=site.paths.data / "config.toml", checks=storage_checks(site.paths.originals, Reserve.set_to(site.settings.reserve)),
    )  # fmt: skip


@post("/setup/folders", policy=new_owner, sync_to_thread=True, include_in_schema=False, status_code=303)
def accept_folders() -> Redirect:
    return Redirect("/setup/done", status_code=303)


@get("/setup/done", policy=new_owner, sync_to_thread=True, include_in_schema=False)
def done_page(site: NamedDependency[Site], request: Asked) -> Page:
    """Addresses, the one for phones as a picture to scan; none where the site is for this machine alone."""
    found = addresses(site.settings, port=site.settings.port or request.url.port or 80)
    address = found[0] if len(found) > 1 else None  # the last one is this machine's own
    svg = segno.make(address, error="m").svg_inline(border=2, omitsize=True) if address else None
    return _step("done", 5, "/setup/done", back_url="/setup/folders", addresses=found, address=address, svg=svg)


@post("/setup/done", policy=new_owner, sync_to_thread=True, include_in_schema=False, status_code=303)
def leave_setup(site: NamedDependency[Site], data: URLEncodedBody[LastForm]) -> Redirect:
    with site.write() as session:
        finish_wizard(session, site.now())
    return Redirect("/upload" if data.then == "upload" else "/", status_code=303)


def _claim(site: Site, request: Asked, *, code: str, username: str, password: str, site_name: str = "") -> tuple[User, str]:
    user = site.part(FirstRun).claim(code=code, username=username, password=password, site_name=site_name, source=source_of(request))
    device = device_name(request.headers.get("user-agent", ""))
    with site.write() as session:
        return user, start_session(session, user, device=device, now=site.clock(), days=site.settings.session_days)


def _code_step(values: dict[str, str], errors: dict[str, str], error: HomereelError | None = None) -> Page:
    return _step("code", 1, "/setup", values=values, errors=errors, fault=error)


def _owner_step(code: str, values: dict[str, str], errors: dict[str, str], error: HomereelError | None = None) -> Page:
    return _step("owner", 2, "/setup/owner", values=values, errors=errors, code=code[:40], back_url="/setup", fault=error)


def _site_step(site: Site, values: dict[str, str], errors: dict[str, str], error: HomereelError | None = None) -> Page:
    locked = {key: site.origins.of[key] for key in ("site_name", "default_privacy") if site.origins.locked(key)}
    return _step("site", 3, "/setup/site", values=values, errors=errors, locked=locked, fault=error)


def _step(name: str, number: int, action: str, *, fault: HomereelError | None = None, **context: Any) -> Page:
    headers = {"Retry-After": str(int(fault.retry_after) + 1)} if isinstance(fault, TooMany) else None
    context = {"values": {}, "errors": {}, "code": "", "back_url": None, "error": None} | context
    return page(
        f"setup/{name}.html", status=fault.status if fault else 200, headers=headers, step=number, steps=STEPS, action=action, **context
    )


handlers = [
    api_claim, setup_page, give_code, make_owner, site_page, save_site, folders_page, accept_folders, done_page, leave_setup,
]  # fmt: skip
