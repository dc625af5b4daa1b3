"""Captions, chapters that somebody gave, and who said what is written about a video."""

from sqlite_utils import Database

_STATEMENTS = (
    """CREATE TABLE captions (
    id VARCHAR NOT NULL,
    public_id VARCHAR NOT NULL,
    video_id VARCHAR,
    original_id VARCHAR,
    language VARCHAR NOT NULL,
    label VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    forced BOOLEAN NOT NULL,
    chosen BOOLEAN NOT NULL,
    file VARCHAR NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (public_id),
    FOREIGN KEY(video_id) REFERENCES videos (id),
    FOREIGN KEY(original_id) REFERENCES originals (id)
)""",
    "CREATE INDEX ix_captions_video_id ON captions (video_id)",
    "CREATE INDEX ix_captions_original_id ON captions (original_id)",
    "ALTER TABLE videos ADD COLUMN title_by VARCHAR NOT NULL DEFAULT 'person'",
    "ALTER TABLE videos ADD COLUMN recorded_by VARCHAR NOT NULL DEFAULT ''",
    "ALTER TABLE videos ADD COLUMN chapters VARCHAR NOT NULL DEFAULT ''",
)


def m0008_captions(db: Database) -> None:
    for statement in _STATEMENTS:
        db.execute(statement)
