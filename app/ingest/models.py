"""What is on its way in: uploads, watched folders, and what was seen in them."""

from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from app.ids import new_id, new_public_id


class UploadState(StrEnum):
    OPEN = "open"  # bytes are still to come
    PLACING = "placing"  # all are here; the file goes, or went, to `target`
    DONE = "done"
    EXPIRED = "expired"  # given up; kept a while, so that its address says so


class Upload(SQLModel, table=True):
    """A file on its way. What counts after a crash is `received`: bytes that were flushed before it was written down."""

    __tablename__ = "uploads"

    id: str = Field(default_factory=new_id, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    owner_id: str = Field(index=True, foreign_key="users.id")
    video_id: str = Field(index=True)  # no foreign key: the video may be deleted while this goes on
    video_public_id: str = ""
    length: int | None = None  # None while the client has not said
    received: int = 0
    metadata_header: str = ""  # as it was sent: HEAD gives it back
    state: str = Field(default=UploadState.OPEN, index=True)
    source: str = Field(default="", index=True)  # a file of this machine that it is copied from; "" for one that is sent to us
    target: str = ""  # place below the originals folder, decided before the file goes there
    created_at: str
    expires_at: str = Field(index=True)


class Mode(StrEnum):
    MOVE = "move"  # the file is taken out of the folder once it is safely ours
    COPY = "copy"  # the folder stays as it is
    IN_PLACE = "in-place"  # the film stays there and is only ever read


class WatchedFolder(SQLModel, table=True):
    __tablename__ = "watched_folders"

    id: str = Field(default_factory=new_id, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    path: str = Field(unique=True)
    owner_id: str = Field(foreign_key="users.id")
    channel_id: str = Field(foreign_key="channels.id")
    privacy: str
    mode: str = Mode.MOVE
    polling: bool = False  # look in turns rather than wait for events, whatever the file system
    ignore: str = ""  # patterns of names to leave alone, one a line
    inbox: bool = False  # the one that every site has, in its data folder
    enabled: bool = True
    filesystem: str = ""  # of the disk it was on when it was last looked at: another one changes nothing
    fault: str = ""  # a sentence: why nothing is done here now
    swept_at: str = ""
    created_at: str


class EntryState(StrEnum):
    DONE = "done"
    ALREADY = "already"  # the same film was here; `video_id` says which
    SKIPPED = "skipped"
    FAILED = "failed"
    MISSING = "missing"  # it was there, in place, and is gone


class FolderEntry(SQLModel, table=True):
    """A file that was seen in a watched folder and dealt with. Unchanged, it is not dealt with again."""

    __tablename__ = "folder_entries"
    __table_args__ = (UniqueConstraint("folder_id", "path", name="uq_folder_entries_place"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    folder_id: str = Field(index=True, foreign_key="watched_folders.id")
    path: str  # below the folder, as `paths.stored` writes it
    size: int
    modified_ns: int
    inode: str = ""
    state: str = Field(index=True)
    reason: str = ""  # a sentence
    attempts: int = 0
    retry_at: str = ""  # "" when only a person can ask for it again
    video_id: str = ""
    original_id: str = ""
    seen_at: str
