"""Looking after people by the API, for administrators."""

from litestar import get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Struct, UnsetType

from app.accounts import service, views
from app.accounts.passwords import Passwords
from app.accounts.roles import actor
from app.http.policy import admin
from app.http.viewer import Role, Viewer
from app.site import Site


class NewPerson(Struct, forbid_unknown_fields=True):
    username: str
    password: str
    role: Role = Role.MEMBER
    display_name: str = ""


class PersonChange(Struct, forbid_unknown_fields=True):
    """What is left out stays. Another role, or being switched off, signs the person out everywhere."""

    role: Role | UnsetType = UNSET
    disabled: bool | UnsetType = UNSET
    display_name: str | UnsetType = UNSET


class NewPassword(Struct, forbid_unknown_fields=True):
    password: str


@get("/api/v1/users", policy=admin, sync_to_thread=True, tags=["People"], summary="Everybody with an account")
def list_users(site: NamedDependency[Site]) -> views.People:
    """In the order of their names."""
    with site.read() as session:
        return views.People([views.person(user, seen) for user, seen in views.people(session)])


@post("/api/v1/users", policy=admin, sync_to_thread=True, tags=["People"], summary="Make an account")
def make_user(site: NamedDependency[Site], viewer: NamedDependency[Viewer], data: JSONBody[NewPerson]) -> views.Person:
    """Nobody gives a role beyond their own; a token gives none above moderator."""
    password_hash = site.part(Passwords).new_hash(data.password, name=data.username)
    with site.write() as session:
        user = service.create_user(
            session, by=actor(viewer), name=data.username, role=data.role, password_hash=password_hash, now=site.now(),
            display_name=data.display_name,
        )  # fmt: skip
        return views.person(user)


@get("/api/v1/users/{user_id:str}", policy=admin, sync_to_thread=True, tags=["People"], summary="One account")
def show_user(site: NamedDependency[Site], user_id: FromPath[str]) -> views.Person:
    """404 if there is none."""
    with site.read() as session:
        return views.person(service.get_user(session, user_id))


@patch("/api/v1/users/{user_id:str}", policy=admin, sync_to_thread=True, tags=["People"], summary="Change an account")
def change_user(
    site: NamedDependency[Site], viewer: NamedDependency[Viewer], user_id: FromPath[str], data: JSONBody[PersonChange]
) -> views.Person:
    """Administrators cannot touch owners; the last owner can be neither demoted nor switched off."""
    by = actor(viewer)
    with site.write() as session:
        user = service.get_user(session, user_id)
        if data.role is not UNSET:
            service.change_role(session, user, data.role, by=by)
        if data.disabled is not UNSET:
            (service.disable if data.disabled else service.enable)(session, user, by=by)
        if data.display_name is not UNSET:
            service.rename(session, user, data.display_name, by=by)
        return views.person(user)


@post("/api/v1/users/{user_id:str}/password", policy=admin, sync_to_thread=True, status_code=204, tags=["People"], summary="Set a password")
def set_password(site: NamedDependency[Site], viewer: NamedDependency[Viewer], user_id: FromPath[str], data: JSONBody[NewPassword]) -> None:
    """Signs the person out everywhere. Not by token."""
    with site.read() as session:
        user = service.get_user(session, user_id)
    password_hash = site.part(Passwords).new_hash(data.password, name=user.name)
    with site.write() as session:
        service.reset_password(session, service.get_user(session, user_id), password_hash, by=actor(viewer), now=site.now())


handlers = [list_users, make_user, show_user, change_user, set_password]
