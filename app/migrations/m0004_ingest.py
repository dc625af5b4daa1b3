"""Uploads on their way, watched folders, what was seen in them."""

from sqlite_utils import Database

_TABLES = """
CREATE TABLE uploads (
    id VARCHAR NOT NULL,
    public_id VARCHAR NOT NULL,
    owner_id VARCHAR NOT NULL,
    video_id VARCHAR NOT NULL,
    video_public_id VARCHAR NOT NULL,
    length INTEGER,
    received INTEGER NOT NULL,
    metadata_header VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    target VARCHAR NOT NULL,
    created_at VARCHAR NOT NULL,
    expires_at VARCHAR NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (public_id),
    FOREIGN KEY(owner_id) REFERENCES users (id)
);
CREATE INDEX ix_uploads_owner_id ON uploads (owner_id);
CREATE INDEX ix_uploads_video_id ON uploads (video_id);
CREATE INDEX ix_uploads_state ON uploads (state);
CREATE INDEX ix_uploads_source ON uploads (source);
CREATE INDEX ix_uploads_expires_at ON uploads (expires_at);
CREATE TABLE watched_folders (
    id VARCHAR NOT NULL,
    public_id VARCHAR NOT NULL,
    path VARCHAR NOT NULL,
    owner_id VARCHAR NOT NULL,
    channel_id VARCHAR NOT NULL,
    privacy VARCHAR NOT NULL,
    mode VARCHAR NOT NULL,
    polling BOOLEAN NOT NULL,
    "ignore" VARCHAR NOT NULL,
    inbox BOOLEAN NOT NULL,
    enabled BOOLEAN NOT NULL,
    filesystem VARCHAR NOT NULL,
    fault VARCHAR NOT NULL,
    swept_at VARCHAR NOT NULL,
    created_at VARCHAR NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (public_id),
    UNIQUE (path),
    FOREIGN KEY(owner_id) REFERENCES users (id),
    FOREIGN KEY(channel_id) REFERENCES channels (id)
);
CREATE TABLE folder_entries (
    id VARCHAR NOT NULL,
    public_id VARCHAR NOT NULL,
    folder_id VARCHAR NOT NULL,
    path VARCHAR NOT NULL,
    size INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL,
    inode VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    attempts INTEGER NOT NULL,
    retry_at VARCHAR NOT NULL,
    video_id VARCHAR NOT NULL,
    original_id VARCHAR NOT NULL,
    seen_at VARCHAR NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (public_id),
    CONSTRAINT uq_folder_entries_place UNIQUE (folder_id, path),
    FOREIGN KEY(folder_id) REFERENCES watched_folders (id)
);
CREATE INDEX ix_folder_entries_folder_id ON folder_entries (folder_id);
CREATE INDEX ix_folder_entries_state ON folder_entries (state);
"""


def m0004_ingest(db: Database) -> None:
    for statement in _TABLES.split(";"):
        if statement.strip():
            db.execute(statement)
