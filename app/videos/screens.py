"""What each page of the library shows, as values for its template."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from markupsafe import Markup
from msgspec import to_builtins
from sqlalchemy import case, func, select
from sqlmodel import Session, col

from app.http import words
from app.i18n import _, ntranslate
from app.media.cutting.keep import to_cut
from app.media.ladder.plan import Plan
from app.media.playlists import track_names
from app.site import rfc3339
from app.videos import views
from app.videos.access import Act, clauses
from app.videos.cards import Card, Looking, card, quality
from app.videos.listing import Slice
from app.videos.models import Channel, State, Video
from app.videos.out import captions_out, facts_of, sounds_out, sources_out, tags_of
from app.videos.replacing_out import replacing
from app.videos.rows import Row
from app.videos.shown import OWN, keep_of, shown_chapters, stills_of
from app.videos.text import linked
from app.videos.times import moment

TROUBLE = frozenset({State.FAILED, State.NEEDS_ATTENTION, State.WAITING_SPACE})
_CARRY_ON = 4  # one large, three beside it


@dataclass(frozen=True)
class VideoPage(Card):
    """A card, and what only the video's own pages show."""

    description: str
    description_html: Markup
    tags: list[str]
    facts: list[str]
    duration: float | None
    download_url: str | None
    downloads: list[tuple[str, str, str]]  # smaller versions: name, address, size in words
    glow: str | None
    trashed: bool
    trash_until_text: str | None

    @property
    def tags_text(self) -> str:
        return ", ".join(self.tags)


def home(session: Session, looking: Looking, cursor: str | None) -> dict[str, Any]:
    """Newest first; on the first page also what one stopped in."""
    viewer = looking.viewer
    shown = views.listed(session, viewer, cursor=cursor, shelf=True)
    begun = [] if cursor or viewer.anonymous else views.history(session, viewer, limit=_CARRY_ON, unfinished=True).items
    carry_on = [card(row, looking) for row in begun]
    name = viewer.display_name or viewer.name
    hello = words.greeting(looking.now)
    return {
        "greeting": _("{greeting}, {name}").format(greeting=hello, name=name) if name else hello,
        "sentence": _sentence(session, looking),
        "lead": carry_on[0] if carry_on else None,
        "carry_on": carry_on[1:],
        "videos": [card(row, looking) for row in shown.items],
        "next_url": _next("/", shown),
    }


def watch(session: Session, looking: Looking, video_id: str, start: float | None) -> dict[str, Any]:
    """`start`: the moment that the address names, None to go on where one stopped."""
    row = _row(session, looking, video_id)
    return {
        "video": video_page(row, looking),
        "player": _player(row, looking, start),
        "next_up": [card(other, looking) for other in views.up_next(session, looking.viewer, row)],
    }


def studio(session: Session, looking: Looking, show: str, cursor: str | None) -> dict[str, Any]:
    show = show if show in ("trouble", "trash") else "all"
    states = frozenset(str(state) for state in TROUBLE) if show == "trouble" else None
    shown = views.kept(session, looking.viewer, trashed=show == "trash", cursor=cursor, states=states)
    return {
        "videos": [asdict(card(row, looking)) | {"facts_text": _facts_text(row)} for row in shown.items],
        "show": show,
        "counts": _counts(session, looking),
        "trash_days": looking.trash_days,
        "next_url": _next("/studio" if show == "all" else f"/studio?show={show}", shown),
    }


def settings(session: Session, looking: Looking, video_id: str) -> dict[str, Any]:
    row = _row(session, looking, video_id)
    return {
        "video": video_page(row, looking),
        "facts": _file_facts(row, looking),
        "channels": [(channel.handle, channel.name) for channel in views.editable_channels(session, looking.viewer)],
        "channel": row.channel.handle,
        "trash_days": looking.trash_days,
        "stills": _stills(row, looking),
        "own_picture": row.video.picture == OWN,
        "replacing": replacing(session, looking, row.video),
    }


def _stills(row: Row, looking: Looking) -> list[tuple[int, str, str, bool]]:
    """Pictures to choose from: number, address, the moment they show, and whether it is the one."""
    chosen, keep = (row.video.picture or "1"), keep_of(row.video)
    times = [(number, at) for number, at in enumerate(stills_of(row.original), 1) if keep is None or to_cut(keep, at) is not None]
    return [(number, looking.addresses.still(row.video, number), words.clock(at), str(number) == chosen) for number, at in times]


def channel(session: Session, looking: Looking, found: Channel, cursor: str | None) -> dict[str, Any]:
    shown = views.listed(session, looking.viewer, channel=found.handle, cursor=cursor, shelf=True)
    return {
        "channel": found,
        "videos": [card(row, looking) for row in shown.items],
        "next_url": _next(f"/c/{found.handle}", shown),
    }


def video_page(row: Row, looking: Looking) -> VideoPage:
    video = row.video
    until = moment(video.trashed_at) + timedelta(days=looking.trash_days) if video.trashed_at else None
    kept = row.original is not None and not row.original.missing and (not video.cut or clauses(looking.viewer, Act.EDIT).allows(video))
    download = looking.addresses.original(video).replace("/original", "/download") if kept else None
    return VideoPage(
        **vars(card(row, looking)),
        description=video.description,
        description_html=linked(video.description, duration=video.duration),
        tags=tags_of(video.tags),
        facts=[fact for fact in (words.day(video.recorded_at, looking.now) if video.recorded_at else "", quality(video)) if fact],
        duration=video.duration,
        download_url=download,
        downloads=_downloads(row, download) if download else [],
        glow=looking.addresses.thumbnail(video),
        trashed=video.trashed,
        trash_until_text=words.day(until, looking.now) if until else None,
    )


