"""The command line. Errors are one sentence on standard error; exit code 1 means it failed and said why, 2 wrong arguments.

What is heavy is imported by the command that needs it, so that `--help` is quick.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app import __version__
from app.errors import HomereelError, StartError
from app.i18n import N_, _

if TYPE_CHECKING:
    from app.site import Site

ROLES = ("owner", "admin", "moderator", "creator", "member")
PRIVACIES = ("public", "members", "unlisted", "private")
NO_SITE = N_("There is no site in {path}. Begin one with: homereel serve --data {path}")


class _Sentences(click.Group):
    """Shows our errors, and the system's, as a sentence without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except HomereelError as error:
            click.echo(str(error), err=True)
            sys.exit(1)
        except BrokenPipeError:
            sys.exit(1)  # whoever read our lines went away
        except OSError as error:
            click.echo(_("This failed: {why} ({path}).").format(why=error.strerror or error, path=error.filename or "–"), err=True)
            sys.exit(1)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if sys.flags.dev_mode:  # python -X dev -m app …
                raise
            sentence = _("Something went wrong inside Homereel ({kind}: {why}).")
            click.echo(sentence.format(kind=type(error).__name__, why=" ".join(str(error).split())[:300]), err=True)
            sys.exit(1)


data_option = click.option("--data", type=click.Path(path_type=Path), envvar="HOMEREEL_DATA", help=_("Folder that holds everything."))
password_option = click.option("--password-stdin", is_flag=True, help=_("Read the password from the first line of standard input."))


@click.group(cls=_Sentences, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="homereel")
def main() -> None:
    """A family's or a small organisation's own video site."""


@main.command()
@data_option
@click.option("--host", help=_("Address to listen on; 127.0.0.1 keeps the site to this machine."))
@click.option("--port", type=int, help=_("Port to listen on; 0 takes any free one."))
def serve(data: Path | None, host: str | None, port: int | None) -> None:
    """Run the site."""
    from app.main import run
    from app.ops.logs import set_up_logs
    from app.settings import load

    settings, origins = load({"data": data, "host": host, "port": port})
    set_up_logs(settings.log)
    run(settings, origins, announce=_announce)


def _announce(site: "Site", port: int) -> None:
    """Every address, a code for phones where there is a terminal, and the setup code while nobody keeps the site."""
    from app.accounts.first_run import FirstRun
    from app.http.addresses import addresses

    found = addresses(site.settings, port)
    click.echo(_("Homereel answers at"))
    for address in found:
        click.echo(f"  {address}")
    if sys.stdout.isatty() and "//localhost" not in found[0]:
        import segno

        segno.make(found[0], error="l").terminal(sys.stdout, compact=True)
    if code := site.part(FirstRun).prepare():
        click.echo(_("Open the first of them and enter this code to make the site yours."))
        click.echo(f"Setup code: {code}")
    sys.stdout.flush()


@main.command(name="import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@data_option
@click.option("--channel", default="", help=_("Handle of the channel; the owner's first one without it."))
@click.option("--privacy", type=click.Choice(PRIVACIES), default=None, help=_("Who may watch; as the site is set without it."))
@click.option("--mode", type=click.Choice(["copy", "move", "in-place"]), default="copy", show_default=True)
def import_(paths: tuple[Path, ...], data: Path | None, channel: str, privacy: str | None, mode: str) -> None:
    """Bring files and folders in; one line a file."""
    given = {"paths": [str(path.absolute()) for path in paths], "channel": channel, "privacy": privacy, "mode": mode}
    _perform(data, "import", given)


@main.group()
def user() -> None:
    """People of the site."""


@user.command(name="add")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True)
@password_option
@data_option
def user_add(name: str, role: str, password_stdin: bool, data: Path | None) -> None:
    """Make an account."""
    _perform(data, "user-add", {"name": name, "role": role, "password": _password(password_stdin)})


@user.command(name="list")
@data_option
def user_list(data: Path | None) -> None:
    """Everybody, with their roles."""
    _perform(data, "user-list", {})


