"""Writes settings.md, commands.md and hooks.md from the code that has what they list. With --check it only says what is out of date.

A test runs it with --check: what can be listed is documented, or the tests fail.
"""

import importlib
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

import click

import app.cli
from app.events import event_types
from app.hooks import HookSpecs
from app.settings import ADMIN_KEYS, ENVIRONMENT, Settings

HERE = Path(__file__).resolve().parent
WRITTEN = "<!-- Written by packaging/pages.py from the code; change it there. -->\n"
ABOUT_SETTINGS = """\
Each setting has one name. What comes later in this list wins: the default, the admin pages, `config.toml` in the data folder
(`port = 8081`), the environment (`HOMEREEL_PORT=8081`), arguments (`--port 8081`). What is set outside the admin pages is shown
there locked, with where it comes from. `homereel config show --origin` prints them all; a wrong one stops the start with a
sentence that names it.
"""
MORE_SETTINGS = """
The data folder is `data/` in a checkout and the platform's own place otherwise (on Linux `~/.local/share/homereel`); it cannot be
set in `config.toml`, which lies in it. Lists in the environment are separated by commas.

The launcher has one of its own: `HOMEREEL_PYTHON` names the Python that `./homereel` uses. pip's variables (`PIP_INDEX_URL`,
`PIP_PROXY` and the like) are honoured when it installs.
"""
ABOUT_COMMANDS = """\
In a checkout they are `./homereel …` (`homereel …` on Windows); after `pip install` they are `homereel …`. `./homereel test` and
`./homereel bench` belong to a checkout; the README tells of them. Exit codes: 0 done, 1 it failed and said why, 2 wrong arguments.
"""
ABOUT_HOOKS = """\
How a plugin is written is told in [plugins/README.md](../plugins/README.md). `on_*` is told after, `allow_*` may refuse before,
`add_*` contributes.
"""


def settings() -> Iterator[str]:
    yield "# Settings\n"
    yield WRITTEN
    yield ABOUT_SETTINGS
    yield "| in `config.toml` | in the environment | default | meaning |\n|---|---|---|---|"
    for name, field in Settings.model_fields.items():
        assert field.description, f"the setting {name} has no description"
        default = "see below" if field.is_required() else _plain(field.default)
        where = " Also on the admin pages." if name in ADMIN_KEYS else ""
        yield f"| `{name}` | `{ENVIRONMENT}{name.upper()}` | {default} | {field.description}{where} |"
    yield MORE_SETTINGS


def _plain(value: object) -> str:
    if value is None or value in ((), ""):
        return "none"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def commands() -> Iterator[str]:
    yield "# Commands\n"
    yield WRITTEN
    yield ABOUT_COMMANDS
    yield from _command(app.cli.main, "homereel")


def _command(command: click.Command, path: str) -> Iterator[str]:
    if isinstance(command, click.Group):
        for name, inner in sorted(command.commands.items()):
            yield from _command(inner, f"{path} {name}")
        return
    assert command.help, f"the command {path} says nothing in its help"
    context = click.Context(command, info_name=path)
    yield f"## `{' '.join([path, *command.collect_usage_pieces(context)])}`\n\n{inspect.cleandoc(command.help)}\n"
    options = [option for option in command.get_params(context) if isinstance(option, click.Option)]
    rows = [record for option in options if (record := option.get_help_record(context)) and "--help" not in record[0]]
    if rows:
        yield "".join(f"- `{option}` – {meaning or ' '}\n" for option, meaning in rows)


def hooks() -> Iterator[str]:
    yield "# Hooks and events\n"
    yield WRITTEN
    yield ABOUT_HOOKS
    for name, hook in inspect.getmembers(HookSpecs, inspect.isfunction):
        if name.startswith("_"):
            continue
        assert hook.__doc__, f"the hook {name} does not say its contract"
        arguments = ", ".join(parameter for parameter in inspect.signature(hook).parameters if parameter != "self")
        yield f"## `{name}({arguments})`\n\n{inspect.cleandoc(hook.__doc__).replace('<', '&lt;')}\n"
    yield "## Events\n\nEvery one reaches `on_event` after its transaction has committed, at least once.\n"
    yield "| event | carries | when |\n|---|---|---|"
    for name, kind in sorted(_events().items()):
        own = "" if (kind.__doc__ or "").startswith(f"{name}(") else inspect.cleandoc(kind.__doc__ or "").replace("\n", " ")
        yield f"| `{name}` | {', '.join(f'`{field}`' for field in inspect.signature(kind).parameters)} | {own} |"
    yield ""


def _events() -> dict[str, type]:
    house = Path(app.cli.__file__).parent
    for path in sorted(house.glob("*/events.py")):
        importlib.import_module(f"app.{path.parent.name}.events")
    return event_types()


PAGES = {"settings.md": settings, "commands.md": commands, "hooks.md": hooks}


def main(arguments: list[str]) -> int:
    stale = []
    for name, lines in PAGES.items():
        text, path = "\n".join(lines()).rstrip() + "\n", HERE / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
        if "--check" not in arguments:
            path.write_text(text, encoding="utf-8")
    if "--check" in arguments and stale:
        print(f"out of date: {', '.join(stale)}; run python packaging/pages.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
