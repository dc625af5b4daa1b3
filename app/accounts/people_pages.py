"""/admin/people: who is in the house, on pages that work without scripts."""

import secrets
from typing import Annotated, Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter, URLEncodedBody
from litestar.response import Redirect
from msgspec import Struct
from sqlmodel import Session

from app.accounts import service, views
from app.accounts.models import User
from app.accounts.passwords import Passwords
from app.accounts.roles import LABELS, MEANINGS, Actor, actor, grantable, refuse_touch
from app.accounts.sessions import devices_of, end_sessions
from app.errors import Conflict, HomereelError, Invalid, NotAllowed
from app.http.pages import Page, page
from app.http.policy import admin_page
from app.http.viewer import Role, Viewer
from app.http.words import when
from app.i18n import N_, translate
from app.site import Site

Done = Annotated[str, QueryParameter(name="done")]
_CONSONANTS, _VOWELS = "bdfgklmnprst", "aeiou"
NOTICES = {
    "role": N_("The role is saved."),
    "out": N_("Signed out everywhere."),
    "off": N_("The account is switched off. Its videos stay."),
    "on": N_("The account is switched on again."),
}


class PersonForm(Struct):
    username: str = ""
    password: str = ""
    role: str = Role.MEMBER


class RoleForm(Struct):
    role: str = ""


class PasswordForm(Struct):
    password: str = ""


@get("/admin/people", policy=admin_page, sync_to_thread=True, include_in_schema=False)
def people_page(site: NamedDependency[Site], viewer: NamedDependency[Viewer]) -> Page:
    return _people(site, viewer)


@post("/admin/people", policy=admin_page, sync_to_thread=True, include_in_schema=False, status_code=200)
def add_person(site: NamedDependency[Site], viewer: NamedDependency[Viewer], data: URLEncodedBody[PersonForm]) -> Page:
    """Without a password one is made up and stands on the page that answers, this once: so this answers with a page, no redirect."""
    given = data.password or make_up_password()
    try:
        role = _role(data.role)
        password_hash = site.part(Passwords).new_hash(given, name=data.username)
        with site.write() as session:
            user = service.create_user(
                session, by=actor(viewer), name=data.username, role=role, password_hash=password_hash, now=site.now()
            )
    except (Invalid, NotAllowed) as error:
        return _people(site, viewer, error=error, values={"username": data.username[:200], "role": data.role[:20]})
    return _people(site, viewer, made={"name": user.name, "password": None if data.password else given})


@get("/admin/people/{user_id:str}", policy=admin_page, sync_to_thread=True, include_in_schema=False)
def person_page(site: NamedDependency[Site], viewer: NamedDependency[Viewer], user_id: FromPath[str], done: Done = "") -> Page:
    return _person(site, viewer, user_id, notice=NOTICES.get(done))


@post("/admin/people/{user_id:str}/role", policy=admin_page, sync_to_thread=True, include_in_schema=False, status_code=200)
def save_role(
    site: NamedDependency[Site], viewer: NamedDependency[Viewer], user_id: FromPath[str], data: URLEncodedBody[RoleForm]
) -> Page | Redirect:
    return _act(site, viewer, user_id, "role", lambda session, user: service.change_role(session, user, _role(data.role), by=actor(viewer)))


@post("/admin/people/{user_id:str}/off", policy=admin_page, sync_to_thread=True, include_in_schema=False, status_code=200)
def switch_off(site: NamedDependency[Site], viewer: NamedDependency[Viewer], user_id: FromPath[str]) -> Page | Redirect:
    return _act(site, viewer, user_id, "off", lambda session, user: service.disable(session, user, by=actor(viewer)))


@post("/admin/people/{user_id:str}/on", policy=admin_page, sync_to_thread=True, include_in_schema=False, status_code=200)
def switch_on(site: NamedDependency[Site], viewer: NamedDependency[Viewer], user_id: FromPath[str]) -> Page | Redirect:
    return _act(site, viewer, user_id, "on", lambda session, user: service.enable(session, user, by=actor(viewer)))


