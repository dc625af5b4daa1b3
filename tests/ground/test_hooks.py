"""Hooks say their contract, and a plugin that breaks it harms nobody."""

import inspect

from sqlmodel import select

from app.events import OutboxRow, event_types, record
from app.hooks import HookSpecs, Refusal, hookimpl, plugin_manager
from app.site import Site
from app.videos.events import VideoChanged


def test_every_hook_says_by_its_name_what_it_is_for_and_has_words_for_it() -> None:
    names = [name for name, _ in inspect.getmembers(HookSpecs, inspect.isfunction)]

    assert names
    for name in names:
        assert name.startswith(("on_", "allow_", "add_")), name
        assert len(inspect.getdoc(getattr(HookSpecs, name)) or "") > 20, name


class Refusing:
    @hookimpl
    def allow_upload(self, size: int) -> Refusal | None:
        return Refusal("That is too large for this house.") if size > 100 else None


class Broken:
    @hookimpl
    def on_event(self) -> None:
        raise ZeroDivisionError


class Listening:
    def __init__(self) -> None:
        self.heard: list[object] = []

    @hookimpl
    def on_event(self, event: object) -> None:
        self.heard.append(event)


def test_a_plugin_takes_only_what_it_needs_and_may_refuse() -> None:
    manager = plugin_manager()
    assert manager.hook.allow_upload(owner_id="u", filename="x", size=101) is None
    manager.register(Refusing())

    assert manager.hook.allow_upload(owner_id="u", filename="x", size=100) is None
    assert manager.hook.allow_upload(owner_id="u", filename="x", size=101).reason == "That is too large for this house."


def test_plugins_hear_every_event_and_one_that_fails_stops_nothing(site: Site) -> None:
    listening = Listening()
    site.hooks.register(listening)
    with site.write() as session:
        record(session, VideoChanged("v1"))
    site.bus.drain()
    assert listening.heard == [VideoChanged("v1")]

    site.hooks.register(Broken())
    with site.write() as session:
        record(session, VideoChanged("v2"))
    site.bus.drain()

    with site.read() as session:
        assert session.exec(select(OutboxRow)).all() == [], "it is told once, not for ever"


def test_events_are_frozen_and_named_for_what_has_happened() -> None:
    for name, kind in event_types().items():
        assert kind.__dataclass_params__.frozen, name  # type: ignore[attr-defined]
        assert kind.__doc__, name
