"""The command line. Errors are one sentence on standard error; exit code 1 means it failed and said why, 2 wrong arguments."""

import sys
from pathlib import Path
from typing import Any

import click

from app import __version__
from app.errors import HomereelError
from app.i18n import _


class _Sentences(click.Group):
    """Shows our errors as a sentence, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except HomereelError as error:
            click.echo(str(error), err=True)
            sys.exit(1)


data_option = click.option("--data", type=click.Path(path_type=Path), envvar="HOMEREEL_DATA", help=_("Folder that holds everything."))


@click.group(cls=_Sentences, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="homereel")
def main() -> None:
    """A family's or a small organisation's own video site."""


@main.command()
@data_option
@click.option("--host", help=_("Address to listen on; 127.0.0.1 keeps the site to this machine."))
@click.option("--port", type=int, help=_("Port to listen on."))
def serve(data: Path | None, host: str | None, port: int | None) -> None:
    """Run the site."""
    from app.main import run
    from app.settings import load

    settings, origins = load({"data": data, "host": host, "port": port})
    run(settings, origins, announce=lambda site, at: click.echo(f"http://localhost:{at}"))
