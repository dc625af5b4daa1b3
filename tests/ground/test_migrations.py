"""The database comes up to date in whole steps, after a snapshot; one that a newer Homereel used is refused."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import sqlite_utils
from sqlalchemy import create_engine
from sqlmodel import SQLModel

import app.main  # noqa: F401 - every table is known once everything is wired
from app.db import driver
from app.errors import StartError
from app.migrations import STEPS, migrate
from tests.serving import CHECKOUT


def tables(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Columns of each table, with what matters of them, in any order."""
    connection = driver.connect(str(path))
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE '%sqlite%'")]
    found = {name: sorted((*row[1:4], row[5]) for row in connection.execute(f'PRAGMA table_info("{name}")')) for name in names}
    for name in names:
        found[f"{name}: refers to"] = sorted(tuple(row[2:5]) for row in connection.execute(f'PRAGMA foreign_key_list("{name}")'))
        found[f"{name}: unique"] = sorted(unique_columns(connection, name))
    connection.close()
    return found


def unique_columns(connection: "driver.Connection", name: str) -> list[tuple[object, ...]]:
    indexes = [row[1:3] for row in connection.execute(f'PRAGMA index_list("{name}")')]
    return [(bool(unique), *(row[2] for row in connection.execute(f'PRAGMA index_info("{index}")'))) for index, unique in indexes]


def test_what_the_steps_make_is_what_the_code_says(tmp_path: Path) -> None:
    migrate(tmp_path / "migrated.db", tmp_path / "backups")
    engine = create_engine(f"sqlite:///{tmp_path / 'said.db'}", module=driver)
    ours = [table for table in SQLModel.metadata.sorted_tables if not table.name.startswith(("plugin_", "sample_"))]
    SQLModel.metadata.create_all(engine, tables=ours)
    engine.dispose()

    made, said = tables(tmp_path / "migrated.db"), tables(tmp_path / "said.db")

    assert {name: made.get(name) for name in said} == said
    assert set(made) - set(said) == set()


def test_a_new_database_needs_no_snapshot_and_an_old_one_gets_one(tmp_path: Path) -> None:
    path, backups = tmp_path / "site.db", tmp_path / "backups"
    done = migrate(path, backups)
    assert done == [f"homereel/{step.__name__}" for step in STEPS]
    assert not backups.exists()
    write(path, "INSERT INTO site_values VALUES ('kept', '1')")

    assert migrate(path, backups, {"extra": [make_extra]}) == ["plugin:extra/make_extra"]

    (snapshot,) = backups.iterdir()
    assert rows(snapshot, "SELECT value FROM site_values") == [("1",)]
    assert rows(snapshot, "SELECT name FROM sqlite_master WHERE name = 'extra'") == []
    assert rows(path, "SELECT value FROM site_values") == [("1",)]
    assert migrate(path, backups, {"extra": [make_extra]}) == []
    assert len(list(backups.iterdir())) == 1


def make_extra(db: sqlite_utils.Database) -> None:
    db.execute("CREATE TABLE extra (id INTEGER PRIMARY KEY)")


def make_half(db: sqlite_utils.Database) -> None:
    db.execute("CREATE TABLE half (id INTEGER PRIMARY KEY)")
    db.execute("INSERT INTO site_values VALUES ('half', 'done')")
    raise ZeroDivisionError


def test_a_step_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "site.db"
    migrate(path, tmp_path / "backups")

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            migrate(path, tmp_path / "backups", {"bad": [make_half]})
        assert rows(path, "SELECT name FROM sqlite_master WHERE name = 'half'") == []
        assert rows(path, "SELECT value FROM site_values") == []


def test_a_database_of_a_newer_homereel_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "site.db"
    migrate(path, tmp_path / "backups")
    write(path, "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('homereel', 'm9999_future', '2099')")
    before = path.read_bytes()

    with pytest.raises(StartError, match=r"newer Homereel .*m9999_future.* nothing was changed"):
        migrate(path, tmp_path / "backups")

    assert path.read_bytes() == before
    assert not (tmp_path / "backups").exists()


def test_a_snapshot_that_cannot_be_made_stops_the_update(tmp_path: Path) -> None:
    path = tmp_path / "site.db"
    migrate(path, tmp_path / "backups")
    before = path.read_bytes()
    no_room = Path("/proc/self/fdinfo")  # nothing can be written here

    with pytest.raises(StartError, match="nothing was changed"):
        migrate(path, no_room, {"extra": [make_extra]})

    assert path.read_bytes() == before


_KILLED = """
    import os, signal, sys
    from pathlib import Path
    import app.migrations as m
    step = m.STEPS[int(sys.argv[2])]
    def deadly(db):
        step(db)
        os.kill(os.getpid(), signal.SIGKILL)
    deadly.__name__ = step.__name__
    m.STEPS = tuple(deadly if each is step else each for each in m.STEPS)
    m.migrate(Path(sys.argv[1]), Path(sys.argv[1]).parent / "backups")
"""


@pytest.mark.parametrize("at", [0, len(STEPS) - 1])
def test_killed_in_the_middle_it_goes_on_at_the_next_start(tmp_path: Path, at: int) -> None:
    path = tmp_path / "site.db"
    ended = subprocess.run([sys.executable, "-c", textwrap.dedent(_KILLED), str(path), str(at)], cwd=CHECKOUT, env=os.environ, check=False)
    assert ended.returncode == -signal.SIGKILL

    assert migrate(path, tmp_path / "backups") == [f"homereel/{step.__name__}" for step in STEPS[at:]]

    migrate(tmp_path / "whole.db", tmp_path / "backups")
    assert tables(path) == tables(tmp_path / "whole.db")


def rows(path: Path, statement: str) -> list[tuple[object, ...]]:
    connection = driver.connect(str(path))
    try:
        return list(connection.execute(statement).fetchall())
    finally:
        connection.close()


def write(path: Path, statement: str) -> None:
    connection = driver.connect(str(path), isolation_level=None)
    connection.execute(statement)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
