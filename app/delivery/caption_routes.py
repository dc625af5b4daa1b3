"""Captions and chapters, as WebVTT; subtitles that are pictures, as they were in the file."""

from litestar import route
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response

from app.delivery.addresses import media_address
from app.delivery.caching import kept
from app.delivery.cuts import captions_in_cut
from app.delivery.lists import PLAYLIST
from app.delivery.originals import READING
from app.delivery.policies import Playing, may_play
from app.errors import Missing
from app.http.ranges import FileRange
from app.media.facts import Facts
from app.processing.captions import caption_path
from app.site import Site
from app.videos.captions import find_caption
from app.videos.chapters import chapters_vtt
from app.videos.models import Video
from app.videos.shown import duration_of, shown_chapters

VTT = "text/vtt; charset=utf-8"
_TYPES = {"vtt": VTT, "sup": "application/octet-stream", "mks": "video/x-matroska"}


@route("/media/{public_id:str}/captions/{name:str}", http_method=READING, policy=may_play, sync_to_thread=True, include_in_schema=False)
def caption(site: NamedDependency[Site], playing: NamedDependency[Playing], name: FromPath[str]) -> Response[str] | FileRange:
    """`<caption>.vtt`, `<caption>.sup` or `<caption>.mks`; `<caption>.m3u8` is what players of HLS ask for: a list of that one file."""
    stem, _, kind = name.rpartition(".")
    with site.read() as session:
        video = session.get(Video, playing.video.id)
        row = find_caption(session, video, stem) if video is not None else None
    if row is None or video is None:
        raise Missing
    if kind == "m3u8" and row.file.endswith(".vtt"):
        address = media_address(playing.video.public_id, f"captions/{row.public_id}.vtt", playing.token)
        return Response(_list(address, video.duration or 0), media_type=PLAYLIST, headers=kept(playing))
    if kind != row.file.rpartition(".")[2]:
        raise Missing
    if playing.keep:
        shown = captions_in_cut(playing.keep, caption_path(site, row).read_text(encoding="utf-8"))
        return Response(shown, media_type=VTT, headers=kept(playing))
    name_for_saving = None if kind == "vtt" else f"{row.label or row.language or 'subtitles'}.{kind}"
    return FileRange(caption_path(site, row), media_type=_TYPES[kind], headers=kept(playing), download_name=name_for_saving)


@route("/media/{public_id:str}/chapters.vtt", http_method=READING, policy=may_play, sync_to_thread=True, include_in_schema=False)
def chapters(site: NamedDependency[Site], playing: NamedDependency[Playing]) -> Response[str]:
    """The chapters, for the seek bar of any player."""
    with site.read() as session:
        video = session.get(Video, playing.video.id)
    facts = Facts.from_json(playing.original.facts) if playing.original.facts else None
    listed = shown_chapters(video, facts) if video is not None else []
    if not listed or facts is None or video is None:
        raise Missing
    return Response(chapters_vtt(listed, duration_of(video, facts)), media_type=VTT, headers=kept(playing))


def _list(address: str, duration: float) -> str:
    """One segment as long as the film (RFC 8216, section 3.5, lets a WebVTT segment be any length)."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", f"#EXT-X-TARGETDURATION:{max(1, round(duration + 0.5))}", "#EXT-X-MEDIA-SEQUENCE:0"]
    return "\n".join([*lines, "#EXT-X-PLAYLIST-TYPE:VOD", f"#EXTINF:{duration:.3f},", address, "#EXT-X-ENDLIST"]) + "\n"


handlers = [caption, chapters]
