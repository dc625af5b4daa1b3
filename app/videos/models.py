"""The library: tables and states, and nothing that acts."""

from enum import StrEnum

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from app.errors import Conflict
from app.i18n import N_
from app.ids import new_id, new_public_id


class By(StrEnum):
    """Who said what is written about a video. A later one in this list is believed before an earlier one (UX 7.2)."""

    NAME = "name"  # the name of its file
    FILE = "file"  # what is written inside it
    SIDECAR = "sidecar"  # a file beside it
    PERSON = "person"


class Privacy(StrEnum):
    PUBLIC = "public"  # whoever reaches the site
    MEMBERS = "members"  # everyone with an account
    UNLISTED = "unlisted"  # whoever has the link; in no list
    PRIVATE = "private"  # the owner and co-editors


class State(StrEnum):
    UPLOADING = "uploading"
    QUEUED = "queued"
    PROCESSING = "processing"
    WAITING_SPACE = "waiting_space"
    NEEDS_ATTENTION = "needs_attention"
    FAILED = "failed"
    READY = "ready"


NEXT: dict[State, frozenset[State]] = {
    State.UPLOADING: frozenset({State.QUEUED, State.FAILED}),
    State.QUEUED: frozenset({State.PROCESSING, State.WAITING_SPACE, State.FAILED}),
    State.PROCESSING: frozenset({State.READY, State.FAILED, State.NEEDS_ATTENTION, State.WAITING_SPACE, State.QUEUED}),
    State.WAITING_SPACE: frozenset({State.PROCESSING, State.QUEUED, State.FAILED}),
    State.NEEDS_ATTENTION: frozenset({State.PROCESSING, State.QUEUED, State.READY, State.FAILED}),
    State.FAILED: frozenset({State.QUEUED, State.PROCESSING}),
    State.READY: frozenset({State.PROCESSING, State.QUEUED, State.NEEDS_ATTENTION, State.FAILED}),
}


