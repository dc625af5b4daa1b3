"""The ground: what is to be told, what is to be done, what was set."""

from sqlite_utils import Database

_TABLES = """
CREATE TABLE outbox (
    id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    payload VARCHAR NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE jobs (
    id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    subject VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    attempt INTEGER NOT NULL,
    crashes INTEGER NOT NULL,
    not_before VARCHAR NOT NULL,
    lease_until VARCHAR NOT NULL,
    progress FLOAT NOT NULL,
    eta_seconds FLOAT,
    doing VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    created_at VARCHAR NOT NULL,
    started_at VARCHAR NOT NULL,
    finished_at VARCHAR NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX ix_jobs_kind ON jobs (kind);
CREATE INDEX ix_jobs_state ON jobs (state);
CREATE INDEX ix_jobs_subject ON jobs (subject);
CREATE TABLE site_values (
    "key" VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    PRIMARY KEY ("key")
);
"""


def m0001_ground(db: Database) -> None:
    for statement in _TABLES.split(";"):
        if statement.strip():
            db.execute(statement)
