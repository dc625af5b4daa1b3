"""Lists of 100 000 videos: those of a channel in the order of its page, and what was published lately.

No index on `privacy`: by it SQLite gathered every video that somebody may see and sorted them all, to show the newest two dozen.
"""

from sqlite_utils import Database

_STATEMENTS = (
    "CREATE INDEX ix_videos_of_channel ON videos (channel_id, id, trashed, state)",
    "CREATE INDEX ix_videos_published_at ON videos (published_at)",
    "DROP INDEX ix_videos_channel_id",
    "DROP INDEX ix_videos_privacy",
)


def m0005_lists(db: Database) -> None:
    for statement in _STATEMENTS:
        db.execute(statement)
