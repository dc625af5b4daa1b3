"""Coming in and going out, on pages and by the API."""

from typing import Annotated, Any

from litestar import Request, delete, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter, URLEncodedBody
from litestar.response import Redirect, Response
from msgspec import Struct

from app.accounts import views
from app.accounts.cookies import cookie_for, no_cookie
from app.accounts.devices import device_name
from app.accounts.models import User
from app.accounts.next_page import next_page
from app.accounts.sessions import end_session
from app.accounts.sign_in import sign_in
from app.accounts.throttle import source_of
from app.errors import HomereelError, Invalid, NotAllowed, SignInNeeded, TooMany
from app.http.pages import Page, page
from app.http.policy import anyone, by_session, signed_in
from app.http.viewer import Viewer
from app.site import Site

Asked = Request[Any, Any, Any]
Next = Annotated[str, QueryParameter(name="next")]


class SignInForm(Struct):
    username: str = ""
    password: str = ""
    next: str = ""


class Credentials(Struct, forbid_unknown_fields=True):
    username: str
    password: str


@get("/login", policy=anyone, sync_to_thread=True, include_in_schema=False)
def login_page(viewer: NamedDependency[Viewer], after: Next = "") -> Page | Redirect:
    """The door. Whoever is inside already is sent on."""
    if not viewer.anonymous:
        return Redirect(next_page(after), status_code=303)
    return page("login/page.html", next=next_page(after), name="", error=None, notice=None)


@post("/login", policy=anyone, sync_to_thread=True, include_in_schema=False, status_code=200)
def log_in(
    site: NamedDependency[Site], viewer: NamedDependency[Viewer], request: Asked, data: URLEncodedBody[SignInForm]
) -> Page | Redirect:
    """Sign in and go on to `next`. What was wrong is said on the same page; the name is kept, the password is not."""
    try:
        _, token = _sign_in(site, viewer, request, data.username, data.password)
    except (SignInNeeded, Invalid, NotAllowed, TooMany) as error:
        return _again(data, error)
    return Redirect(next_page(data.next), status_code=303, cookies=[cookie_for(request, site.settings, token)])


@post("/logout", policy=anyone, sync_to_thread=True, include_in_schema=False, status_code=303)
def log_out(site: NamedDependency[Site], viewer: NamedDependency[Viewer], request: Asked) -> Redirect:
    """End this session; nothing else, if there is none."""
    _sign_out(site, viewer)
    return Redirect("/login", status_code=303, cookies=[no_cookie(request, site.settings)])


@post("/api/v1/session", policy=anyone, sync_to_thread=True, tags=["Account"], summary="Sign in")
def api_sign_in(
    site: NamedDependency[Site], viewer: NamedDependency[Viewer], request: Asked, data: JSONBody[Credentials]
) -> Response[views.Me]:
    """Sets the session cookie. 401 if name and password do not belong together, 429 after too many wrong ones."""
    user, token = _sign_in(site, viewer, request, data.username, data.password)
    with site.read() as session:
        return Response(views.me(session, user.id), cookies=[cookie_for(request, site.settings, token)])


@get("/api/v1/session", policy=signed_in, sync_to_thread=True, tags=["Account"], summary="Who is signed in")
def api_session(site: NamedDependency[Site], viewer: NamedDependency[Viewer]) -> views.Me:
    """The person behind the session cookie or the token, and what they may do."""
    with site.read() as session:
        return views.me(session, viewer.user_id, viewer.scopes)


@delete("/api/v1/session", policy=by_session, sync_to_thread=True, tags=["Account"], summary="Sign out")
def api_sign_out(site: NamedDependency[Site], viewer: NamedDependency[Viewer], request: Asked) -> Response[None]:
    """Ends this session: its cookie is dead from now on, whoever holds it."""
    _sign_out(site, viewer)
    return Response(None, status_code=204, cookies=[no_cookie(request, site.settings)])


def _sign_in(site: Site, viewer: Viewer, request: Asked, name: str, password: str) -> tuple[User, str]:
    device = device_name(request.headers.get("user-agent", ""))
    return sign_in(site, name=name, password=password, source=source_of(request), device=device, replaces=viewer.session_id)


def _sign_out(site: Site, viewer: Viewer) -> None:
    if viewer.session_id:
        with site.write() as session:
            end_session(session, viewer.session_id)


def _again(data: SignInForm, error: HomereelError) -> Page:
    headers = {"Retry-After": str(int(error.retry_after) + 1)} if isinstance(error, TooMany) else None
    status = 422 if isinstance(error, SignInNeeded) else error.status
    return page(
        "login/page.html",
        status=status,
        headers=headers,
        next=next_page(data.next),
        name=data.username[:200],
        error=str(error),
        notice=None,
    )


handlers = [login_page, log_in, log_out, api_sign_in, api_session, api_sign_out]
