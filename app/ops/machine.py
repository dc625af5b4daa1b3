"""The figures and facts of the pages for the keeper."""

import json
from dataclasses import dataclass
from typing import Any

import psutil
from msgspec import Struct

from app import __version__
from app.http.addresses import addresses
from app.http.words import size
from app.i18n import _
from app.ops.findings import Finding
from app.ops.plugins import Plugins
from app.search.keeper import Keeper
from app.settings import ADMIN_KEYS, Settings
from app.site import Site
from app.storage.space import room_at

_FULL, _BUSY = 90, 85  # percent


@dataclass(frozen=True)
class SettingLine:
    """A setting as it is now. `locked`: fixed outside, so that the pages cannot change it."""

    key: str
    value: str
    origin: str
    locked: bool
    text: str


class SettingsOut(Struct, frozen=True):
    items: list[SettingLine]
    next: None = None


def tiles(site: Site, *, running: int, waiting: int) -> list[dict[str, Any]]:
    """Four figures at a glance. Takes a tenth of a second, in which the processor is watched."""
    busy, memory, room = psutil.cpu_percent(interval=0.1), psutil.virtual_memory(), room_at(site.paths.media)
    cores, full = psutil.cpu_count() or 1, memory.percent
    used = 100 * (room.total - room.free) / max(room.total, 1)
    jobs = _("{waiting} more are waiting").format(waiting=waiting) if waiting else _("Nothing else is waiting")
    return [
        _tile("cpu", _("Processor"), f"{busy:.0f}", "%", busy, _("{cores} cores").format(cores=cores), warn=busy > _BUSY),
        _tile("memory-stick", _("Memory"), f"{full:.0f}", "%", full, _free(memory.available), warn=full > _FULL),
        _tile("hard-drive", _("Films"), f"{used:.0f}", "%", used, _free(room.free), warn=used > _FULL),
        _tile("list-video", _("Work"), str(running), _("running"), None, jobs),
    ]


def _free(count: int) -> str:
    return _("{size} free").format(size=size(count))


def _tile(icon: str, label: str, figure: str, unit: str, percent: float | None, text: str, *, warn: bool = False) -> dict[str, Any]:
    kind = "" if percent is None else "warn" if warn else "ok"
    return {"icon": icon, "label": label, "figure": figure, "unit": unit, "percent": percent, "text": text, "kind": kind}


def site_findings(site: Site) -> list[Finding]:
    """What only a running site knows: its index and its plugins."""
    state = site.part(Keeper).state
    words = {
        "ready": _("It answers searches."),
        "rebuilding": _("It is being made anew; meanwhile the database answers."),
        "missing": _("It cannot be used; the database answers, more slowly."),
    }
    found = [Finding("index", True if state == "ready" else None, _("Search"), words[state])]
    for plugin in site.part(Plugins).all:
        if plugin.state != "on":
            title = _("Plugin “{name}”").format(name=plugin.name)
            found.append(Finding(f"plugin:{plugin.name}", False, title, plugin.reason, _("Update or remove it, then start anew.")))
    return found


def facts(site: Site) -> list[tuple[str, str]]:
    return [
        (_("Version"), __version__),
        (_("Addresses"), ", ".join(addresses(site.settings))),
        (_("Data folder"), str(site.paths.data)),
        (_("Films"), str(site.paths.media)),
        (_("Watched folder"), str(site.paths.inbox)),
    ]


def setting_lines(site: Site) -> list[SettingLine]:
    """Every setting, with where its value comes from."""
    with site.read() as session:
        live = {key: site.value(session, key) for key in ADMIN_KEYS}
    lines = []
    for key, about in Settings.model_fields.items():
        value = live.get(key, getattr(site.settings, key))
        origin = site.origins.of.get(key, "default")
        if origin == "default" and key in live and value != getattr(site.settings, key):
            origin = "admin pages"
        lines.append(SettingLine(key, shown(value), origin, site.origins.locked(key), about.description or ""))
    return lines


def shown(value: object) -> str:
    """As it would be written in config.toml."""
    if isinstance(value, tuple):
        return json.dumps(list(value), ensure_ascii=False)
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def one_sentence(findings: list[Finding]) -> str:
    """How the house is."""
    broken = sum(finding.ok is False for finding in findings)
    if broken:
        return _("Something does not work. What to do stands beside it.")
    if any(finding.ok is None for finding in findings):
        return _("Everything works. Something is worth a look.")
    return _("Everything works.")
