"""The description of the API: Litestar's own, held to what really happens (problem JSON, two ways to sign in), and the same
cut into the pieces that our documentation page shows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from litestar import Litestar

from app.accounts.cookies import PLAIN
from app.i18n import _

PREFIX = "/api/v1"
_METHODS = ("get", "post", "put", "patch", "delete", "head", "options")
_PROBLEM = {
    "type": "object",
    "description": "An error (RFC 9457). `detail` is fit to show.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "errors": {"type": "object", "additionalProperties": {"type": "string"}, "description": "A sentence for each field that is wrong."},
    },
}
_SIGN_IN = {
    "token": {"type": "http", "scheme": "bearer", "description": "A token made on the settings page, with scopes."},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": PLAIN,
        "description": "The cookie that signing in sets; over https it is called `__Host-homereel`.",
    },
}


def description(app: Litestar) -> dict[str, Any]:
    """OpenAPI 3.1 of everything under /api/v1."""
    whole: dict[str, Any] = app.openapi_schema.to_schema()
    paths = {path: item for path, item in whole.get("paths", {}).items() if path.startswith(PREFIX)}
    for item in paths.values():
        for method in _METHODS:
            if method in item:
                _hold_to_facts(item[method])
    components = whole.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = _PROBLEM
    components["responses"] = {
        "Problem": {"description": "What went wrong.", "content": {"application/problem+json": {"schema": {"$ref": _ref("Problem")}}}}
    }
    components["securitySchemes"] = _SIGN_IN
    components["schemas"] = dict(sorted(_used(paths, components["schemas"]).items()))
    return whole | {"paths": dict(sorted(paths.items())), "security": [{}, {"token": []}, {"session": []}], "servers": [{"url": "/"}]}


def _ref(name: str) -> str:
    return f"#/components/schemas/{name}"


def _hold_to_facts(operation: dict[str, Any]) -> None:
    """Every error is problem JSON; Litestar describes its own shape, which nobody gets."""
    operation["tags"] = [tag.lower() for tag in operation.get("tags", [])]
    if operation.get("description") and " " not in operation.get("summary", " "):  # made by Litestar from a function's name
        operation["summary"] = operation["description"].split(". ")[0].split("\n")[0].rstrip(".")
    answers = operation.setdefault("responses", {})
    for status in [status for status in answers if str(status).startswith(("4", "5"))]:
        del answers[status]
    answers["default"] = {"$ref": "#/components/responses/Problem"}


def _used(paths: Mapping[str, Any], schemas: Mapping[str, Any]) -> dict[str, Any]:
    """The schemas that these paths name, and those that these name in turn."""
    found: dict[str, Any] = {"Problem": schemas["Problem"]}
    todo = [paths]
    while todo:
        for name in _named(todo.pop()):
            if name in schemas and name not in found:
                found[name] = schemas[name]
                todo.append(schemas[name])
    return found


def _named(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key == "$ref" and isinstance(value, str) and value.startswith(_ref("")):
                yield value.removeprefix(_ref(""))
            else:
                yield from _named(value)
    elif isinstance(node, list):
        for value in node:
            yield from _named(value)


@dataclass(frozen=True)
class Field:
    """A parameter or a property: its type in words, `link` the schema that it leads to."""

    name: str
    type: str
    link: str = ""
    where: str = ""
    required: bool = False
    text: str = ""


@dataclass(frozen=True)
class Operation:
    id: str
    method: str
    path: str
    title: str
    text: str
    parameters: list[Field]
    body: Field | None
    answers: list[Field]


@dataclass(frozen=True)
class Reference:
    """The whole page. Groups are by tag, in the order of paths."""

    groups: dict[str, list[Operation]] = field(default_factory=dict)
    schemas: dict[str, tuple[str, list[Field]]] = field(default_factory=dict)


def reference(whole: Mapping[str, Any]) -> Reference:
    made = Reference()
    for path, item in whole["paths"].items():
        for method in _METHODS:
            if method in item:
                operation = _operation(path, method, item[method])
                tag = (item[method].get("tags") or [path.removeprefix(f"{PREFIX}/").split("/")[0]])[0]
                made.groups.setdefault(tag, []).append(operation)
    for name, schema in whole["components"]["schemas"].items():
        required = schema.get("required", [])
        fields = [_field(each, inner, required=each in required) for each, inner in schema.get("properties", {}).items()]
        made.schemas[name] = (schema.get("description", ""), fields)
    return made


def _operation(path: str, method: str, operation: Mapping[str, Any]) -> Operation:
    parameters = [
        _field(
            each["name"],
            each.get("schema", {}),
            where=each.get("in", ""),
            required=each.get("required", False),
            text=each.get("description"),
        )
        for each in operation.get("parameters", [])
    ]
    body = next(iter(operation.get("requestBody", {}).get("content", {}).items()), None)
    answers = [_answer(str(status), answer) for status, answer in operation["responses"].items() if status != "default"]
    return Operation(
        id=f"{method}{path}".replace("/", "-").replace("{", "").replace("}", ""),
        method=method.upper(),
        path=path,
        title=operation.get("summary", ""),
        text=operation.get("description", ""),
        parameters=parameters,
        body=_field(body[0], body[1].get("schema", {})) if body else None,
        answers=answers,
    )


def _answer(status: str, answer: Mapping[str, Any]) -> Field:
    for kind, content in answer.get("content", {}).items():
        return _field(status, content.get("schema", {}), where=kind, text=answer.get("description"))
    return Field(status, "", text=answer.get("description", ""))


def _field(name: str, schema: Mapping[str, Any], *, where: str = "", required: bool = False, text: str | None = None) -> Field:
    words, link = type_in_words(schema)
    return Field(name, words, link, where, required, text or schema.get("description", ""))


def type_in_words(schema: Mapping[str, Any]) -> tuple[str, str]:
    """“list of Video”, and the schema that it leads to."""
    if reference_to := schema.get("$ref"):
        name = reference_to.rsplit("/", 1)[-1]
        return name, name
    for key in ("oneOf", "anyOf"):
        if key in schema:
            parts = [type_in_words(each) for each in schema[key]]
            return " | ".join(dict.fromkeys(words for words, _link in parts)), next((link for _words, link in parts if link), "")
    if "enum" in schema:
        return " | ".join(str(each) for each in schema["enum"]), ""
    if schema.get("type") == "array":
        words, link = type_in_words(schema.get("items", {}))
        return _("list of {what}").format(what=words), link
    kind = schema.get("type", "any")
    return " | ".join(kind) if isinstance(kind, list) else str(kind), ""