@post("/admin/people/{user_id:str}/sign-out", policy=admin_page, sync_to_thread=True, include_in_schema=False, status_code=200)
def sign_out_everywhere(site: NamedDependency[Site], viewer: NamedDependency[Viewer], user_id: FromPath[str]) -> Page | Redirect:
    def end(session: Session, user: User) -> None:
        refuse_touch(actor(viewer), Role(user.role))
        end_sessions(session, user.id)

    return _act(site, viewer, user_id, "out", end)


@post("/admin/people/{user_id:str}/password", policy=admin_page, sync_to_thread=True, include_in_schema=False, status_code=200)
def new_password(
    site: NamedDependency[Site], viewer: NamedDependency[Viewer], user_id: FromPath[str], data: URLEncodedBody[PasswordForm]
) -> Page:
    """Like a new account: a password that was made up is shown once."""
    given = data.password or make_up_password()
    with site.read() as session:
        name = service.get_user(session, user_id).name
    try:
        password_hash = site.part(Passwords).new_hash(given, name=name)
        with site.write() as session:
            service.reset_password(session, service.get_user(session, user_id), password_hash, by=actor(viewer), now=site.now())
    except (Invalid, NotAllowed) as error:
        return _person(site, viewer, user_id, error=error)
    return _person(site, viewer, user_id, made={"name": name, "password": None if data.password else given})


def make_up_password() -> str:
    """Five words that are none, easy to read out: 59 bits."""
    return " ".join("".join(secrets.choice(letters) for letters in (_CONSONANTS, _VOWELS) * 2) for _ in range(5))


def _act(site: Site, viewer: Viewer, user_id: str, done: str, act: Any) -> Page | Redirect:
    """Do it in one transaction and come back to the person's page, with what was wrong if it was."""
    try:
        with site.write() as session:
            act(session, service.get_user(session, user_id))
    except (Invalid, NotAllowed, Conflict) as error:
        return _person(site, viewer, user_id, error=error)
    return Redirect(f"/admin/people/{user_id}?done={done}", status_code=303)


def _role(typed: str) -> Role:
    try:
        return Role(typed)
    except ValueError:
        raise Invalid(N_("There is no such role.")) from None


def _roles(by: Actor) -> list[tuple[str, str, str]]:
    return [(role, translate(LABELS[role]), translate(MEANINGS[role])) for role in grantable(by)]


def _shown(site: Site, viewer: Viewer, user: User, seen_at: str | None) -> dict[str, object]:
    now = site.clock().astimezone()
    return {
        "id": user.public_id,
        "name": user.name,
        "display_name": user.display_name,
        "role": user.role,
        "role_name": translate(LABELS[Role(user.role)]),
        "disabled": user.disabled,
        "since_text": when(user.created_at, now),
        "seen_text": when(seen_at, now) if seen_at else None,
        "is_self": user.id == viewer.user_id,
        "can_change": user.role != Role.OWNER or viewer.role is Role.OWNER,
    }


def _people(
    site: Site,
    viewer: Viewer,
    *,
    error: HomereelError | None = None,
    values: dict[str, str] | None = None,
    made: dict[str, str | None] | None = None,
) -> Page:
    errors = error.fields if isinstance(error, Invalid) else {}
    with site.read() as session:
        everybody = [_shown(site, viewer, user, seen) for user, seen in views.people(session)]
    return page(
        "admin/people.html", status=error.status if error else 200, people=everybody, roles=_roles(actor(viewer)), values=values or {},
        errors=errors, error=str(error) if error and not errors else None, made=made,
    )  # fmt: skip


def _person(
    site: Site,
    viewer: Viewer,
    user_id: str,
    *,
    notice: str | None = None,
    error: HomereelError | None = None,
    made: dict[str, str | None] | None = None,
) -> Page:
    errors = error.fields if isinstance(error, Invalid) else {}
    with site.read() as session:
        user = service.get_user(session, user_id)
        seen = max((device.seen_at for device in devices_of(session, user.id)), default=None)
    return page(
        "admin/person.html", status=error.status if error else 200, person=_shown(site, viewer, user, seen), roles=_roles(actor(viewer)),
        errors=errors, error=str(error) if error and not errors else None, made=made, notice=translate(notice) if notice else None,
    )  # fmt: skip


handlers = [people_page, add_person, person_page, save_role, switch_off, switch_on, sign_out_everywhere, new_password]