class Channel(SQLModel, table=True):
    __tablename__ = "channels"

    id: str = Field(default_factory=new_id, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    handle: str = Field(unique=True)  # lower case, in addresses
    name: str
    owner_id: str = Field(index=True, foreign_key="users.id")
    description: str = ""
    created_at: str


class ChannelEditor(SQLModel, table=True):
    """A co-editor: may do with the channel's videos what the owner may, short of giving the channel away."""

    __tablename__ = "channel_editors"

    channel_id: str = Field(primary_key=True, foreign_key="channels.id")
    user_id: str = Field(primary_key=True, foreign_key="users.id", index=True)


class Original(SQLModel, table=True):
    """A file that was brought in, never changed. Two videos of the same content share one. Renditions belong to it:
    they lie in `renditions/<id>/`."""

    __tablename__ = "originals"

    id: str = Field(default_factory=new_id, primary_key=True)
    path: str  # relative to the originals folder; absolute when in place
    in_place: bool = False
    size: int  # bytes
    fingerprint: str = Field(default="", index=True)  # size and hash of both ends: quick, not proof
    digest: str = Field(default="", index=True)  # BLAKE2b of the whole, made after play is possible
    facts: str = ""  # media.facts.Facts as JSON, once probed
    stills: str = ""  # seconds of each picture to choose from, the best first, with spaces between
    storyboard: str = ""  # version of the seek bar's pictures, "" while there are none
    plan: str = ""  # media.ladder.Plan as JSON: decided once, whatever settings and formulas become
    loudness: str = ""  # media.loudness.Loudness of each track as JSON, once measured
    missing: bool = False
    created_at: str
    accepted_by: str = ""  # id of the user who keeps it although it is damaged
    accepted_at: str = ""
    accepted_damage: str = ""  # the sentence that they were told


class Video(SQLModel, table=True):
    __tablename__ = "videos"
    __table_args__ = (
        Index("ix_videos_of_channel", "channel_id", "id", "trashed", "state"),  # in the order of its page
        Index("ix_videos_replaces", "replaces", sqlite_where=text("replaces != ''")),  # partial: no list may choose it
    )

    id: str = Field(default_factory=new_id, primary_key=True)  # sorts by time: the page cursor
    public_id: str = Field(default_factory=new_public_id, unique=True)
    owner_id: str = Field(index=True, foreign_key="users.id")
    channel_id: str = Field(foreign_key="channels.id")
    original_id: str | None = Field(default=None, index=True, foreign_key="originals.id")
    title: str
    description: str = ""
    tags: str = ""  # one a line
    filename: str = ""  # as the person called it: data, never a path
    privacy: str = Privacy.MEMBERS  # without an index: see m0005_lists
    state: str = Field(default=State.UPLOADING, index=True)
    reason: str = ""  # a sentence: why it waits, failed or needs attention
    playable: bool = False
    duration: float | None = None  # seconds
    width: int | None = None  # as shown, after rotation and sample aspect ratio
    height: int | None = None
    thumbnail: str = ""  # version of the picture, "" while there is none
    picture: str = ""  # which: the best of the stills, another by its number from 2, or "own"
    blocked: bool = False
    trashed: bool = False
    trashed_at: str = ""
    created_at: str
    published_at: str = Field(default="", index=True)  # when it first could be played
    recorded_at: str = ""
    title_by: str = By.PERSON
    recorded_by: str = ""
    chapters: str = ""  # JSON list of {"start", "title"}; "" for those of the file
    cut: str = ""  # media.cutting.keep.Cut as JSON: what is shown of the file; "" for all of it
    edition: str = ""  # changes whenever other bytes are shown under the same address; part of the addresses of bytes
    replaces: str = ""  # no video of its own: once this plays, its file is that video's
    previous_id: str | None = Field(default=None, index=True, foreign_key="originals.id")  # the file before, kept for a while
    previous_cut: str = ""  # replacing.Previous as JSON
    replaced_at: str = ""

    def move_to(self, state: State, reason: str = "") -> None:
        """Change state, or Conflict. `reason` is the sentence that goes with it; none clears the old one."""
        if state != self.state and state not in NEXT[State(self.state)]:
            raise Conflict(N_("A video that is “{state}” cannot become “{to}”."), state=self.state, to=state)
        self.state, self.reason = state, reason


class Rendition(SQLModel, table=True):
    """A rung of one original, and how much of it is made. The segments on disk are the truth; these counts are for people."""

    __tablename__ = "renditions"

    id: str = Field(default_factory=new_id, primary_key=True)
    original_id: str = Field(index=True, foreign_key="originals.id")
    name: str  # folder under renditions/<original id>/
    kind: str  # video or audio
    height: int = 0
    codec: str = ""  # RFC 6381
    segments: int = 0
    ready: int = 0
    packed: bool = False
    size: int = 0  # bytes
    dropped: bool = False  # taken away to make room: made again as somebody watches, and not before


class Caption(SQLModel, table=True):
    """Words beside a video. Those inside the file belong to the original and can be made again; those brought by somebody to the video."""

    __tablename__ = "captions"

    id: str = Field(default_factory=new_id, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    video_id: str | None = Field(default=None, index=True, foreign_key="videos.id")
    original_id: str | None = Field(default=None, index=True, foreign_key="originals.id")
    language: str = ""  # BCP 47, "" where nobody says
    label: str = ""  # as its maker called it
    kind: str = "subtitles"  # or "captions": sounds are written out too
    forced: bool = False  # only what is foreign in the film
    chosen: bool = False  # shown unless somebody switches it off
    file: str  # its name in the folder of captions


class Position(SQLModel, table=True):
    """Where a profile stopped, which is also its history."""

    __tablename__ = "positions"

    profile_id: str = Field(primary_key=True, foreign_key="profiles.id")
    video_id: str = Field(primary_key=True, foreign_key="videos.id", index=True)
    position: float  # seconds
    finished: bool = False
    watched_at: str = Field(index=True)
