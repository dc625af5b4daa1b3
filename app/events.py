"""Facts, told after the commit. `record` writes an outbox row in the caller's transaction; the bus publishes it later,
also after a crash in between. Subscribers may hear a fact twice and must not mind.
"""

import threading
from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
import structlog
from sqlalchemy import delete, literal_column, select
from sqlmodel import Field, Session, SQLModel

from app.db import Database
from app.errors import HomereelError, NoSpace, Unavailable
from app.i18n import N_
from app.ids import new_id

log = structlog.get_logger(__name__)
E = TypeVar("E")
_types: dict[str, type] = {}


class OutboxRow(SQLModel, table=True):
    __tablename__ = "outbox"

    id: str = Field(default_factory=new_id, primary_key=True)
    kind: str
    payload: str


def event(cls: type[E]) -> type[E]:
    """Register a frozen dataclass as a fact that can be recorded. Its fields must be plain values."""
    _types[cls.__name__] = cls
    return cls


def event_types() -> dict[str, type]:
    return dict(_types)


def record(session: Session, fact: object) -> None:
    """Note a fact; whoever subscribed hears of it once this transaction has committed."""
    kind = type(fact).__name__
    assert kind in _types, f"{kind} is not decorated with @event"
    session.add(OutboxRow(kind=kind, payload=msgspec.json.encode(fact).decode()))


class Bus:
    """Delivers facts to subscribers, in order, one thread, each failure logged and harmless to the others."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._subscribers: dict[type, list[Callable[[Any, Any], object]]] = defaultdict(list)
        self.site: Any = None  # handed to every reaction; set by Site, which this layer cannot name
        self._wake = threading.Event()
        self._stopping = False
        self._draining = threading.Lock()
        self._thread: threading.Thread | None = None

    def subscribe(self, kind: type, reaction: Callable[[Any, Any], object]) -> None:
        """Call `reaction(site, fact)` for each. `kind` is an event type, or `object` for every event."""
        self._subscribers[kind].append(reaction)

    def announce(self, fact: object) -> HomereelError | None:
        """Tell subscribers now, in this thread, without keeping it: progress and the like, which may be lost.

        Returns the fault of the disk or database that kept a reaction from happening, if there was one: it may go well later.
        """
        passing: HomereelError | None = None
        for reaction in [*self._subscribers[type(fact)], *self._subscribers[object]]:
            try:
                reaction(self.site, fact)
            except (NoSpace, Unavailable) as fault:
                log.warning("a reaction could not happen now", fact=type(fact).__name__, error=str(fault))
                passing = fault
            except Exception:
                log.exception("a reaction failed", fact=type(fact).__name__)
        return passing

    def wake(self) -> None:
        self._wake.set()

    def drain(self) -> int:
        """Publish what is in the outbox, and say how many facts that were."""
        count = 0
        with self._draining:
            while rows := self._pending():
                told = self._publish_all(rows)
                if told:
                    with self._database.write() as session:
                        session.execute(delete(OutboxRow).where(OutboxRow.id.in_([row.id for row in told])))  # type: ignore[attr-defined]
                count += len(told)
                if len(told) < len(rows):
                    raise Unavailable(N_("What happened on this site cannot be passed on at the moment."))
        return count

    def _publish_all(self, rows: list[OutboxRow]) -> list[OutboxRow]:
        """In order, up to the first that must be told again because the disk or the database would not have it now."""
        for place, row in enumerate(rows):
            if self._publish(row) is not None:
                return rows[:place]
        return rows

    def _pending(self) -> list[OutboxRow]:
        with self._database.read() as session:
            # rowid, not id: facts of one transaction may share a microsecond
            return list(session.scalars(select(OutboxRow).order_by(literal_column("outbox.rowid")).limit(200)))

    def _publish(self, row: OutboxRow) -> HomereelError | None:
        kind = _types.get(row.kind)
        if kind is None:
            log.warning("a fact of an unknown kind was dropped", kind=row.kind)
            return None
        try:
            fact: object = msgspec.json.decode(row.payload, type=kind)
        except msgspec.DecodeError as error:  # written by another version; it must not hold up those behind it
            log.error("a fact that cannot be read was dropped", kind=row.kind, error=str(error))
            return None
        return self.announce(fact)

    def start(self) -> None:
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="events", daemon=True)
        self._thread.start()
        self.wake()

    def stop(self) -> None:
        self._stopping = True
        self.wake()
        if self._thread:
            self._thread.join(timeout=5)

    def _run(self) -> None:
        while self._wake.wait():
            self._wake.clear()
            if self._stopping:
                return
            try:
                self.drain()
            except Exception:  # a full disk, say: the rows stay, the next commit or this wait tries again
                log.exception("the outbox could not be published")
                self._retry_soon()

    def _retry_soon(self) -> None:
        timer = threading.Timer(5, self.wake)
        timer.daemon = True
        timer.start()
