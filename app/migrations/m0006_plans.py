"""Each original keeps the plan of its renditions, and how loud its sound is."""

from sqlite_utils import Database


def m0006_plans(db: Database) -> None:
    for column in ("plan", "loudness"):
        db.execute(f"ALTER TABLE originals ADD COLUMN {column} VARCHAR NOT NULL DEFAULT ''")
