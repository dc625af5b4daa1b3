import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from app.errors import SignInNeeded, TooMany, Unavailable
from app.http.viewer import ANONYMOUS, Role, Scope, Viewer
from app.jobs import Job, JobState
from app.notifications import stream as streams
from app.notifications.stream import Stream
from app.site import Site
from tests.search.conftest import Add, add  # noqa: F401 - a fixture

MEMBER = Viewer(user_id="u-ben", name="ben", role=Role.MEMBER, session_id="s-ben", edits=frozenset({"c-ben"}))
OWNER = Viewer(user_id="u-anna", name="anna", role=Role.OWNER, session_id="s-anna", edits=frozenset({"c-anna"}))


class Ear:
    """One listener, with what it heard."""

    def __init__(self, stream: Stream, viewer: Viewer) -> None:
        self.viewer = viewer
        self.listener = stream.join(viewer)
        self.pieces: AsyncIterator[bytes] = stream.listen(self.listener, lambda: self.viewer)

    async def hear(self) -> tuple[str, dict[str, Any]]:
        """The next piece of news; comments are passed over."""
        while True:
            piece = (await asyncio.wait_for(anext(self.pieces), 5)).decode()
            if piece.startswith("event: "):
                name, data = piece.strip().split("\n")
                return name.removeprefix("event: "), json.loads(data.removeprefix("data: "))

    async def hears_nothing(self) -> bool:
        await asyncio.sleep(0.02)  # what other threads told is handed over by the loop
        return self.listener.queue.empty()

    async def ended(self) -> bool:
        async with asyncio.timeout(5):
            return [piece async for piece in self.pieces] == []


async def listening(stream: Stream, *viewers: Viewer) -> list[Ear]:
    ears = [Ear(stream, viewer) for viewer in viewers]
    for ear in ears:
        assert (await anext(ear.pieces)).startswith(b"retry:")
    return ears


@pytest.mark.parametrize(("privacy", "ben_hears"), [("public", True), ("members", True), ("unlisted", False), ("private", False)])
def test_news_go_to_those_who_may_know(site: Site, add: Add, privacy: str, ben_hears: bool) -> None:  # noqa: F811
    video = add("Snow", privacy=privacy, state="needs_attention", reason="It ends early.")

    async def scene() -> None:
        stream = Stream(site)
        anna, ben = await listening(stream, OWNER, MEMBER)
        await asyncio.to_thread(stream.tell_of, video.id)
        name, told = await anna.hear()
        assert name == "video"
        assert told == {
            "id": video.public_id, "state": "needs_attention", "playable": True, "percent": None, "eta_seconds": None,
            "reason": "It ends early.", "thumbnail": None,
        }  # fmt: skip
        if ben_hears:
            assert (await ben.hear())[1]["reason"] == ""
        else:
            assert await ben.hears_nothing()

    asyncio.run(scene())


def test_work_on_a_video_is_told_as_percent_and_jobs_to_administrators_alone(site: Site, add: Add) -> None:  # noqa: F811
    video = add("Snow", state="processing", playable=False)
    with site.write() as session:
        job = Job(kind="make_renditions", subject=video.id, state=JobState.RUNNING, progress=0.625, eta_seconds=240, created_at=site.now())
        session.add(job)

    async def scene() -> None:
        stream = Stream(site)
        anna, ben = await listening(stream, OWNER, MEMBER)
        await asyncio.to_thread(stream.tell_of, video.id)
        assert (await anna.hear())[1]["percent"] == 62
        assert await ben.hears_nothing()  # not playable yet, and not his
        await asyncio.to_thread(stream.tell_of_job, job.id)
        name, told = await anna.hear()
        assert (name, told["video"], told["state"], told["progress"]) == ("job", video.public_id, "running", 0.625)
        assert await ben.hears_nothing()

    asyncio.run(scene())


def test_a_session_that_ends_hears_nothing_more(site: Site) -> None:
    async def scene() -> None:
        stream = Stream(site)
        anna, ben = await listening(stream, OWNER, MEMBER)
        stream.end_sessions(("s-ben",))
        assert await ben.ended()
        assert stream.count == 1
        assert await anna.hears_nothing()

    asyncio.run(scene())


@pytest.mark.parametrize("now", [ANONYMOUS, replace(MEMBER, session_id="another"), SignInNeeded()])
def test_rights_are_looked_at_anew_every_few_seconds(site: Site, monkeypatch: pytest.MonkeyPatch, now: Viewer | Exception) -> None:
    monkeypatch.setattr(streams, "CHECK", 0.05)

    def identify() -> Viewer:
        if isinstance(now, Exception):
            raise now
        return now

    async def scene() -> None:
        stream = Stream(site)
        pieces = stream.listen(stream.join(MEMBER), identify)
        async with asyncio.timeout(5):
            assert len([piece async for piece in pieces]) == 1
        assert stream.count == 0

    asyncio.run(scene())


def test_silence_is_broken_by_comments(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "PING", 0.05)

    async def scene() -> None:
        (ear,) = await listening(Stream(site), MEMBER)
        assert await asyncio.wait_for(anext(ear.pieces), 5) == b": still here\n\n"

    asyncio.run(scene())


def test_closing_ends_every_stream_at_once_and_lets_nobody_in(site: Site) -> None:
    async def scene() -> None:
        stream = Stream(site)
        ears = await listening(stream, OWNER, MEMBER)
        await asyncio.to_thread(stream.close)
        for ear in ears:
            assert await ear.ended()
        with pytest.raises(Unavailable):
            stream.join(MEMBER)
        assert stream.count == 0

    asyncio.run(scene())


def test_who_does_not_read_loses_news_and_costs_no_memory(site: Site, add: Add) -> None:  # noqa: F811
    video = add("Snow")

    async def scene() -> None:
        stream = Stream(site)
        (ear,) = await listening(stream, MEMBER)
        for _ in range(streams.QUEUE + 50):
            stream.tell_of(video.id)
        await asyncio.sleep(0)
        for _ in range(streams.QUEUE):
            await ear.hear()
        assert await ear.hears_nothing()

    asyncio.run(scene())


def test_there_is_an_end_to_how_many_listen(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "OF_ONE_PERSON", 2)
    monkeypatch.setattr(streams, "LISTENERS", 3)

    async def scene() -> None:
        stream = Stream(site)
        await listening(stream, MEMBER, MEMBER)
        with pytest.raises(TooMany):
            stream.join(MEMBER)
        (last,) = await listening(stream, OWNER)
        with pytest.raises(TooMany):
            stream.join(Viewer(user_id="u-eve", role=Role.MEMBER))
        stream.end_sessions(("s-anna",))
        assert await last.ended()
        stream.join(Viewer(user_id="u-eve", role=Role.MEMBER))

    asyncio.run(scene())


def test_a_token_without_the_scope_hears_nothing_of_jobs(site: Site) -> None:
    with site.write() as session:
        job = Job(kind="x", subject="y", created_at=site.now())
        session.add(job)

    async def scene() -> None:
        stream = Stream(site)
        (ear,) = await listening(stream, replace(OWNER, scopes=frozenset({Scope.READ})))
        stream.tell_of_job(job.id)
        assert await ear.hears_nothing()

    asyncio.run(scene())
