"""A running site: its settings, folders, database, events, queue and hooks, passed down to whoever needs them."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pluggy
from sqlmodel import Field, Session, SQLModel

from app.db import Database
from app.events import Bus
from app.queue import Queue
from app.settings import ADMIN_KEYS, Origins, Settings

T = TypeVar("T")


class SiteValue(SQLModel, table=True):
    """A setting changed on the admin pages, or a fact about the site (`claimed_at`). Values are JSON."""

    __tablename__ = "site_values"

    key: str = Field(primary_key=True)
    value: str


@dataclass(frozen=True)
class Paths:
    """Where things are. Films may live on another disk than the data folder (`media`)."""

    data: Path
    media: Path

    @property
    def database(self) -> Path:
        return self.data / "site.db"

    @property
    def originals(self) -> Path:
        return self.media / "originals"

    @property
    def incoming(self) -> Path:
        return self.originals / ".incoming"

    @property
    def quarantine(self) -> Path:
        return self.media / "quarantine"

    @property
    def renditions(self) -> Path:
        return self.media / "renditions"

    @property
    def pictures(self) -> Path:
        """Pictures that people chose for their videos: nobody can make them again."""
        return self.media / "pictures"

    @property
    def captions(self) -> Path:
        """Those that somebody brought, one folder a video; those inside a film lie with its renditions, as they can be made again."""
        return self.media / "captions"

    @property
    def sidecars(self) -> Path:
        """Files that lay beside a film in a folder that was emptied, one folder a video: kept as they were."""
        return self.media / "sidecars"

    @property
    def scratch(self) -> Path:
        return self.data / "scratch"

    @property
    def secrets(self) -> Path:
        return self.data / "secrets"

    @property
    def inbox(self) -> Path:
        return self.data / "inbox"

    @property
    def index(self) -> Path:
        return self.data / "index"

    @property
    def backups(self) -> Path:
        return self.data / "backups"

    @property
    def plugins(self) -> Path:
        return self.data / "plugins"

    def make(self) -> None:
        """Create what is missing, apart from `secrets`: that is the sign that a database stands here (`held_a_site`)."""
        for path in (
            self.originals,
            self.incoming,
            self.quarantine,
            self.renditions,
            self.captions,
            self.sidecars,
            self.pictures,
            self.scratch,
            self.inbox,
            self.index,
            self.backups,
        ):
            path.mkdir(parents=True, exist_ok=True)

    def make_secrets(self) -> None:
        """Once the database stands whole on the disk, and never before."""
        self.secrets.mkdir(mode=0o700, exist_ok=True)

    def empty_scratch(self) -> None:
        """At start: what work that was cut off left behind."""
        for left in self.scratch.iterdir():
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)

    def held_a_site(self) -> bool:
        """Whether a database was made here before: if it is gone now, it was lost, and no new one may take its place."""
        return self.secrets.exists() or any(path.is_dir() and path.name[:1] != "." for path in _inside(self.data / "originals"))


def _inside(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


def now() -> datetime:
    return datetime.now(UTC)


def rfc3339(moment: datetime) -> str:
    """As kept in rows and shown by the API: UTC, milliseconds, sorts as text."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass
class Site:
    """One site. `main.build_site` makes it; services get a session, routes and tasks get the site."""

    settings: Settings
    origins: Origins
    paths: Paths
    database: Database
    bus: Bus
    queue: Queue
    hooks: pluggy.PluginManager
    clock: Callable[[], datetime] = now
    on_stopping: list[Callable[[], None]] = field(
        default_factory=list
    )  # called in the event loop when the site is asked to stop: end open streams
    _parts: dict[type, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.bus.site = self
        self.queue.site = self

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A short transaction. What was recorded in it is published after the commit."""
        with self.database.write() as session:
            yield session
        self.bus.wake()

    @contextmanager
    def read(self) -> Iterator[Session]:
        with self.database.read() as session:
            yield session

    def provide(self, part: Any, kind: type | None = None) -> None:
        """Keep something that `main` made (the run manager, the index, who identifies viewers) for those above to find by its type."""
        self._parts[kind or type(part)] = part

    def part(self, kind: type[T]) -> T:
        return self._parts[kind]  # type: ignore[no-any-return]

    def value(self, session: Session, key: str) -> Any:
        """A setting that the admin pages may change: what was fixed outside wins, then the row, then the default."""
        assert key in ADMIN_KEYS, key
        if not self.origins.locked(key):
            row = session.get(SiteValue, key)
            if row is not None:
                return json.loads(row.value)
        return getattr(self.settings, key)

    def now(self) -> str:
        """The moment, as kept in rows."""
        return rfc3339(self.clock())


def fact(session: Session, key: str) -> Any:
    """A fact about the site, or None."""
    row = session.get(SiteValue, key)
    return None if row is None else json.loads(row.value)


def set_value(session: Session, key: str, value: Any) -> None:
    row = session.get(SiteValue, key) or SiteValue(key=key, value="")
    row.value = json.dumps(value)
    session.add(row)
