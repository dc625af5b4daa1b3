"""One's own account by the API: name and look, password, devices, tokens. All by session: a token changes none of it."""

from typing import Any

from litestar import Request, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.response import Response
from msgspec import UNSET, Struct, UnsetType

from app.accounts import service, views
from app.accounts.cookies import cookie_for
from app.accounts.devices import device_name
from app.accounts.models import User
from app.accounts.sessions import end_device
from app.accounts.sign_in import change_password
from app.accounts.throttle import source_of
from app.accounts.tokens import create_token, revoke_token
from app.errors import Missing
from app.http.policy import by_session
from app.http.viewer import Viewer
from app.i18n import N_
from app.site import Site

Asked = Request[Any, Any, Any]
NO_DEVICE = N_("That device is not signed in any more.")


class AccountChange(Struct, forbid_unknown_fields=True):
    """What is left out stays. `theme`: light, dark, black, or empty to follow the device."""

    display_name: str | UnsetType = UNSET
    theme: str | UnsetType = UNSET


class PasswordChange(Struct, forbid_unknown_fields=True):
    old: str
    new: str


class TokenRequest(Struct, forbid_unknown_fields=True):
    """`scopes` of: read, upload, manage, admin. `days`: how long it lasts; null is without end."""

    name: str
    scopes: list[str]
    days: int | None = None


class NewToken(Struct):
    """`secret` is shown this once: send it as `Authorization: Bearer …`."""

    token: views.Token
    secret: str


@patch("/api/v1/account", policy=by_session, sync_to_thread=True, tags=["Account"], summary="Change one's name and look")
def change_account(site: NamedDependency[Site], viewer: NamedDependency[Viewer], data: JSONBody[AccountChange]) -> views.Me:
    """Changes how you are called on pages, and light or dark."""
    with site.write() as session:
        user = session.get_one(User, viewer.user_id)
        if data.display_name is not UNSET:
            service.rename(session, user, data.display_name)
        if data.theme is not UNSET:
            service.choose_theme(session, viewer.profile_id, data.theme)
        session.flush()
        return views.me(session, viewer.user_id)


@post(
    "/api/v1/account/password", policy=by_session, sync_to_thread=True, status_code=204, tags=["Account"], summary="Change one's password"
)
def change_own_password(
    site: NamedDependency[Site], viewer: NamedDependency[Viewer], request: Asked, data: JSONBody[PasswordChange]
) -> Response[None]:
    """Signs every other device out; this one gets a new cookie."""
    device = device_name(request.headers.get("user-agent", ""))
    token = change_password(site, user_id=viewer.user_id, old=data.old, new=data.new, source=source_of(request), device=device)
    return Response(None, status_code=204, cookies=[cookie_for(request, site.settings, token)])


@get("/api/v1/devices", policy=by_session, sync_to_thread=True, tags=["Account"], summary="Devices that are signed in")
def list_devices(site: NamedDependency[Site], viewer: NamedDependency[Viewer]) -> views.Devices:
    """The device seen last comes first."""
    with site.read() as session:
        return views.Devices(views.devices(session, viewer))


@delete("/api/v1/devices/{device_id:str}", policy=by_session, sync_to_thread=True, tags=["Account"], summary="Sign a device out")
def sign_device_out(site: NamedDependency[Site], viewer: NamedDependency[Viewer], device_id: FromPath[str]) -> None:
    """It has to sign in again with the password."""
    with site.write() as session:
        if end_device(session, viewer.user_id, device_id) is None:
            raise Missing(NO_DEVICE)


@get("/api/v1/tokens", policy=by_session, sync_to_thread=True, tags=["Account"], summary="One's tokens")
def list_tokens(site: NamedDependency[Site], viewer: NamedDependency[Viewer]) -> views.Tokens:
    """The newest comes first. What a token is made of was shown once and is not kept."""
    with site.read() as session:
        return views.Tokens(views.tokens(session, viewer.user_id))


@post("/api/v1/tokens", policy=by_session, sync_to_thread=True, tags=["Account"], summary="Make a token for a program")
def make_token(site: NamedDependency[Site], viewer: NamedDependency[Viewer], data: JSONBody[TokenRequest]) -> NewToken:
    """Only by session: a token can never make or widen a token. It never reaches further than your role."""
    with site.write() as session:
        user = session.get_one(User, viewer.user_id)
        token, secret = create_token(session, user, name=data.name, scopes=data.scopes, now=site.clock(), days=data.days)
        return NewToken(views.token(token), secret)


@delete("/api/v1/tokens/{token_id:str}", policy=by_session, sync_to_thread=True, tags=["Account"], summary="Delete a token")
def delete_token(site: NamedDependency[Site], viewer: NamedDependency[Viewer], token_id: FromPath[str]) -> None:
    """Programs that use it get 401 from now on."""
    with site.write() as session:
        revoke_token(session, viewer.user_id, token_id)


handlers = [change_account, change_own_password, list_devices, sign_device_out, list_tokens, make_token, delete_token]
