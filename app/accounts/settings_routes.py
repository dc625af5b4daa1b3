"""/settings: one's own account on one page. Every form is a plain POST; what was wrong stands beside the field."""

from typing import Annotated, Any

from litestar import Request, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter, URLEncodedBody
from litestar.response import Redirect
from msgspec import Struct

from app.accounts import service, views
from app.accounts.cookies import cookie_for
from app.accounts.devices import device_name
from app.accounts.fields import unusable
from app.accounts.models import User
from app.accounts.roles import scopes_of
from app.accounts.sessions import end_device
from app.accounts.sign_in import WRONG, change_password
from app.accounts.throttle import source_of
from app.accounts.tokens import create_token, revoke_token
from app.errors import HomereelError, Invalid, NotAllowed, SignInNeeded, TooMany
from app.http.pages import Page, page
from app.http.policy import by_session
from app.http.viewer import Role, Scope, Viewer
from app.http.words import day, when
from app.i18n import N_, translate
from app.site import Site

Asked = Request[Any, Any, Any]
Done = Annotated[str, QueryParameter(name="done")]
NOTICES = {
    "account": N_("Saved."),
    "password": N_("Your password is changed. Every other device is signed out."),
    "device": N_("That device is signed out."),
    "token": N_("The token is deleted. Programs that used it are locked out."),
}
SCOPES = {
    Scope.READ: N_("Watch and search, as you may"),
    Scope.UPLOAD: N_("Add videos"),
    Scope.MANAGE: N_("Change and delete your videos"),
    Scope.ADMIN: N_("Look after the site"),
}


class AccountForm(Struct):
    display_name: str = ""
    theme: str = ""


class PasswordForm(Struct):
    old: str = ""
    password: str = ""


class TokenForm(Struct):
    name: str = ""
    days: str = ""
    read: str = ""
    upload: str = ""
    manage: str = ""
    admin: str = ""


@get("/settings", policy=by_session, sync_to_thread=True, include_in_schema=False)
def settings_page(site: NamedDependency[Site], viewer: NamedDependency[Viewer], done: Done = "") -> Page:
    return _settings(site, viewer, notice=NOTICES.get(done))


@post("/settings/account", policy=by_session, sync_to_thread=True, include_in_schema=False, status_code=200)
def save_account(site: NamedDependency[Site], viewer: NamedDependency[Viewer], data: URLEncodedBody[AccountForm]) -> Page | Redirect:
    try:
        with site.write() as session:
            service.rename(session, session.get_one(User, viewer.user_id), data.display_name)
            service.choose_theme(session, viewer.profile_id, data.theme)
    except Invalid as error:
        return _settings(site, viewer, error=error, values={"display_name": data.display_name[:200]})
    # what the menu of this browser chose before would otherwise hide the choice that was just made
    return _done("account", cookies=[Cookie(key="theme", value=data.theme, path="/", max_age=400 * 86400, samesite="lax")])


@post("/settings/password", policy=by_session, sync_to_thread=True, include_in_schema=False, status_code=200)
def save_password(
    site: NamedDependency[Site], viewer: NamedDependency[Viewer], request: Asked, data: URLEncodedBody[PasswordForm]
) -> Page | Redirect:
    device = device_name(request.headers.get("user-agent", ""))
    try:
        token = change_password(site, user_id=viewer.user_id, old=data.old, new=data.password, source=source_of(request), device=device)
    except SignInNeeded:
        return _settings(site, viewer, error=unusable("old", WRONG))
    except (Invalid, TooMany) as error:
        return _settings(site, viewer, error=error)
    return _done("password", cookies=[cookie_for(request, site.settings, token)])


@post("/settings/devices/{device_id:str}/sign-out", policy=by_session, sync_to_thread=True, include_in_schema=False, status_code=303)
def sign_out_device(site: NamedDependency[Site], viewer: NamedDependency[Viewer], device_id: FromPath[str]) -> Redirect:
    with site.write() as session:
        ended = end_device(session, viewer.user_id, device_id)
    return Redirect("/login", status_code=303) if ended == viewer.session_id else _done("device")


@post("/settings/tokens", policy=by_session, sync_to_thread=True, include_in_schema=False, status_code=200)
def new_token(site: NamedDependency[Site], viewer: NamedDependency[Viewer], data: URLEncodedBody[TokenForm]) -> Page:
    """The secret stands on the page that answers, this once: so this answers with a page and no redirect."""
    chosen = [scope for scope in Scope if getattr(data, scope)]
    try:
        days = _days(data.days)
        with site.write() as session:
            user = session.get_one(User, viewer.user_id)
            token, secret = create_token(session, user, name=data.name, scopes=chosen, now=site.clock(), days=days)
    except (Invalid, NotAllowed) as error:
        return _settings(site, viewer, error=error, values={"name": data.name[:200], "days": data.days[:10], "scopes": chosen})
    return _settings(site, viewer, made={"name": token.name, "secret": secret})


@post("/settings/tokens/{token_id:str}/delete", policy=by_session, sync_to_thread=True, include_in_schema=False, status_code=303)
def drop_token(site: NamedDependency[Site], viewer: NamedDependency[Viewer], token_id: FromPath[str]) -> Redirect:
    with site.write() as session:
        revoke_token(session, viewer.user_id, token_id)
    return _done("token")


def _days(typed: str) -> int | None:
    if not typed.strip():
        return None
    if not typed.strip().isdecimal() or len(typed) > 10:
        raise unusable("days", N_("Enter a number of days, or nothing for a token without end."))
    return int(typed)


def _done(what: str, cookies: list[Cookie] | None = None) -> Redirect:
    return Redirect(f"/settings?done={what}", status_code=303, cookies=cookies)


def _settings(
    site: Site,
    viewer: Viewer,
    *,
    notice: str | None = None,
    error: HomereelError | None = None,
    values: dict[str, object] | None = None,
    made: dict[str, str] | None = None,
) -> Page:
    """The whole page. `error` decides its status; where it belongs to no field it stands on top."""
    errors = error.fields if isinstance(error, Invalid) else {}
    now = site.clock().astimezone()
    with site.read() as session:
        user = session.get_one(User, viewer.user_id)
        devices = [{"device": one, "seen_text": when(one.seen_at, now)} for one in views.devices(session, viewer)]
        tokens = [
            {
                "token": one,
                "can": [translate(SCOPES[Scope(scope)]) for scope in one.scopes],
                "seen_text": when(one.seen_at, now) if one.seen_at else None,
                "until": day(one.expires_at, now) if one.expires_at else None,
            }
            for one in views.tokens(session, viewer.user_id)
        ]
        theme = service.profile_of(session, user.id).theme
    context = {
        "person": views.person(user),
        "shown_as": user.display_name,
        "profile_theme": theme,
        "devices": devices,
        "tokens": tokens,
        "errors": errors,
    }
    context |= {"scopes": [(scope, translate(SCOPES[scope])) for scope in Scope if scope in scopes_of(Role(user.role))]}
    context |= {"values": values or {}, "made": made, "notice": translate(notice) if notice else None}
    return page(
        "settings/page.html",
        status=error.status if error else 200,
        headers={"Retry-After": str(int(error.retry_after) + 1)} if isinstance(error, TooMany) else None,
        error=str(error) if error and not errors else None,
        **context,
    )


handlers = [settings_page, save_account, save_password, sign_out_device, new_token, drop_token]
