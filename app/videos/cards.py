"""Videos as pages show them: words for every figure, one card the same everywhere."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.http import words
from app.http.viewer import Viewer
from app.i18n import _
from app.videos.access import Act, clauses
from app.videos.addresses import MediaAddresses
from app.videos.models import Channel, State, Video
from app.videos.rows import Row
from app.videos.times import moment

NEW_FOR = timedelta(days=7)
_NAMES = ((4320, "8K"), (2160, "4K"), (1440, "1440p"), (1080, "1080p"), (720, "720p"), (480, "480p"))


@dataclass(frozen=True)
class ChannelCard:
    name: str
    handle: str
    url: str


@dataclass(frozen=True)
class Card:
    """What `ui/card.html` shows."""

    public_id: str
    title: str
    url: str
    settings_url: str
    thumbnail: str | None
    duration_text: str | None
    channel: ChannelCard
    when_text: str
    privacy: str
    state: str
    playable: bool
    missing: bool
    progress: float | None  # how much of it is seen, 0 to 1
    reason: str
    percent: float | None  # of the work on it
    eta_text: str | None
    is_new: bool
    left_text: str
    can_edit: bool


@dataclass(frozen=True)
class Looking:
    """Who looks, when, and how media addresses are written."""

    viewer: Viewer
    now: datetime  # in the zone of the house
    addresses: MediaAddresses
    trash_days: int = 30


def card(row: Row, looking: Looking) -> Card:
    video = row.video
    seen = _seen(row)
    can_edit = clauses(looking.viewer, Act.EDIT).allows(video)
    trouble = can_edit or not video.playable  # what is still to be mended is its keepers' business; to others it plays
    rest = video.duration * (1 - seen) if seen and video.duration and seen < 1 else None
    eta = row.work.eta_seconds if row.work else None
    return Card(
        public_id=video.public_id,
        title=video.title,
        url=f"/w/{video.public_id}",
        settings_url=f"/studio/v/{video.public_id}",
        thumbnail=looking.addresses.thumbnail(video),
        duration_text=words.clock(video.duration) if video.duration else None,
        channel=channel_card(row.channel),
        when_text=words.when(video.published_at or video.created_at, looking.now),
        privacy=video.privacy,
        state=video.state if trouble else State.READY,
        playable=video.playable,
        missing=row.original is not None and row.original.missing,
        progress=seen,
        reason=video.reason if trouble else "",
        percent=row.work.percent if row.work else None,
        eta_text=words.left(eta) if eta is not None else None,
        is_new=_is_new(row, looking),
        left_text=words.left(rest) if rest else "",
        can_edit=can_edit,
    )


def channel_card(channel: Channel) -> ChannelCard:
    return ChannelCard(channel.name, channel.handle, f"/c/{channel.handle}")


def quality(video: Video) -> str:
    """“4K”, “1080p”: by the shorter side, so that a film shot upright is what its camera says."""
    if not video.width or not video.height:
        return _("Sound only") if video.duration else ""
    lines = min(video.width, video.height)
    return next((name for least, name in _NAMES if lines >= least * 0.95), f"{lines}p")


def _seen(row: Row) -> float | None:
    if row.position is None or not row.video.duration:
        return None
    return 1.0 if row.position.finished else min(1.0, row.position.position / row.video.duration)


def _is_new(row: Row, looking: Looking) -> bool:
    """To this person: published lately, by somebody else, and not begun."""
    if looking.viewer.anonymous or row.position is not None or row.video.owner_id == looking.viewer.user_id or not row.video.published_at:
        return False
    return looking.now - moment(row.video.published_at) < NEW_FOR