def _downloads(row: Row, download: str) -> list[tuple[str, str, str]]:
    """What is packed, from the largest: put together with all sound while it is sent."""
    sounds = [each for each in row.renditions if each.kind == "audio"]
    if not all(each.packed for each in sounds):
        return []
    sound = sum(each.size for each in sounds)
    made = [each for each in row.renditions if each.kind == "video" and each.packed and each.codec.startswith("avc1")]
    made.sort(key=lambda each: -each.height)
    query = "&" if "?" in download else "?"
    return [(f"{each.height}p", f"{download}{query}quality={each.name}", words.size(each.size + sound)) for each in made]


def _player(row: Row, looking: Looking, start: float | None) -> Mapping[str, Any] | None:
    """None while nothing plays."""
    video = row.video
    if not video.playable or row.original is None or row.original.missing:
        return None
    sources = sources_out(row, facts_of(row.original), looking.addresses, "")
    stopped = row.position.position if row.position and not row.position.finished else 0.0
    return {
        "hls": sources.hls,
        "direct": sources.direct,
        "direct_type": sources.direct_type,
        "direct_label": quality(video),
        "poster": looking.addresses.poster(video),
        "storyboard": None if video.cut else looking.addresses.storyboard(video, row.original.storyboard),
        "start": round(stopped if start is None else min(start, video.duration or start), 1),
        "position_url": "" if looking.viewer.anonymous else f"/api/v1/videos/{video.public_id}/position",
        "width": video.width,
        "height": video.height,
        "tracks": _tracks(row, looking),
    }


def _tracks(row: Row, looking: Looking) -> dict[str, Any]:
    """What the player shows beside the picture, and how much louder (dB) the first sound is to be."""
    facts = facts_of(row.original)
    sounds = sounds_out(row.original, facts)
    return {
        "captions": [to_builtins(each) for each in captions_out(row, looking.addresses, "")],
        "chapters": looking.addresses.chapters(row.video) if shown_chapters(row.video, facts) else "",
        "sounds": track_names([rung for rung in Plan.from_json(row.original.plan).rungs if rung.kind == "audio"])
        if row.original and row.original.plan
        else [],
        "gain": sounds[0].gain if sounds else 0,
    }


def _row(session: Session, looking: Looking, video_id: str) -> Row:
    row = views.video_row(session, looking.viewer, video_id)
    assert row is not None, "the policy has just found it"
    return row


def _sentence(session: Session, looking: Looking) -> str:
    """One true sentence about the house."""
    week = rfc3339(looking.now - timedelta(days=7))
    rule = clauses(looking.viewer, Act.LIST).sql()
    count = session.scalar(select(func.count()).select_from(Video).where(rule, col(Video.published_at) > week)) or 0
    if not count:
        return _("Nothing new this week. The shelf is all yours.")
    return ntranslate("{count} new video this week.", "{count} new videos this week.", count).format(count=words.number(count))


def _counts(session: Session, looking: Looking) -> dict[str, int]:
    in_trash = col(Video.trashed).is_(True)
    in_trouble = col(Video.state).in_(sorted(TROUBLE))
    sums = [func.coalesce(func.sum(case((condition, 1), else_=0)), 0) for condition in (~in_trash, ~in_trash & in_trouble, in_trash)]
    found = session.execute(select(*sums).where(clauses(looking.viewer, Act.EDIT).sql())).one()
    return dict(zip(("all", "trouble", "trash"), found, strict=True))


def _facts_text(row: Row) -> str:
    """“MOV, 4.1 GB, 1080p”."""
    kind = row.video.filename.rpartition(".")[2].upper() if "." in row.video.filename[1:] else ""
    return ", ".join(part for part in (kind[:8], words.size(row.original.size) if row.original else "", quality(row.video)) if part)


def _file_facts(row: Row, looking: Looking) -> list[tuple[str, str]]:
    video, original = row.video, row.original
    facts = facts_of(original)
    codecs = [part.codec for part in (facts.video, *facts.audio[:1]) if part] if facts else []
    lies = "" if original is None else _("In a watched folder, where it was") if original.in_place else original.path
    found = [
        (_("Called"), video.filename),
        (_("Size"), words.size(original.size) if original else ""),
        (_("Picture"), f"{video.width} × {video.height}" if video.width else ""),
        (_("Length"), words.clock(video.duration) if video.duration else ""),
        (_("Format"), ", ".join(codecs)),
        (_("Camera"), facts.camera if facts else ""),
        (_("Place"), f"{facts.place.latitude:.5f}, {facts.place.longitude:.5f}" if facts and facts.place else ""),
        (_("Subtitles"), ", ".join(each.label for each in captions_out(row, looking.addresses, ""))),
        (_("Lies in"), lies),
    ]
    return [(name, value) for name, value in found if value]


def _next(path: str, shown: Slice[Row]) -> str | None:
    return f"{path}{'&' if '?' in path else '?'}cursor={shown.next}" if shown.next else None
