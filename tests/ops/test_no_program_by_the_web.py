"""SECURITY MED-7: nothing that can be sent to the site names a program, the path of one, or raw arguments of one."""

import dataclasses
import json
import re
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar import Litestar
from pydantic import BaseModel

from app.ops.changing import SettingsForm
from app.settings import ADMIN_KEYS, Settings
from app.site import Site
from tests.conftest import AsUser

_PROGRAM = re.compile(
    r"ffmpeg|ffprobe|program|binary|executable|\bexe\b|command|shell|(^|_)scripts?($|_)|argv|(^|_)args?($|_)|arguments?|cmd|"
    r"(^|_)(flags|options|params|filters?|graph|preset|tune|encoder|decoder|demuxer|protocol|library|module|plugin)($|_)"
)
_PLACE = re.compile(r"path|file$|folder$|directory|(^|_)dir($|_)")
# What may be named: folders whose films are taken in, by the keeper alone; a file below static/. The last one is a picture's bytes.
PLACES = {("NewFolder", "path"), ("FolderForm", "path"), ("static_file", "path"), ("PictureForm", "file")}
SENT_BY_BROWSERS = {"request", "site", "viewer", "scope"}


def fields(annotation: Any, seen: frozenset[Any] = frozenset()) -> Iterator[tuple[str, str, Any]]:
    """(type, field, its annotation) of everything in a body, however deep."""
    for part in typing.get_args(annotation):
        yield from fields(part, seen)
    if annotation in seen or not isinstance(annotation, type):
        return
    hints: dict[str, Any] = {}
    if issubclass(annotation, msgspec.Struct | BaseModel) or dataclasses.is_dataclass(annotation) or typing.is_typeddict(annotation):
        hints = typing.get_type_hints(annotation)
    for name, hint in hints.items():
        if not name.startswith("__"):
            yield annotation.__name__, name, hint
            yield from fields(hint, seen | {annotation})


def sent(asgi: Litestar) -> Iterator[tuple[str, str, Any]]:
    """Every parameter and every field of every body, of every route."""
    for route in asgi.routes:
        for handler in getattr(route, "route_handlers", []):
            for name, parameter in handler.parsed_fn_signature.parameters.items():
                if name == "data":
                    yield from fields(parameter.annotation)
                elif name not in SENT_BY_BROWSERS and parameter.annotation in (str, Path, bytes):
                    yield handler.handler_name.rpartition(".")[2], name, parameter.annotation


def described(schema: Any) -> Iterator[str]:
    """Names of all properties in an OpenAPI description."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for value in schema.values():
            yield from described(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from described(value)


def test_no_field_of_any_route_names_a_program(asgi: Litestar) -> None:
    found = set(sent(asgi))

    assert len(found) > 40  # the walk sees something
    assert [(kind, name) for kind, name, _ in found if _PROGRAM.search(name)] == []
    assert [(kind, name) for kind, name, hint in found if hint is Path] == []


def test_places_in_the_file_system_are_named_where_that_was_thought_about(asgi: Litestar) -> None:
    places = {(kind, name) for kind, name, hint in sent(asgi) if _PLACE.search(name)}

    assert places - PLACES == set()


def test_the_description_of_the_api_has_no_such_request_either(as_user: AsUser) -> None:
    described_api = as_user().get("/api/v1/openapi.json").json()
    bodies = [
        operation["requestBody"] for path in described_api["paths"].values() for operation in path.values() if "requestBody" in operation
    ]
    named = {name for body in bodies for name in described(_resolved(body, described_api))}

    assert "default_privacy" in named
    assert {name for name in named if _PROGRAM.search(name)} == set()


def _resolved(node: Any, whole: dict[str, Any], deep: int = 0) -> Any:
    if isinstance(node, dict):
        if "$ref" in node and deep < 8:
            target = whole
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            return _resolved(target, whole, deep + 1)
        return {key: _resolved(value, whole, deep) for key, value in node.items()}
    return [_resolved(each, whole, deep) for each in node] if isinstance(node, list) else node


def test_the_settings_that_the_pages_change_are_no_programs_and_no_paths() -> None:
    assert set(SettingsForm.__struct_fields__) <= ADMIN_KEYS
    for key in ADMIN_KEYS:
        kind = Settings.model_fields[key].annotation
        assert not _PROGRAM.search(key), key
        assert not _PLACE.search(key), key
        assert kind is not Path, key
        assert Path not in typing.get_args(kind), key


@pytest.mark.parametrize("key", ["ffmpeg", "data", "hardware", "ffmpeg_args"])
def test_naming_a_program_all_the_same_changes_nothing(claimed: Site, as_user: AsUser, key: str) -> None:
    owner = as_user("anna")
    before = claimed.settings

    assert owner.patch("/api/v1/settings", json={key: "/bin/sh"}).status_code == 400
    assert owner.post("/admin/settings", data={key: "/bin/sh"}).status_code >= 400
    assert claimed.settings == before
    shown = owner.get("/api/v1/settings").json()
    assert "/bin/sh" not in json.dumps(shown)
