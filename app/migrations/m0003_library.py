"""Channels, originals, videos, renditions, positions."""

from sqlite_utils import Database

_TABLES = """
CREATE TABLE channels (
    id VARCHAR NOT NULL,
    public_id VARCHAR NOT NULL,
    handle VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    owner_id VARCHAR NOT NULL,
    description VARCHAR NOT NULL,
    created_at VARCHAR NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (public_id),
    UNIQUE (handle),
    FOREIGN KEY(owner_id) REFERENCES users (id)
);
CREATE INDEX ix_channels_owner_id ON channels (owner_id);
CREATE TABLE channel_editors (
    channel_id VARCHAR NOT NULL,
    user_id VARCHAR NOT NULL,
    PRIMARY KEY (channel_id, user_id),
    FOREIGN KEY(channel_id) REFERENCES channels (id),
    FOREIGN KEY(user_id) REFERENCES users (id)
);
CREATE INDEX ix_channel_editors_user_id ON channel_editors (user_id);
CREATE TABLE originals (
    id VARCHAR NOT NULL,
    path VARCHAR NOT NULL,
    in_place BOOLEAN NOT NULL,
    size INTEGER NOT NULL,
    fingerprint VARCHAR NOT NULL,
    digest VARCHAR NOT NULL,
    facts VARCHAR NOT NULL,
    missing BOOLEAN NOT NULL,
    created_at VARCHAR NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX ix_originals_digest ON originals (digest);
CREATE INDEX ix_originals_fingerprint ON originals (fingerprint);
CREATE TABLE videos (
    id VARCHAR NOT NULL,
    public_id VARCHAR NOT NULL,
    owner_id VARCHAR NOT NULL,
    channel_id VARCHAR NOT NULL,
    original_id VARCHAR,
    title VARCHAR NOT NULL,
    description VARCHAR NOT NULL,
    tags VARCHAR NOT NULL,
    filename VARCHAR NOT NULL,
    privacy VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    playable BOOLEAN NOT NULL,
    duration FLOAT,
    width INTEGER,
    height INTEGER,
    thumbnail VARCHAR NOT NULL,
    blocked BOOLEAN NOT NULL,
    trashed BOOLEAN NOT NULL,
    trashed_at VARCHAR NOT NULL,
    created_at VARCHAR NOT NULL,
    published_at VARCHAR NOT NULL,
    recorded_at VARCHAR NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (public_id),
    FOREIGN KEY(owner_id) REFERENCES users (id),
    FOREIGN KEY(channel_id) REFERENCES channels (id),
    FOREIGN KEY(original_id) REFERENCES originals (id)
);
CREATE INDEX ix_videos_channel_id ON videos (channel_id);
CREATE INDEX ix_videos_original_id ON videos (original_id);
CREATE INDEX ix_videos_owner_id ON videos (owner_id);
CREATE INDEX ix_videos_privacy ON videos (privacy);
CREATE INDEX ix_videos_state ON videos (state);
CREATE TABLE renditions (
    id VARCHAR NOT NULL,
    original_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    height INTEGER NOT NULL,
    codec VARCHAR NOT NULL,
    segments INTEGER NOT NULL,
    ready INTEGER NOT NULL,
    packed BOOLEAN NOT NULL,
    size INTEGER NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(original_id) REFERENCES originals (id)
);
CREATE INDEX ix_renditions_original_id ON renditions (original_id);
CREATE TABLE positions (
    profile_id VARCHAR NOT NULL,
    video_id VARCHAR NOT NULL,
    position FLOAT NOT NULL,
    finished BOOLEAN NOT NULL,
    watched_at VARCHAR NOT NULL,
    PRIMARY KEY (profile_id, video_id),
    FOREIGN KEY(profile_id) REFERENCES profiles (id),
    FOREIGN KEY(video_id) REFERENCES videos (id)
);
CREATE INDEX ix_positions_video_id ON positions (video_id);
CREATE INDEX ix_positions_watched_at ON positions (watched_at);
"""


def m0003_library(db: Database) -> None:
    for statement in _TABLES.split(";"):
        if statement.strip():
            db.execute(statement)
