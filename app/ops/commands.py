"""What the command line asks of a site, whether it runs or not. Each says lines and raises a sentence when it fails."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from app.accounts import service as accounts
from app.accounts.models import User
from app.accounts.passwords import Passwords
from app.accounts.roles import KEEPER, LABELS
from app.accounts.tokens import create_token
from app.errors import BadRequest, Conflict, Missing
from app.http.viewer import Role
from app.i18n import N_, _, translate
from app.ingest.importing import import_paths
from app.ingest.models import Mode
from app.ops.control import Command, Say
from app.ops.defects import find_defects
from app.ops.reading import find_unreadable
from app.ops.repairs import repair
from app.search.keeper import Keeper
from app.site import Site

Arguments = Mapping[str, Any]


def user_add(site: Site, arguments: Arguments, say: Say) -> None:
    """`name`, `role`, `password`."""
    hashed = site.part(Passwords).new_hash(arguments["password"], name=arguments["name"])
    with site.write() as session:
        user = accounts.create_user(
            session, by=KEEPER, name=arguments["name"], role=_role(arguments["role"]), password_hash=hashed, now=site.now()
        )
    say(_("{name} can sign in now, as {role}.").format(name=user.name, role=translate(LABELS[Role(user.role)])))


def user_list(site: Site, _arguments: Arguments, say: Say) -> None:
    with site.read() as session:
        people = session.exec(select(User).order_by(col(User.id))).all()
    width = max((len(user.name) for user in people), default=0)
    for user in people:
        off = "  " + _("switched off") if user.disabled else ""
        say(f"{user.name:<{width}}  {user.role}{off}")
    if not people:
        say(_("Nobody yet. The first account is made on the first page of the site, or by: homereel user add NAME --role owner"))


def user_passwd(site: Site, arguments: Arguments, say: Say) -> None:
    """`name`, `password`. Signs the person out everywhere."""
    hashed = site.part(Passwords).new_hash(arguments["password"], name=arguments["name"])
    with site.write() as session:
        user = _person(session, arguments["name"])
        accounts.reset_password(session, user, hashed, by=KEEPER, now=site.now())
    say(_("{name} has a new password and is signed out everywhere.").format(name=arguments["name"]))


def token_create(site: Site, arguments: Arguments, say: Say) -> None:
    """`name`, `scopes`, `days` or None, `user` or "". Says the secret, which is nowhere else."""
    with site.write() as session:
        owner = _person(session, arguments["user"]) if arguments["user"] else _keeper(session)
        moment = datetime.fromisoformat(site.now()).astimezone(UTC)
        _token, secret = create_token(
            session, owner, name=arguments["name"], scopes=arguments["scopes"], now=moment, days=arguments["days"]
        )
    say(secret)


def index_rebuild(site: Site, _arguments: Arguments, say: Say) -> None:
    """Make the search index anew, saying how far it is about once a second."""
    told = time.monotonic()

    def tell(share: float) -> None:
        nonlocal told
        if time.monotonic() - told > 1:
            told = time.monotonic()
            say(f"{share * 100:.0f} %")

    count = site.part(Keeper).rebuild(tell)
    say(_("The search index holds {count} videos.").format(count=count))


def import_(site: Site, arguments: Arguments, say: Say) -> None:
    """`paths`, `channel`, `privacy` or None, `mode`. A line a file; fails at the end if any file did."""
    paths = [Path(path) for path in arguments["paths"]]
    failed = 0
    for line in import_paths(site, paths, channel=arguments["channel"], privacy=arguments["privacy"] or "", mode=Mode(arguments["mode"])):
        words = {
            "imported": _("brought in: {title}").format(title=line.title),
            "already": _("already here: {title}").format(title=line.title),
            "skipped": _("left alone: {why}").format(why=line.reason),
            "failed": _("failed: {why}").format(why=line.reason),
        }
        say(f"{line.done}/{line.of}  {line.path}  {words[line.state]}")
        failed += line.failed
    if failed:
        raise Conflict(N_("{count} files could not be brought in. They are where they were."), count=failed)


def check(site: Site, arguments: Arguments, say: Say) -> None:
    """`repair`, `read`. Says every defect and what is, or would be, done about it; fails while any is left."""
    found = find_defects(site)
    if arguments.get("read"):
        say(_("Reading every byte of every film; this takes as long as the disk needs for that, twice."))
        found += find_unreadable(site)
    left = 0
    for defect in found:
        say(f"✗ {defect.text}")
        if arguments["repair"] and repair(site, defect):
            say(f"  ✓ {defect.plan}")
        else:
            left += 1
            say(f"  → {defect.plan or _('This cannot be mended here: put a backup back, or bring the film in again.')}")
    if not found:
        say(_("Database, disk and search index agree."))
    elif not left:
        say(_("All of it is mended."))
    elif arguments["repair"]:
        raise Conflict(N_("{count} of these could not be mended."), count=left)
    else:
        raise Conflict(
            N_("{count} things do not fit together. Nothing was changed; “homereel check --repair” does what is said."), count=left
        )


def _role(name: str) -> Role:
    try:
        return Role(name)
    except ValueError:
        raise BadRequest(N_("There is no role “{role}”. There are: {roles}."), role=name, roles=", ".join(Role)) from None


def _person(session: Session, name: str) -> User:
    user = accounts.find_user(session, name)
    if user is None:
        raise Missing(N_("There is nobody called “{name}” here. “homereel user list” shows who is."), name=name)
    return user


def _keeper(session: Session) -> User:
    owner = session.exec(select(User).where(User.role == Role.OWNER, col(User.disabled).is_(False)).order_by(col(User.id))).first()
    if owner is None:
        raise Missing(N_("This site has no owner yet. Open its first page, or: homereel user add NAME --role owner"))
    return owner


COMMANDS: dict[str, Command] = {
    "user-add": user_add,
    "user-list": user_list,
    "user-passwd": user_passwd,
    "token-create": token_create,
    "import": import_,
    "index-rebuild": index_rebuild,
    "check": check,
}
