"""`.homereel.toml` in a watched folder says how the films in it and below are brought in; one further down adds to it or differs."""

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import Any

from app.errors import Invalid
from app.i18n import N_

NAME = ".homereel.toml"
_LARGEST = 100_000  # bytes
_KEYS = ("channel", "privacy", "tags", "ignore")


@dataclass(frozen=True)
class Rules:
    """ "" and empty where nothing is said. `channel` is a handle; `ignore` holds patterns, "*" for all."""

    channel: str = ""
    privacy: str = ""
    tags: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


def rules_for(top: Path, film: PurePath) -> Rules:
    """`film` is relative to `top`. Raises Invalid, naming the file, if one of them cannot be understood."""
    rules = Rules()
    for depth in range(len(film.parts)):
        path = top.joinpath(*film.parts[:depth], NAME)
        if path.is_file() and not path.is_symlink():
            rules = _under(rules, _read(path), path)
    return rules


def _read(path: Path) -> dict[str, Any]:
    try:
        data = path.read_bytes()[:_LARGEST]
        return tomllib.loads(data.decode())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Invalid(N_("The file {path} cannot be understood: {why}."), path=path, why=error) from error


def _under(rules: Rules, said: dict[str, Any], path: Path) -> Rules:
    if unknown := next((key for key in said if key not in _KEYS), None):
        raise Invalid(N_("The file {path} speaks of “{key}”; it can say channel, privacy, tags and ignore."), path=path, key=unknown)
    ignore = ["*"] if said.get("ignore") is True else said.get("ignore") or []
    lists = {"tags": said.get("tags") or [], "ignore": ignore}
    words = {"channel": said.get("channel", rules.channel), "privacy": said.get("privacy", rules.privacy)}
    wrong = [key for key, value in words.items() if not isinstance(value, str)]
    wrong += [key for key, value in lists.items() if not isinstance(value, list) or not all(isinstance(each, str) for each in value)]
    if wrong:
        raise Invalid(N_("In the file {path}, “{key}” must be text, or a list of texts."), path=path, key=wrong[0])
    return replace(
        rules,
        channel=words["channel"].removeprefix("@"),
        privacy=words["privacy"],
        tags=(*rules.tags, *lists["tags"]),
        ignore=(*rules.ignore, *lists["ignore"]),
    )
