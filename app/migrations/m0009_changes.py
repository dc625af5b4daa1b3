"""A video may be shown in part, and its file may be replaced; what was there before is kept for a while."""

from sqlite_utils import Database

_STATEMENTS = (
    "ALTER TABLE videos ADD COLUMN cut VARCHAR NOT NULL DEFAULT ''",
    "ALTER TABLE videos ADD COLUMN edition VARCHAR NOT NULL DEFAULT ''",
    "ALTER TABLE videos ADD COLUMN replaces VARCHAR NOT NULL DEFAULT ''",
    "ALTER TABLE videos ADD COLUMN previous_id VARCHAR REFERENCES originals (id)",
    "ALTER TABLE videos ADD COLUMN previous_cut VARCHAR NOT NULL DEFAULT ''",
    "ALTER TABLE videos ADD COLUMN replaced_at VARCHAR NOT NULL DEFAULT ''",
    "CREATE INDEX ix_videos_replaces ON videos (replaces) WHERE replaces != ''",
    "CREATE INDEX ix_videos_previous_id ON videos (previous_id)",
)


def m0009_changes(db: Database) -> None:
    for statement in _STATEMENTS:
        db.execute(statement)
