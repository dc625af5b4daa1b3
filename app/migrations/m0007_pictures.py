"""Stills to choose from and the storyboard belong to a file, the choice to each video."""

from sqlite_utils import Database

_STATEMENTS = (
    "ALTER TABLE originals ADD COLUMN stills VARCHAR NOT NULL DEFAULT ''",
    "ALTER TABLE originals ADD COLUMN storyboard VARCHAR NOT NULL DEFAULT ''",
    "ALTER TABLE videos ADD COLUMN picture VARCHAR NOT NULL DEFAULT ''",
)


def m0007_pictures(db: Database) -> None:
    for statement in _STATEMENTS:
        db.execute(statement)
