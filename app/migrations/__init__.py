"""Schema changes, in order, each once, each whole or not at all; a verified snapshot is taken before any of them.

A test holds the result against `SQLModel.metadata`. Tables of plugins are migrated after ours, under the plugin's name.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import sqlite_utils
import structlog
from sqlite_utils.migrations import Migrations

from app.db import driver
from app.errors import StartError
from app.i18n import N_
from app.migrations.m0001_ground import m0001_ground
from app.migrations.m0002_accounts import m0002_accounts
from app.migrations.m0003_library import m0003_library
from app.migrations.m0004_ingest import m0004_ingest
from app.migrations.m0005_lists import m0005_lists
from app.migrations.m0006_plans import m0006_plans
from app.migrations.m0007_pictures import m0007_pictures
from app.migrations.m0008_captions import m0008_captions
from app.migrations.m0009_changes import m0009_changes
from app.migrations.m0010_accepted import m0010_accepted
from app.migrations.m0011_dropped import m0011_dropped

log = structlog.get_logger(__name__)
Step = Callable[[sqlite_utils.Database], None]
STEPS: tuple[Step, ...] = (
    m0001_ground,
    m0002_accounts,
    m0003_library,
    m0004_ingest,
    m0005_lists,
    m0006_plans,
    m0007_pictures,
    m0008_captions,
    m0009_changes,
    m0010_accepted,
    m0011_dropped,
)
SET = "homereel"


def migrate(path: Path, backups: Path, plugins: Mapping[str, Sequence[Step]] | None = None) -> list[str]:
    """Bring the database up to date; returns the names of the steps that were done. Refuses one that a newer Homereel made."""
    connection = driver.connect(str(path), isolation_level=None)
    try:
        connection.execute("PRAGMA busy_timeout=10000")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        db = sqlite_utils.Database(connection)
        sets = [_set(SET, STEPS), *(_set(f"plugin:{name}", steps) for name, steps in sorted((plugins or {}).items()))]
        _refuse_newer(db, sets[0])
        pending = [f"{each.name}/{step.name}" for each in sets for step in each.pending(db)]
        if pending and db.table_names():
            _snapshot(connection, backups)
        for each in sets:
            each.apply(db)
        return pending
    finally:
        connection.close()


def _set(name: str, steps: Sequence[Step]) -> Migrations:
    migrations = Migrations(name)
    for step in steps:
        migrations()(step)
    return migrations


def _refuse_newer(db: sqlite_utils.Database, ours: Migrations) -> None:
    known = {step.__name__ for step in STEPS}
    unknown = [step.name for step in ours.applied(db) if step.name not in known]
    if unknown:
        raise StartError(
            N_("This data folder was used by a newer Homereel (it knows “{step}”). Update the program; nothing was changed."),
            step=unknown[-1],
        )


def _snapshot(connection: "driver.Connection", backups: Path) -> Path:
    backups.mkdir(parents=True, exist_ok=True)
    target = backups / f"before-update-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.db"
    try:
        connection.execute("VACUUM INTO ?", (str(target),))
        copy = driver.connect(str(target))
        try:
            verdict = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
        finally:
            copy.close()
    except driver.Error as error:
        verdict = str(error)
    if verdict != "ok":
        target.unlink(missing_ok=True)
        raise StartError(
            N_("The copy of the database that is made before an update failed ({why}), so nothing was changed. Is the disk full?"),
            why=verdict,
        )
    log.info("a snapshot was taken before the update", file=target.name)
    return target
