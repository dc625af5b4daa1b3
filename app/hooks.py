"""The contract between Homereel and its plugins. Names say it: `on_*` is told after, `allow_*` may refuse before,
`add_*` contributes. Hooks get ids and frozen values; those that are asked run outside any transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pluggy

hookspec = pluggy.HookspecMarker("homereel")
hookimpl = pluggy.HookimplMarker("homereel")


@dataclass(frozen=True)
class Refusal:
    """Why something may not happen, in a sentence for the person who tried."""

    reason: str


class HookSpecs:
    """Every hook, with what it promises."""

    @hookspec
    def on_event(self, site: Any, event: object) -> None:
        """Told of every recorded event, after its transaction has committed. May be told twice."""

    @hookspec
    def on_start(self, site: Any) -> None:
        """Told once, when everything of the site runs and before the first request."""

    @hookspec
    def on_stop(self, site: Any) -> None:
        """Told once, before the site's own parts stop."""

    @hookspec(firstresult=True)
    def allow_upload(self, owner_id: str, filename: str, size: int) -> Refusal | None:
        """Refuse an upload before a byte of it is taken. `size` is in bytes."""

    @hookspec
    def add_routes(self) -> Sequence[Any]:  # type: ignore[empty-body]
        """Contribute route handlers. Their paths must lie under /plugins/<name>/ and each must declare a policy."""

    @hookspec
    def add_migrations(self) -> Sequence[Any]:  # type: ignore[empty-body]
        """Contribute functions `(db: sqlite_utils.Database) -> None`, applied once each, in order, before the site starts."""


def plugin_manager() -> pluggy.PluginManager:
    manager = pluggy.PluginManager("homereel")
    manager.add_hookspecs(HookSpecs)
    return manager
