"""Videos as the API tells them (CONTRACT)."""

from collections.abc import Sequence

from msgspec import Struct

from app.http.viewer import Viewer
from app.i18n import _
from app.media import loudness
from app.media.facts import Facts
from app.media.ladder import direct, kept_choices
from app.media.languages import own_name, tag
from app.videos.access import Act, clauses
from app.videos.addresses import MediaAddresses
from app.videos.chapters import Chapter
from app.videos.models import Caption, Channel, Original
from app.videos.rows import Row
from app.videos.shown import keep_of, shown_chapters


class ChannelOut(Struct, frozen=True):
    id: str
    handle: str
    name: str
    url: str


class SourcesOut(Struct, frozen=True):
    """`direct` is the original, where a browser has any hope to play it: ask it with `direct_type`."""

    direct: str | None
    direct_type: str | None
    hls: str | None


class RenditionOut(Struct, frozen=True):
    height: int
    codec: str
    segments: int
    ready: int
    packed: bool
    name: str = ""
    kind: str = "video"
    size: int = 0  # bytes, once packed
    dropped: bool = False  # made again as somebody watches


class SoundOut(Struct, frozen=True):
    """A track, in the order of the manifest. `gain` in decibels brings it to -16 LUFS without peaks above -1 dBTP: for the player to apply
    where it can; 0 where that was done while encoding, is not wanted, or is not known yet (then `integrated` is null)."""

    language: str
    title: str
    channels: int  # of the original
    integrated: float | None  # LUFS, as stereo
    true_peak: float | None  # dBTP
    gain: float


class CaptionOut(Struct, frozen=True):
    language: str
    label: str
    kind: str
    url: str
    forced: bool = False
    default: bool = False


class SubtitlePicturesOut(Struct, frozen=True):
    """Subtitles that are pictures (Blu-ray, DVD, television): to be saved, for players that show them."""

    language: str
    label: str
    format: str  # "sup" or "mks"
    url: str


class PlaceOut(Struct, frozen=True):
    """WGS 84, degrees."""

    latitude: float
    longitude: float


class VideoOut(Struct, frozen=True, kw_only=True):
    """A video. `playable` turns true as soon as pressing play works, long before `state` may be `ready`."""

    id: str
    title: str
    description: str
    tags: Sequence[str]
    state: str
    reason: str
    playable: bool
    missing: bool
    blocked: bool
    trashed: bool
    publish_at: str | None = None
    privacy: str
    duration: float | None
    width: int | None
    height: int | None
    created_at: str
    published_at: str | None
    recorded_at: str | None
    channel: ChannelOut
    thumbnail: str | None
    storyboard: str | None = None
    sources: SourcesOut
    renditions: Sequence[RenditionOut]
    sounds: Sequence[SoundOut] = ()
    captions: Sequence[CaptionOut] = ()
    subtitle_pictures: Sequence[SubtitlePicturesOut] = ()
    chapters: Sequence[Chapter]
    place: PlaceOut | None = None  # where and with what it was recorded is told to those who may edit alone
    camera: str | None = None
    cut: tuple[tuple[float, float], ...] | None = None  # what is kept, in seconds of the file; told to those who may edit alone
    progress: float | None  # of the work on it, 0 to 1
    eta_seconds: float | None
    position: float | None  # where this profile stopped, seconds
    may_edit: bool
    url: str


def channel_out(channel: Channel) -> ChannelOut:
    return ChannelOut(id=channel.public_id, handle=channel.handle, name=channel.name, url=f"/c/{channel.handle}")


def video_out(row: Row, viewer: Viewer, addresses: MediaAddresses) -> VideoOut:
    video, facts = row.video, facts_of(row.original)
    token = addresses.token_for(video, viewer)
    edits = clauses(viewer, Act.EDIT).allows(video)
    return VideoOut(
        id=video.public_id,
        title=video.title,
        description=video.description,
        tags=tags_of(video.tags),
        state=video.state,
        reason=video.reason,
        playable=video.playable,
        missing=row.original is not None and row.original.missing,
        blocked=video.blocked,
        trashed=video.trashed,
        privacy=video.privacy,
        duration=video.duration,
        width=video.width,
        height=video.height,
        created_at=video.created_at,
        published_at=video.published_at or None,
        recorded_at=video.recorded_at or None,
        channel=channel_out(row.channel),
        thumbnail=addresses.thumbnail(video, token),
        storyboard=addresses.storyboard(video, row.original.storyboard, token) if row.original and not video.cut else None,
        sources=sources_out(row, facts, addresses, token),
        sounds=sounds_out(row.original, facts),
        renditions=[
            RenditionOut(each.height, each.codec, each.segments, each.ready, each.packed, each.name, each.kind, each.size, each.dropped)
            for each in row.renditions
        ],
        captions=captions_out(row, addresses, token),
        subtitle_pictures=[
            _pictures(row, each, addresses, token) for each in row.captions if not each.file.endswith(".vtt") and not video.cut
        ],
        chapters=shown_chapters(video, facts),
        cut=keep_of(video) if edits else None,
        place=PlaceOut(facts.place.latitude, facts.place.longitude) if edits and facts and facts.place else None,
        camera=(facts.camera or None) if edits and facts else None,
        progress=row.work.percent / 100 if row.work and row.work.percent is not None else None,
        eta_seconds=row.work.eta_seconds if row.work else None,
        position=row.position.position if row.position and not row.position.finished else None,
        may_edit=edits,
        url=f"/w/{video.public_id}",
    )


def captions_out(row: Row, addresses: MediaAddresses, token: str) -> list[CaptionOut]:
    return [_caption(row, each, addresses, token) for each in row.captions if each.file.endswith(".vtt")]


def _caption(row: Row, caption: Caption, addresses: MediaAddresses, token: str) -> CaptionOut:
    label = caption.label or own_name(caption.language) or _("Unknown language")
    return CaptionOut(
        caption.language, label, caption.kind, addresses.caption(row.video, caption, token), caption.forced, default=caption.chosen
    )


def _pictures(row: Row, caption: Caption, addresses: MediaAddresses, token: str) -> SubtitlePicturesOut:
    label = caption.label or own_name(caption.language) or _("Unknown language")
    return SubtitlePicturesOut(caption.language, label, caption.file.rpartition(".")[2], addresses.caption(row.video, caption, token))


def sources_out(row: Row, facts: Facts | None, addresses: MediaAddresses, token: str) -> SourcesOut:
    """Nothing while nothing plays: an address that answers 404 helps nobody."""
    if not row.video.playable or row.original is None:
        return SourcesOut(None, None, None)
    straight = direct(facts) if facts and not row.original.missing and not row.video.cut else None
    return SourcesOut(
        direct=addresses.original(row.video, token) if straight else None,
        direct_type=straight.mime if straight else None,
        hls=addresses.hls(row.video, token),
    )


def sounds_out(original: Original | None, facts: Facts | None) -> list[SoundOut]:
    if original is None or facts is None:
        return []
    known = {each.stream: each for each in loudness.from_json(original.loudness)}
    even = kept_choices(original.plan).loudness == "playback"
    return [
        SoundOut(
            language=tag(track.language),
            title=track.title,
            channels=track.channels,
            integrated=known[track.stream].integrated if track.stream in known else None,
            true_peak=known[track.stream].true_peak if track.stream in known else None,
            gain=known[track.stream].gain if even and track.stream in known else 0.0,
        )
        for track in facts.audio
    ]


def facts_of(original: Original | None) -> Facts | None:
    return Facts.from_json(original.facts) if original is not None and original.facts else None


def tags_of(kept: str) -> list[str]:
    return kept.split("\n") if kept else []
