from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from litestar import get

from app.hooks import Refusal, plugin_manager
from app.http.policy import reader
from app.ops.plugins import FAILURES, Plugin, Plugins

GOOD = """
from app.hooks import Refusal, hookimpl

@hookimpl
def allow_upload(filename):
    return Refusal("no") if filename == "bad" else None
"""


def write(folder: Path, name: str, source: str) -> None:
    (folder / name).mkdir(parents=True)
    (folder / name / "__init__.py").write_text(source)


def load(bundled: Path, own: Path) -> tuple[Plugins, Any]:
    manager = plugin_manager()
    plugins = Plugins(manager)
    plugins.load(bundled, own)
    return plugins, manager.hook


def by_name(plugins: Plugins) -> dict[str, Plugin]:
    return {plugin.name: plugin for plugin in plugins.all}


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("import nothing_of_that_name", "nothing_of_that_name"),
        ("def broken(:", "invalid syntax"),
        ("raise SystemExit(3)", "SystemExit"),
        ("from app.hooks import hookimpl\n@hookimpl\ndef on_no_such_hook():\n    pass\n", "on_no_such_hook"),
        ("from app.hooks import hookimpl\n@hookimpl\ndef on_event(colour):\n    pass\n", "colour"),
    ],
)
def test_a_broken_plugin_is_listed_and_the_others_go_on(tmp_path: Path, source: str, says: str) -> None:
    write(tmp_path / "a", "broken", source)
    write(tmp_path / "b", f"good_{abs(hash(source))}", GOOD)
    plugins, hook = load(tmp_path / "a", tmp_path / "b")
    broken, good = plugins.all
    assert (broken.state, good.state) == ("broken", "on")
    assert says in broken.reason
    assert hook.allow_upload(owner_id="x", filename="bad", size=1) == Refusal("no")
    hook.on_event(site=None, event=object())


def test_the_first_of_a_name_wins_and_what_is_no_plugin_is_passed_over(tmp_path: Path) -> None:
    write(tmp_path / "a", "twice", GOOD)
    write(tmp_path / "b", "twice", "raise RuntimeError")
    (tmp_path / "a" / "README.md").write_text("x")
    (tmp_path / "a" / "__pycache__").mkdir()
    (tmp_path / "b" / "single_file.py").write_text(GOOD)
    plugins, _ = load(tmp_path / "a", tmp_path / "b")
    assert [(plugin.name, plugin.source, plugin.state) for plugin in plugins.all] == [
        ("twice", "bundled", "on"),
        ("single_file", "data folder", "on"),
    ]


def test_a_raising_hook_is_harmless_and_switched_off_after_a_while(tmp_path: Path) -> None:
    write(tmp_path / "a", "raises", "from app.hooks import hookimpl\n@hookimpl\ndef allow_upload():\n    raise RuntimeError\n")
    write(tmp_path / "b", "also_good", GOOD)
    plugins, hook = load(tmp_path / "a", tmp_path / "b")
    for _ in range(FAILURES):
        assert by_name(plugins)["raises"].state == "on"
        assert hook.allow_upload(owner_id="x", filename="fine", size=1) is None
    assert hook.allow_upload(owner_id="x", filename="bad", size=1) == Refusal("no")
    assert by_name(plugins)["raises"].state == "off"
    assert "ten times" in by_name(plugins)["raises"].reason


def with_routes(name: str, handlers: Sequence[Any]) -> Plugins:
    from app.hooks import hookimpl

    @hookimpl
    def add_routes() -> Sequence[Any]:
        return handlers

    module = ModuleType(name)
    module.add_routes = add_routes  # type: ignore[attr-defined]
    manager = plugin_manager()
    plugins = Plugins(manager)
    plugins.all.append(plugin := Plugin(name, "bundled"))
    plugins._load(plugin, lambda: module)
    return plugins


def handler(path: str, **options: Any) -> Any:
    @get(path, sync_to_thread=False, **options)
    def answer() -> str:
        return "x"

    return answer


def test_routes_of_a_plugin_lie_under_its_name_and_declare_a_policy() -> None:
    good = handler("/plugins/mine/page", policy=reader)
    assert with_routes("mine", [good]).routes() == [good]
    for wrong, says in [
        (handler("/plugins/mine/open"), "no policy"),
        (handler("/", policy=reader), "/plugins/mine/"),
        (handler("/plugins/mine2/page", policy=reader), "/plugins/mine/"),
        (handler("/login", policy=reader), "/plugins/mine/"),
    ]:
        plugins = with_routes("mine", [good, wrong])
        assert plugins.routes() == []
        assert plugins.all[0].state == "broken"
        assert says in plugins.all[0].reason