@user.command(name="passwd")
@click.argument("name")
@password_option
@data_option
def user_passwd(name: str, password_stdin: bool, data: Path | None) -> None:
    """Set somebody's password and sign them out everywhere."""
    _perform(data, "user-passwd", {"name": name, "password": _password(password_stdin)})


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise click.UsageError(_("There is no terminal to ask for a password. Send it in: … --password-stdin < file"))
    return str(click.prompt(_("Password"), hide_input=True, confirmation_prompt=True))


@main.group()
def token() -> None:
    """Tokens for programs."""


@token.command(name="create")
@click.argument("name")
@click.option("--scope", required=True, help=_("What it may do: read, upload, manage, admin; several with commas."))
@click.option("--expires", "days", type=click.IntRange(min=1), help=_("Days after which it ends; never without it."))
@click.option("--user", "owner", default="", help=_("Whose token it is; the owner's without it."))
@data_option
def token_create(name: str, scope: str, days: int | None, owner: str, data: Path | None) -> None:
    """Make a token and print it, once. It may do no more than the person it belongs to."""
    _perform(data, "token-create", {"name": name, "scopes": scope.split(","), "days": days, "user": owner})


@main.command()
@click.option("--json", "as_json", is_flag=True, help=_("For programs."))
@data_option
def doctor(as_json: bool, data: Path | None) -> None:
    """What works on this machine and what does not, each with the line that mends it."""
    from app.ops.doctor import as_lines, look
    from app.settings import load

    _quiet()
    settings, _origins = load({"data": data})
    found = look(settings)
    well = all(finding.ok is not False for finding in found)
    if as_json:
        click.echo(json.dumps({"ok": well, "items": [vars(finding) for finding in found]}, ensure_ascii=False, indent=2))
    else:
        for line in as_lines(found):
            click.echo(line)
    sys.exit(0 if well else 1)


@main.command()
@click.option("--repair", is_flag=True, help=_("Mend what can be mended; without it nothing is changed."))
@click.option("--read", is_flag=True, help=_("Read every film to its end: finds bad sectors and bytes that changed, and takes long."))
@data_option
def check(repair: bool, read: bool, data: Path | None) -> None:
    """Database, disk and search index against one another."""
    _perform(data, "check", {"repair": repair, "read": read})


@main.group()
def index() -> None:
    """The search index."""


@index.command(name="rebuild")
@data_option
def index_rebuild(data: Path | None) -> None:
    """Make the search index anew from the database."""
    _perform(data, "index-rebuild", {})


@main.group()
def config() -> None:
    """Settings."""


@config.command(name="show")
@click.option("--origin", is_flag=True, help=_("Say where each value comes from."))
@data_option
def config_show(origin: bool, data: Path | None) -> None:
    """Every setting, as config.toml would have it."""
    from app.ops.configuration import show
    from app.settings import load

    for line in show(*load({"data": data}), with_origin=origin):
        click.echo(line)


@config.command(name="check")
@data_option
def config_check(data: Path | None) -> None:
    """Whether every setting is right."""
    from app.settings import load

    load({"data": data})
    click.echo(_("Every setting is right."))


def _quiet() -> None:
    from app.ops.logs import set_up_logs

    set_up_logs("text", quiet=True)


def _perform(data: Path | None, command: str, arguments: Mapping[str, Any]) -> None:
    """Through the running site if there is one; otherwise here, holding the folder for so long."""
    from app.ops.control import call
    from app.ops.lock import DataLock, is_held
    from app.settings import load

    settings, origins = load({"data": data})
    if not (settings.data / "site.db").exists():
        raise StartError(NO_SITE, path=settings.data)
    if is_held(settings.data):
        call(settings.data, command, arguments, click.echo)
        return
    _quiet()
    from app.main import build_site, umask
    from app.ops.commands import COMMANDS

    umask()
    with DataLock(settings.data):
        site = build_site(settings, origins)
        try:
            COMMANDS[command](site, arguments, click.echo)
            site.bus.drain()  # what must follow is noted; long work waits for the next start
        finally:
            site.database.close()
