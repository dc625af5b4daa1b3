"""Who kept a damaged film as it is, when, and what was known to be wrong with it then."""

from sqlite_utils import Database

_STATEMENTS = (
    "ALTER TABLE originals ADD COLUMN accepted_by VARCHAR NOT NULL DEFAULT ''",
    "ALTER TABLE originals ADD COLUMN accepted_at VARCHAR NOT NULL DEFAULT ''",
    "ALTER TABLE originals ADD COLUMN accepted_damage VARCHAR NOT NULL DEFAULT ''",
)


def m0010_accepted(db: Database) -> None:
    for statement in _STATEMENTS:
        db.execute(statement)
