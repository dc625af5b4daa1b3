"""AZ-1, AZ-2: every route, asked by every kind of person for every kind of video; private is as good as missing."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.main import build_site
from app.settings import Settings
from tests.access import expected
from tests.access.expected import Answer
from tests.access.world import KINDS, MISSING, VISITORS, Route, Visitor, World

ENDLESS = ("/x/events",)  # a stream: that it opens is shown elsewhere


@pytest.fixture(scope="module")
def world(claimed_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    data = tmp_path_factory.mktemp("world") / "data"
    shutil.copytree(claimed_data, data)
    site = build_site(Settings(data=data))
    with World(site) as made:
        yield made
    site.database.close()


def answered(reply: Any) -> Answer:
    """What kind of answer this is. A redirect elsewhere than to the login, or a complaint about the body, comes after the policy."""
    if reply.status_code == 401 or (reply.status_code == 303 and reply.headers.get("location", "").startswith("/login")):
        return Answer.SIGN_IN
    if reply.status_code == 403:
        return Answer.REFUSED
    if reply.status_code == 404:
        return Answer.MISSING
    assert reply.status_code < 500 or reply.request.url.path == "/health/ready", (
        reply.request.method,
        reply.request.url,
        reply.status_code,
        reply.text[:500],
    )
    return Answer.GIVEN


def traces(reply: Any, public_id: str) -> tuple[object, ...]:
    """All that an answer tells, but for what was asked and the number of the request."""
    request = reply.headers.get("x-request-id", "-")
    body = reply.text.replace(public_id, "<id>").replace(request, "<request>")
    headers = sorted((name, value) for name, value in reply.headers.items() if name not in ("x-request-id", "date"))
    return reply.status_code, re.sub(r"urn:homereel:request:\S+", "", body), [(n, v.replace(public_id, "<id>")) for n, v in headers]


def test_the_table_of_routes_is_the_whole_site(world: World) -> None:
    assert len(world.routes) > 80
    assert {route.policy for route in world.routes if route.of_a_video} == {"may_watch", "may_edit", "may_remember", "may_play"}
    assert "" not in {route.policy for route in world.routes}


def test_everybody_is_asked_for(world: World) -> None:
    assert tuple(world.visitors) == VISITORS


@pytest.mark.parametrize("name", VISITORS)
def test_every_route_of_a_video_answers_everybody_as_the_rule_says(world: World, name: str) -> None:
    wrong: list[str] = []
    for route in world.routes:
        if route.of_a_video:
            wrong += list(_wrong_of_video(world, route, world.visitors[name]))

    assert not wrong, "\n".join(wrong[:30])


def _wrong_of_video(world: World, route: Route, visitor: Visitor) -> Iterator[str]:
    missing = traces(world.ask(visitor, route), MISSING)
    for kind in KINDS:
        due = expected.of_a_video(route, visitor, kind)
        reply = world.ask(visitor, route, kind)
        found = answered(reply)
        if found is not due:
            yield f"{route.name}, {kind}, {visitor.name}: {found.value}, not {due.value} ({reply.status_code} {reply.text[:150]!r})"
        elif due is Answer.MISSING and traces(reply, world.videos[kind]) != missing:
            other = [(a, b) for a, b in zip(str(traces(reply, world.videos[kind])).split(), str(missing).split(), strict=False) if a != b]
            yield f"{route.name}, {kind}, {visitor.name}: differs from one that is not there: {other[:5]}"


def test_every_other_route_lets_in_whom_it_says(world: World) -> None:
    wrong: list[str] = []
    for route in world.routes:
        if route.of_a_video:
            continue
        for visitor in world.visitors.values():
            due = expected.of_no_video(route, visitor)
            if due is Answer.GIVEN and (not route.safe or route.path in ENDLESS or "_id:" in route.path):
                continue  # it would do what it is for; the tests of its package show that
            found = answered(world.ask(visitor, route))
            if found is not due:
                wrong.append(f"{route.name}, {visitor.name}: {found.value}, not {due.value}")

    assert not wrong, "\n".join(wrong[:100])


@pytest.mark.parametrize("address", ["/", "/search?q=", "/api/v1/videos", "/api/v1/search?q=", "/api/v1/search?q=private", "/c/vera"])
def test_lists_and_searches_hold_only_what_may_be_met_there(world: World, address: str) -> None:
    for visitor in world.visitors.values():
        world.client.cookies.clear()
        said = world.client.get(address, headers=visitor.headers).text
        for kind in KINDS:
            listed = expected.may_watch(visitor, kind) and (kind != "unlisted" or visitor.edits)
            if not listed:
                assert world.videos[kind] not in said, (address, visitor.name, kind)


def test_what_may_be_listed_is(world: World) -> None:
    for visitor in world.visitors.values():
        world.client.cookies.clear()
        reply = world.client.get("/api/v1/videos?limit=100", headers=visitor.headers)
        if not visitor.has(expected.Scope.READ):
            assert reply.status_code == 403
            continue
        found = {video["id"] for video in reply.json()["items"]}
        for kind in ("public", "members"):
            assert (world.videos[kind] in found) is expected.may_watch(visitor, kind), (visitor.name, kind)
