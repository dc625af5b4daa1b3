"""One writer, read-only readers, everything flushed, and faults of the disk in words."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import Session

from app.db import Database, driver, ping, sqlite_is_sound
from app.errors import NoSpace, Unavailable
from app.site import Site, SiteValue, set_value


def pragma(site: Site, name: str, *, writer: bool) -> object:
    with site.write() if writer else site.read() as session:
        return session.execute(text(f"PRAGMA {name}")).scalar()


@pytest.mark.parametrize("writer", [True, False])
def test_what_is_committed_is_flushed(site: Site, writer: bool) -> None:
    assert pragma(site, "synchronous", writer=writer) == 2  # FULL: with NORMAL, acknowledged commits are lost in a power cut
    assert pragma(site, "journal_mode", writer=writer) == "wal"
    assert pragma(site, "foreign_keys", writer=writer) == 1
    assert pragma(site, "busy_timeout", writer=writer) == 10_000


def test_a_transaction_inside_another_is_a_mistake_and_says_so(site: Site) -> None:
    with pytest.raises(RuntimeError, match="pass the session down"), site.write(), site.write():
        pass

    with site.write() as session:  # and the next one works
        set_value(session, "a", 1)


def test_readers_cannot_write(site: Site) -> None:
    with pytest.raises(Unavailable), site.read() as session:
        write_and_fail(session)

    with site.read() as session:
        assert session.get(SiteValue, "a") is None


def write_and_fail(session: Session) -> None:
    set_value(session, "a", 1)
    session.flush()
    raise ZeroDivisionError


def test_an_error_inside_undoes_everything_and_comes_out(site: Site) -> None:
    with pytest.raises(ZeroDivisionError), site.write() as session:
        write_and_fail(session)

    with site.read() as session:
        assert session.get(SiteValue, "a") is None


def test_readers_see_what_was_committed_and_a_steady_view_meanwhile(site: Site) -> None:
    with site.read() as reader:
        assert reader.get(SiteValue, "a") is None
        with site.write() as session:
            set_value(session, "a", 1)
        assert reader.execute(text("SELECT count(*) FROM site_values WHERE key = 'a'")).scalar() == 0
    with site.read() as reader:
        assert reader.get(SiteValue, "a") is not None


def test_writers_of_many_threads_take_turns(site: Site) -> None:
    def add(number: int) -> None:
        for each in range(10):
            with site.write() as session:
                set_value(session, f"{number}.{each}", each)

    threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with site.read() as session:
        assert session.execute(text("SELECT count(*) FROM site_values WHERE key LIKE '%.%'")).scalar() == 80


def test_what_is_read_inside_a_transaction_is_what_is_written_upon(site: Site) -> None:
    """BEGIN IMMEDIATE: nobody else can write between the reading and the writing."""
    with site.write() as session:
        set_value(session, "count", 0)

    def count_up() -> None:
        for _ in range(20):
            with site.write() as session:
                row = session.get(SiteValue, "count")
                assert row is not None
                row.value = str(int(row.value) + 1)

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with site.read() as session:
        found = session.get(SiteValue, "count")
        assert found is not None
        assert found.value == "80"


def full_after(database: Database, pages: int) -> None:
    """From now on SQLite says that the disk is full as soon as the file would grow by more than so many pages."""
    with database.write() as session:
        now = session.execute(text("PRAGMA page_count")).scalar()
        session.execute(text(f"PRAGMA max_page_count={int(now or 0) + pages}"))


def test_a_full_disk_is_said_in_words_and_heals(site: Site) -> None:
    full_after(site.database, 2)

    with pytest.raises(NoSpace, match="disk that holds the database is full"), site.write() as session:
        set_value(session, "large", "x" * 100_000)

    with site.write() as session:
        session.execute(text("PRAGMA max_page_count=1073741823"))
    with site.write() as session:
        set_value(session, "large", "x" * 100_000)
    ping(site.database)


def test_another_program_that_holds_the_database_is_said_in_words(site: Site) -> None:
    other = driver.connect(str(site.paths.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with site.database._writer.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA busy_timeout=50")
        with pytest.raises(Unavailable, match="busy"), site.write():
            pass
    finally:
        other.close()
    with site.write() as session:
        set_value(session, "a", 1)


def test_faults_of_ours_are_not_dressed_up_as_the_disks(site: Site) -> None:
    with pytest.raises(IntegrityError), site.write() as session:
        session.execute(text("INSERT INTO site_values (key) VALUES ('no value')"))
    with pytest.raises(OperationalError), site.read() as session:
        session.execute(text("SELECT * FROM no_such_table"))


@pytest.mark.parametrize(
    ("version", "sound"),
    [
        ((3, 51, 3), True),
        ((3, 52, 0), True),
        ((3, 51, 2), False),
        ((3, 50, 7), True),
        ((3, 50, 6), False),
        ((3, 44, 6), True),
        ((3, 40, 1), False),
    ],
)
def test_versions_with_the_fault_in_the_log_are_known(version: tuple[int, ...], sound: bool) -> None:
    assert sqlite_is_sound(version) is sound


def test_a_snapshot_is_whole(site: Site, tmp_path: Path) -> None:
    with site.write() as session:
        set_value(session, "a", 1)

    site.database.snapshot(tmp_path / "copy.db")

    copy = driver.connect(str(tmp_path / "copy.db"))
    assert copy.execute("SELECT value FROM site_values WHERE key = 'a'").fetchone() == ("1",)
    copy.close()
