"""AZ-4: what is taken away ends at once for new requests, and within seconds for a reply that is on its way; what is not costs no query."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import event, text

from app.accounts.service import find_user
from app.http.open_files import CHUNK, Recent
from app.http.sending import SMALLEST, next_size
from app.main import build_asgi
from tests.delivery.conftest import Cinema


class Statements:
    """Counts what the readers of the database are asked."""

    def __init__(self, cinema: Cinema) -> None:
        self.count, self._engine = 0, cinema.site.database._reader

    def _note(self, *_: Any) -> None:
        self.count += 1

    def __enter__(self) -> "Statements":
        event.listen(self._engine, "before_cursor_execute", self._note)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(self._engine, "before_cursor_execute", self._note)


def test_a_player_that_goes_on_costs_no_query(cinema: Cinema) -> None:
    rung = cinema.films.renditions(cinema.film)[0].name
    names = ["original", f"{rung}/init.mp4", f"{rung}.m3u8"]  # the master is asked for once
    for name in names:
        assert cinema.owner.get(cinema.media(name), headers={"range": "bytes=0-9"}).status_code in (200, 206)
    with Statements(cinema) as asked:
        for name in names * 3:
            assert cinema.owner.get(cinema.media(name), headers={"range": "bytes=0-9"}).status_code in (200, 206)

    assert asked.count == 0


def test_what_a_player_writes_down_does_not_make_the_rule_be_asked_again(cinema: Cinema) -> None:
    cinema.owner.get(cinema.media("original"), headers={"range": "bytes=0-9"})
    before = cinema.site.database.changes
    with cinema.site.write() as session:
        session.execute(text("UPDATE jobs SET attempt = attempt"))
    assert cinema.site.database.changes == before

    cinema.make("members")
    assert cinema.site.database.changes == before  # nothing was changed: nothing was written
    cinema.make("public")
    assert cinema.site.database.changes == before + 1
    cinema.make("members")


@pytest.mark.parametrize("name", ["original", "master.m3u8", "{rung}.m3u8", "{rung}/init.mp4", "{rung}/0.m4s"])
def test_the_next_request_hears_of_it(cinema: Cinema, name: str) -> None:
    address = cinema.media(name.replace("{rung}", cinema.films.renditions(cinema.film)[0].name))
    cinema.make("public")
    try:
        assert cinema.nobody.get(address).status_code == 200
        cinema.make("members")
        assert cinema.nobody.get(address).status_code == 404
        cinema.make("public")
        assert cinema.nobody.get(address).status_code == 200
    finally:
        cinema.make("members")


def asked_for(cinema: Cinema, name: str, body: Callable[[bytes], Any], *headers: tuple[bytes, bytes]) -> None:
    """One request to the application itself; `body` is called with every piece that it sends."""
    app = build_asgi(cinema.site)
    path = cinema.media(name)
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http", "path": path,
        "raw_path": path.encode(), "query_string": b"", "root_path": "", "headers": [(b"host", b"homereel.lan"), *headers],
        "client": ("127.0.0.1", 1), "server": ("homereel.lan", 80), "extensions": {}, "state": {},
    }  # fmt: skip

    async def receive() -> Any:
        await asyncio.sleep(30)

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            await body(message["body"])

    with ThreadPoolExecutor(1) as thread:  # a browser of another test may have left a loop in this one
        thread.submit(lambda: asyncio.run(app(scope, receive, send))).result()  # type: ignore[arg-type]


def test_a_reply_on_its_way_ends_when_the_film_is_taken_away(cinema: Cinema, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.delivery.pace.ASK_EVERY", 0.0)
    size = _long_enough(cinema)
    got: list[int] = []

    async def take(piece: bytes) -> None:
        got.append(len(piece))
        if len(got) == 2:
            await asyncio.to_thread(cinema.make, "members")

    cinema.make("public")
    try:
        asked_for(cinema, "original", take)
    finally:
        cinema.make("members")
    assert len(got) == 2, "nothing was sent after it"
    assert sum(got) < size


def test_a_reply_on_its_way_goes_on_while_other_things_change(cinema: Cinema, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.delivery.pace.ASK_EVERY", 0.0)
    size = _long_enough(cinema)
    got: list[int] = []

    async def take(piece: bytes) -> None:
        got.append(len(piece))
        await asyncio.to_thread(_rename, cinema, f"another name {len(got)}")

    cinema.make("public")
    try:
        asked_for(cinema, "original", take)
    finally:
        cinema.make("members")
    assert sum(got) == size


def test_a_reader_who_takes_nothing_holds_little_and_not_for_ever(cinema: Cinema, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.http.sending.STALLED", 0.05)
    _long_enough(cinema)
    offered: list[int] = []

    async def stall(piece: bytes) -> None:
        offered.append(len(piece))
        await asyncio.sleep(20)

    cinema.make("public")
    try:
        asked_for(cinema, "original", stall)
    finally:
        cinema.make("members")
    assert offered == [2 * SMALLEST], "one piece was read, and no more"


def test_slow_readers_get_small_pieces_and_quick_ones_large() -> None:
    sizes = [2 * SMALLEST]
    for seconds in (0.001, 0.001, 0.001, 0.5, 0.001):
        sizes.append(next_size(sizes[-1], seconds))

    assert sizes == [2 * SMALLEST, 4 * SMALLEST, CHUNK, CHUNK, SMALLEST, 2 * SMALLEST]
    assert next_size(SMALLEST, 0.001, largest=SMALLEST) == SMALLEST


def _long_enough(cinema: Cinema) -> int:
    """Make the file long: delivery does not look into it."""
    path = cinema.site.paths.originals / cinema.films.original(cinema.film).path
    cinema.site.part(Recent).forget()
    if path.stat().st_size < 4 * CHUNK:
        with path.open("ab") as file:
            file.write(bytes(4 * CHUNK))
    return path.stat().st_size


def _rename(cinema: Cinema, title: str) -> None:
    with cinema.site.write() as session:
        user = find_user(session, "anna")
        assert user is not None
        user.display_name = title
