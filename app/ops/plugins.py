"""Finding and loading plugins. One that cannot be loaded is logged, listed as broken and skipped; one that keeps failing is
switched off. Neither stops the site (SECURITY PL-3)."""

import importlib.metadata
import importlib.util
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from time import monotonic
from types import ModuleType
from typing import Any

import pluggy
import structlog

from app.errors import StartError
from app.http.policy import Policy
from app.i18n import N_
from app.migrations import Step

log = structlog.get_logger(__name__)
GROUP = "homereel.plugins"
SLOW = 1.0  # seconds a hook may take without a word in the log
FAILURES = 10  # in a row, then it is switched off
OFTEN = N_("It failed ten times in a row and was switched off until the next start.")
_LOADED = "homereel_plugins"  # modules are called homereel_plugins.<name>


@dataclass
class Plugin:
    """What became of one plugin. `reason` is a sentence for the admin page; `state` is on, broken or off."""

    name: str
    source: str  # bundled, data folder, or installed
    state: str = "on"
    reason: str = ""
    failures: int = field(default=0, repr=False)


class Plugins:
    """The plugins of one site: loaded once at start, listed on the admin page."""

    def __init__(self, manager: pluggy.PluginManager) -> None:
        self._manager = manager
        self.all: list[Plugin] = []

    def load(self, bundled: Path, own: Path) -> None:
        """Load what lies in both folders and what is installed. The first of a name wins."""
        for name, source, fetch in [*_in_folder(bundled, "bundled"), *_in_folder(own, "data folder"), *_installed()]:
            if any(each.name == name for each in self.all):
                log.warning("a second plugin of the same name was left out", plugin=name, source=source)
                continue
            plugin = Plugin(name, source)
            self.all.append(plugin)
            self._load(plugin, fetch)

    def migrations(self) -> Mapping[str, Sequence[Step]]:
        """The steps each plugin contributes, by its name."""
        return {plugin.name: tuple(steps) for plugin, steps in self._contributed("add_migrations") if steps}

    def routes(self) -> list[Any]:
        """Every route of every plugin that keeps to its own prefix and declares a policy; of the others, none."""
        found: list[Any] = []
        for plugin, handlers in self._contributed("add_routes"):
            if fault := _fault_of_routes(plugin.name, handlers):
                self._break(plugin, fault)
            else:
                found += handlers
        return found

    def _load(self, plugin: Plugin, fetch: Callable[[], Any]) -> None:
        try:
            module = fetch()
            self._manager.register(module, name=plugin.name)
            self._manager.check_pending()
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # SystemExit in somebody's module must not end the site
            log.exception("a plugin could not be loaded", plugin=plugin.name)
            self._break(plugin, f"{type(error).__name__}: {error}")
            return
        for hook in self._manager.get_hookcallers(module) or ():
            for implementation in hook.get_hookimpls():
                if implementation.plugin is module and not implementation.wrapper:
                    implementation.function = _guarded(plugin, hook.name, implementation.function)  # type: ignore[misc]

    def _contributed(self, hook: str) -> Iterator[tuple[Plugin, list[Any]]]:
        implementations = {each.plugin_name: each for each in getattr(self._manager.hook, hook).get_hookimpls()}
        for plugin in self.all:
            if plugin.state == "on" and plugin.name in implementations:
                yield plugin, list(implementations[plugin.name].function() or ())

    def _break(self, plugin: Plugin, reason: str) -> None:
        plugin.state, plugin.reason = "broken", reason
        log.error("a plugin is broken and was left out", plugin=plugin.name, reason=reason)
        if self._manager.has_plugin(plugin.name):
            self._manager.unregister(name=plugin.name)


def _guarded(plugin: Plugin, hook: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The same hook, whose failing costs nobody but itself: it then has no opinion and contributes nothing."""

    @wraps(function)
    def call(*given: Any) -> Any:
        if plugin.state != "on":
            return None
        began = monotonic()
        try:
            answer = function(*given)
        except Exception:
            log.exception("a plugin failed", plugin=plugin.name, hook=hook)
            plugin.failures += 1
            if plugin.failures >= FAILURES:
                plugin.state, plugin.reason = "off", OFTEN
                log.error("a plugin was switched off", plugin=plugin.name)
            return None
        plugin.failures = 0
        if (took := monotonic() - began) > SLOW:
            log.warning("a plugin was slow", plugin=plugin.name, hook=hook, seconds=round(took, 2))
        return answer

    return call


def _fault_of_routes(name: str, handlers: Sequence[Any]) -> str:
    """Why these routes cannot be taken, or nothing. They are closed by default: one without a policy is a fault."""
    prefix = f"/plugins/{name}/"
    for handler in handlers:
        outside = [path for path in handler.paths if not f"{path}/".startswith(prefix)]
        if outside:
            return str(StartError(N_("Its route {path} does not lie under {prefix}."), path=outside[0], prefix=prefix))
        if not isinstance((handler.opt or {}).get("policy"), Policy):
            return str(StartError(N_("Its route {path} declares no policy."), path=next(iter(handler.paths), "")))
    return ""


def _in_folder(folder: Path, source: str) -> Iterator[tuple[str, str, Callable[[], ModuleType]]]:
    if not folder.is_dir():
        return
    for entry in sorted(folder.iterdir()):
        file = entry / "__init__.py" if entry.is_dir() else entry
        name = entry.stem if entry.is_file() else entry.name
        if name.isidentifier() and not name.startswith("_") and file.suffix == ".py" and file.is_file():
            yield name, source, lambda name=name, file=file: _module(name, file)  # type: ignore[misc]


def _module(name: str, file: Path) -> ModuleType:
    """Import a file under a name of ours. Once per process: its tables and tasks may be declared only once."""
    full = f"{_LOADED}.{name}"
    known = sys.modules.get(full)
    if known is not None and known.__file__ is not None and Path(known.__file__).resolve() == file.resolve():
        return known
    inside = [str(file.parent)] if file.stem == "__init__" else None
    spec = importlib.util.spec_from_file_location(full, file, submodule_search_locations=inside)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[full] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[full]
        raise
    return module


def _installed() -> Iterator[tuple[str, str, Callable[[], Any]]]:
    for point in importlib.metadata.entry_points(group=GROUP):
        yield point.name, "installed", point.load
