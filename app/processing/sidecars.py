"""What is known of a film is written beside it, where the keeper wants that, for other programs and for a copy of the folder.

Only ever a file that is not there yet or that we wrote ourselves; never in a folder that we may only read.
"""

import json
import os
from pathlib import Path
from xml.etree import ElementTree

import structlog

from app.media.publish import publish
from app.processing.films import source_of
from app.queue import JobHandle, task
from app.site import Site
from app.storage.originals import delete
from app.videos.chapters import chapters_of
from app.videos.events import VideoChanged
from app.videos.models import Channel, Original, State, Video
from app.videos.out import facts_of, tags_of

log = structlog.get_logger(__name__)
ENDINGS = {"nfo": ".nfo", "info.json": ".info.json"}
_OURS = "Homereel"
_LARGEST = 4_000_000  # bytes


@task(retries=1, retry_delay=60)
def write_sidecars(site: Site, job: JobHandle, video_id: str) -> None:  # noqa: ARG001
    """Safe to run at any time: what is there already in these words is left alone."""
    with site.read() as session:
        video = session.get(Video, video_id)
        channel = session.get(Channel, video.channel_id) if video else None
        original = session.get(Original, video.original_id) if video and video.original_id else None
        if video is None or channel is None or original is None or original.missing or video.trashed:
            return
    film = source_of(site, original)
    for kind in site.settings.write_sidecars:
        text = _nfo(video, channel) if kind == "nfo" else _info_json(video, channel, original)
        _write(film.with_suffix(ENDINGS[kind]), text.encode())


def on_changed(site: Site, fact: VideoChanged) -> None:
    """Noted once, however often a video changes before it is done."""
    if not site.settings.write_sidecars:
        return
    with site.read() as session:
        video = session.get(Video, fact.video_id)
    if video is not None and video.state != State.UPLOADING:
        site.queue.add(write_sidecars, fact.video_id)


def ours_beside(film: Path) -> list[Path]:
    """Files that we wrote beside it."""
    return [path for ending in ENDINGS.values() if (path := film.with_suffix(ending)).is_file() and _is_ours(path)]


def drop_sidecars(film: Path) -> None:
    for path in ours_beside(film):
        delete(path)


def _write(path: Path, data: bytes) -> None:
    if path.is_symlink() or (path.exists() and (not _is_ours(path) or path.read_bytes() == data)) or not os.access(path.parent, os.W_OK):
        return
    try:
        publish(path, data)
    except OSError as error:
        log.warning("a file could not be written beside a film", reason=error.strerror)


def _is_ours(path: Path) -> bool:
    with path.open("rb") as file:
        data = file.read(_LARGEST)
    return f"<generator>{_OURS}</generator>".encode() in data or f'"_generator": "{_OURS}"'.encode() in data


def _nfo(video: Video, channel: Channel) -> str:
    """As Kodi and Jellyfin read it."""
    root = ElementTree.Element("movie")
    lines = [
        ("title", video.title), ("plot", video.description), ("studio", channel.name), ("premiered", video.recorded_at[:10]),
        ("runtime", str(round((video.duration or 0) / 60)) if video.duration else ""),
    ]  # fmt: skip
    for name, value in [*lines, *(("tag", tag) for tag in tags_of(video.tags))]:
        if value:
            ElementTree.SubElement(root, name).text = value
    unique = ElementTree.SubElement(root, "uniqueid", {"type": "homereel", "default": "true"})
    unique.text = video.public_id
    ElementTree.SubElement(root, "generator").text = _OURS
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _info_json(video: Video, channel: Channel, original: Original) -> str:
    """As yt-dlp writes it."""
    chapters = chapters_of(video, facts_of(original))
    told = {
        "_generator": _OURS,
        "id": video.public_id,
        "title": video.title,
        "description": video.description,
        "channel": channel.name,
        "uploader_id": f"@{channel.handle}",
        "upload_date": (video.recorded_at or video.created_at)[:10].replace("-", ""),
        "duration": video.duration,
        "tags": tags_of(video.tags),
        "chapters": [{"start_time": each.start, "title": each.title} for each in chapters],
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"
