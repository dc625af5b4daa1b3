"""SQLite, opened here and nowhere else: one writer, read-only readers, WAL, `synchronous=FULL`.

A commit that was acknowledged survives a power cut: with `synchronous=NORMAL` 200 of 200 did not.
"""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import QueuePool
from sqlmodel import Session

from app.errors import HomereelError, NoSpace, StartError, Unavailable
from app.i18n import N_, _

try:
    import pysqlite3 as driver
except ImportError:  # no wheel for this platform: Python's own SQLite, and a warning on the admin page
    import sqlite3 as driver

__all__ = ["Database", "check_file", "driver", "ping", "sqlite_is_sound", "sqlite_version"]
FIXED = (3, 51, 3)
_BACKPORTS = {(3, 50): 7, (3, 44): 6}  # releases that carry the fix of the WAL-reset bug: https://sqlite.org/wal.html
_BUSY_MS = 10_000
BUSY = N_("The site is busy. Try again in a moment.")
_READS = re.compile(r"\s*(?:SELECT|BEGIN|PRAGMA|SAVEPOINT|RELEASE)\b", re.IGNORECASE)
_WRITES = re.compile(r"\s*(?:(?:INSERT|REPLACE)(?:\s+OR\s+\w+)?\s+INTO|UPDATE|DELETE\s+FROM)\s+\"?(\w+)", re.IGNORECASE)


def sqlite_version() -> tuple[int, ...]:
    return tuple(int(part) for part in driver.sqlite_version.split("."))


def sqlite_is_sound(version: tuple[int, ...]) -> bool:
    """Whether this SQLite is free of the WAL-reset bug, which can corrupt a database."""
    patch = _BACKPORTS.get((version[0], version[1]))
    return version >= FIXED or (patch is not None and version[2] >= patch)


class Database:
    """One database file. `write()` and `read()` give sessions; nothing else may open the file.

    `changes` grows with every commit that touched another table than the `quiet` ones: what was decided from rows still
    holds while it stays the same.
    """

    def __init__(self, path: Path, *, readers: int = 24, quiet: frozenset[str] = frozenset()) -> None:
        self.path = path
        self.changes = 0
        self._quiet = quiet
        self._writing = threading.local()
        self._writer = _engine(path, readonly=False, size=1)
        self._reader = _engine(path, readonly=True, size=readers)
        event.listen(self._writer, "before_cursor_execute", self._look)

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A short transaction (BEGIN IMMEDIATE) that commits at the end. Never nested: a second one on this thread raises."""
        if getattr(self._writing, "now", False):
            raise RuntimeError("site.write() inside site.write(): pass the session down instead")
        self._writing.now, self._writing.loud = True, False
        try:
            with plain_faults(), Session(self._writer, expire_on_commit=False) as session:
                session.connection()  # begins now, so that what is read inside is what is written upon
                yield session
                session.commit()
        finally:
            self._writing.now = False
            self.changes += self._writing.loud  # also after a fault: it may have come after the commit

    def _look(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        """Take note of a statement that writes; one that is not understood counts as one."""
        found = _WRITES.match(statement)
        if (found is None and not _READS.match(statement)) or (found and found[1].lower() not in self._quiet):
            self._writing.loud = True

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A consistent view of the database; writing through it is an error of ours."""
        with plain_faults(), Session(self._reader, expire_on_commit=False) as session:
            yield session

    def checkpoint(self) -> None:
        """Fold the write-ahead log into the database file."""
        with self._writer.connect() as connection:
            raw = connection.connection.dbapi_connection
            assert raw is not None
            connection.rollback()
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def snapshot(self, target: Path) -> None:
        """A whole copy of the database as it is now, by SQLite's own VACUUM INTO."""
        source = driver.connect(str(self.path))
        try:
            source.execute("VACUUM INTO ?", (str(target),))
        finally:
            source.close()

    def close(self) -> None:
        self._reader.dispose()
        self._writer.dispose()


