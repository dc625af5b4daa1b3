"""People, their profiles, devices and tokens."""

from sqlite_utils import Database

_TABLES = """
CREATE TABLE users (
    id VARCHAR NOT NULL,
    public_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    folded VARCHAR NOT NULL,
    display_name VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    password_hash VARCHAR NOT NULL,
    password_changed_at VARCHAR NOT NULL,
    disabled BOOLEAN NOT NULL,
    created_at VARCHAR NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (public_id),
    UNIQUE (folded)
);
CREATE TABLE profiles (
    id VARCHAR NOT NULL,
    user_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    theme VARCHAR NOT NULL,
    created_at VARCHAR NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(user_id) REFERENCES users (id)
);
CREATE INDEX ix_profiles_user_id ON profiles (user_id);
CREATE TABLE sessions (
    id VARCHAR NOT NULL,
    token_hash VARCHAR NOT NULL,
    user_id VARCHAR NOT NULL,
    profile_id VARCHAR NOT NULL,
    device VARCHAR NOT NULL,
    created_at VARCHAR NOT NULL,
    seen_at VARCHAR NOT NULL,
    expires_at VARCHAR NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (token_hash),
    FOREIGN KEY(user_id) REFERENCES users (id),
    FOREIGN KEY(profile_id) REFERENCES profiles (id)
);
CREATE INDEX ix_sessions_user_id ON sessions (user_id);
CREATE TABLE api_tokens (
    id VARCHAR NOT NULL,
    public_id VARCHAR NOT NULL,
    user_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    token_hash VARCHAR NOT NULL,
    scopes VARCHAR NOT NULL,
    created_at VARCHAR NOT NULL,
    seen_at VARCHAR NOT NULL,
    expires_at VARCHAR NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (public_id),
    FOREIGN KEY(user_id) REFERENCES users (id),
    UNIQUE (token_hash)
);
CREATE INDEX ix_api_tokens_user_id ON api_tokens (user_id);
"""


def m0002_accounts(db: Database) -> None:
    for statement in _TABLES.split(";"):
        if statement.strip():
            db.execute(statement)
