"""Renditions that were taken away to make room."""

from sqlite_utils import Database


def m0011_dropped(db: Database) -> None:
    db.execute("ALTER TABLE renditions ADD COLUMN dropped BOOLEAN NOT NULL DEFAULT 0")
