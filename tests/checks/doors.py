"""Each heavy dependency has one door (ARCHITECTURE, features on layers): who may import what, read from the source."""

import ast
from collections.abc import Iterator
from pathlib import Path

# What may be imported only by the modules under one of these paths.
DOORS = {
    "subprocess": ("app/children/",),
    "multiprocessing": ("app/children/",),
    "pty": ("app/children/",),
    "huey": ("app/queue.py",),
    "tantivy": ("app/search/index.py",),
    "ffmpeg": ("app/media/commands/",),
    "imageio_ffmpeg": ("app/media/",),
    "av": ("app/media/",),
    "watchdog": ("app/ingest/watch.py",),
    "granian": ("app/server.py",),
    "uvicorn": ("app/server.py",),
    "webview": ("app/desktop.py",),
    "sqlite3": ("app/db.py",),
    "pysqlite3": ("app/db.py",),
}
# Functions that start processes or open databases by other ways than an import of their own.
CALLS = {
    "system": ("app/children/",),
    "popen": ("app/children/",),
    "posix_spawn": ("app/children/",),
    "fork": ("app/children/",),
    "create_subprocess_exec": ("app/children/",),
    "create_subprocess_shell": ("app/children/",),
    "create_engine": ("app/db.py",),
    "create_async_engine": ("app/db.py",),
}
LEAVES = ("routes", "tasks")
CHILDREN = "app.children"  # the package is the door; how it works inside is nobody else's affair
STARTS = ("start", "run")  # of children: each call says what the child may touch, and none says what encloses it


def faults(path: Path, text: str) -> list[str]:
    """What this module imports or calls and may not. `path` is relative to the project."""
    tree, where = ast.parse(text), path.as_posix()
    return list(dict.fromkeys([*_imports(where, tree), *_calls(where, tree), *_children(where, tree)]))


def _imports(where: str, tree: ast.Module) -> Iterator[str]:
    for line, name in imported(tree):
        top = name.partition(".")[0]
        if top in DOORS and not where.startswith(DOORS[top]) and where.startswith("app/"):
            yield f"{where}:{line} imports {top}, whose door is {' or '.join(DOORS[top])}"
        if where.startswith("app/") and top == "plugins":
            yield f"{where}:{line} imports {name}: the program never imports its plugins"
        if where.startswith("plugins/") and top == "app" and name != "app.plugin_api" and not name.startswith("app.plugin_api."):
            yield f"{where}:{line} imports {name}: a plugin imports app.plugin_api alone"
        if where.startswith("app/") and name.startswith("app.") and _is_leaf(name) and not _may_take(where, name):
            yield f"{where}:{line} imports {name}: routes and tasks are leaves that main alone imports"


def _is_leaf(name: str) -> bool:
    """Also `sign_in_routes`, where one subject has more than one such module."""
    return name.rpartition(".")[2].rpartition("_")[2] in LEAVES


def _may_take(where: str, leaf: str) -> bool:
    """Main takes them all; a package's `routes` may gather the other leaves of its package."""
    own = where.endswith("/routes.py") and leaf.rpartition(".")[0] == where.removesuffix("/routes.py").replace("/", ".")
    return own or where == "app/main.py" or where.startswith("app/gateway/")


def _calls(where: str, tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not where.startswith("app/"):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in CALLS and not where.startswith(CALLS[name]) and not _of_platform(node.func):
            yield f"{where}:{node.lineno} calls {name}, which only {' or '.join(CALLS[name])} may"


def _children(where: str, tree: ast.Module) -> Iterator[str]:
    if not where.startswith("app/") or where.startswith("app/children/"):
        return
    starts = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and any(alias.name.startswith(CHILDREN) for alias in node.names):
            yield f"{where}:{node.lineno} imports {CHILDREN} whole: name what is taken from it, so that it can be looked for"
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{CHILDREN}."):
            yield f"{where}:{node.lineno} imports {node.module}, which is inside of {CHILDREN}"
        if isinstance(node, ast.ImportFrom) and node.module == "app" and any(alias.name == "children" for alias in node.names):
            yield f"{where}:{node.lineno} imports {CHILDREN} whole: name what is taken from it, so that it can be looked for"
        if isinstance(node, ast.ImportFrom) and node.module == CHILDREN:
            starts |= {alias.asname or alias.name: alias.name for alias in node.names if alias.name in STARTS}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in starts:
            said = {keyword.arg for keyword in node.keywords}
            if "sandbox" not in said or None in said or "layers" in said:
                yield f"{where}:{node.lineno} starts a child: its sandbox is named in the call, and its layers are this machine's"


def _of_platform(function: ast.expr) -> bool:
    """`platform.system()` only asks which system this is."""
    return isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id == "platform"


def imported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every module imported anywhere in this one, also inside functions. `from a import b` may mean a, or the module a.b: both are told."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module != "app":  # `from app import plugin_api` names a module of it, never the package
                yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