def _engine(path: Path, *, readonly: bool, size: int) -> Engine:
    def connect() -> Any:
        connection = driver.connect(str(path), check_same_thread=False, isolation_level=None, timeout=_BUSY_MS / 1000)
        connection.execute(f"PRAGMA busy_timeout={_BUSY_MS}")  # before anything that may have to wait
        if not readonly:
            connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute(f"PRAGMA query_only={'ON' if readonly else 'OFF'}")
        return connection

    engine = create_engine(
        "sqlite://",
        module=driver,
        creator=connect,
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0 if size == 1 else size,
        pool_timeout=30,
    )
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE"))
    return engine


@contextmanager
def plain_faults() -> Iterator[None]:
    """Turn what SQLite says about a full or failing disk into errors that can be shown."""
    try:
        yield
    except PoolTimeoutError as error:
        raise Unavailable(BUSY) from error
    except DatabaseError as error:
        plain = _plain(error)
        if plain is None:
            raise
        raise plain from error


def _plain(error: DatabaseError) -> HomereelError | None:
    said = str(error.orig)
    if "disk is full" in said:
        return NoSpace(N_("The disk that holds the database is full, so this was not saved. Free some space and try again."))
    if "disk I/O error" in said or "unable to open" in said:
        return Unavailable(
            N_("The disk that holds the database does not answer as it should, so this was not saved. Try again in a moment.")
        )
    if "readonly database" in said:
        return Unavailable(N_("The disk that holds the database has become read-only, so this was not saved."))
    if "malformed" in said or "not a database" in said:
        return Unavailable(N_("The database is damaged, so this cannot be done. The keeper of this site can put a backup back."))
    if "locked" in said and isinstance(error, OperationalError):
        return Unavailable(BUSY)
    return None


def check_file(path: Path, *, claimed: bool) -> None:
    """Refuse a database that is damaged, emptied or gone, before anything is written. `claimed`: this folder held a site before.

    A damaged database is never replaced by an empty one (RELIABILITY R-22).
    """
    mend = N_("Nothing was changed. Put a backup of it back, or move the folder away to begin anew.")
    if not path.exists():
        if claimed:
            raise StartError(N_("The database {path} is missing, although this folder holds a site.") + " " + mend, path=path)
        return
    if path.stat().st_size == 0:
        if claimed:
            raise StartError(N_("The database {path} is empty: something cut it off.") + " " + mend, path=path)
        return
    fault = _fault(path)
    if fault and "locked" in fault:
        raise StartError(
            N_("Another program has the database {path} open and does not let go. End it, then start Homereel again."), path=path
        )
    if fault:
        raise StartError(N_("The database {path} is damaged ({why}).") + " " + mend, path=path, why=fault)


def _cut_off(path: Path) -> bool:
    """Whether the file is shorter than it says itself. SQLite takes a few bytes for a new database, and reads zeroes behind the end."""
    with path.open("r+b") as file:
        head = file.read(100)
    if len(head) < 100:
        return True
    page = int.from_bytes(head[16:18], "big")
    size = int.from_bytes(head[28:32], "big") * (65536 if page == 1 else page)
    log = path.with_name(f"{path.name}-wal")
    return head[24:28] == head[92:96] and path.stat().st_size < size and not (log.exists() and log.stat().st_size)


def _fault(path: Path) -> str | None:
    try:
        if _cut_off(path):
            return _("the file is cut off")
        connection = driver.connect(f"file:{path}?mode=ro", uri=True, timeout=2)
        try:
            row = connection.execute("PRAGMA quick_check(1)").fetchone()
        finally:
            connection.close()
    except OSError as error:
        return error.strerror or "cannot be opened"
    except driver.DatabaseError as error:
        return str(error)
    if row and row[0] == "ok":
        return None
    return str(row[0] if row else "no answer").removeprefix("*** in database main ***").strip().split("\n")[0]


def ping(database: Database) -> None:
    with database.read() as session:
        session.execute(text("SELECT 1"))
