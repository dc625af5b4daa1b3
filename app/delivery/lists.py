"""Playlists: the master, and one for each rendition."""

from collections.abc import Callable

from litestar.response import Response

from app.delivery.addresses import media_address
from app.delivery.caching import kept
from app.delivery.policies import Playing
from app.i18n import _
from app.media.cutting.playlist import cut_playlist
from app.media.cutting.segments import CutRendition
from app.media.grid import segments
from app.media.languages import own_name
from app.media.packing import packed_table
from app.media.playlists import Words, media
from app.processing.films import Film
from app.site import Site
from app.videos.captions import captions_of
from app.videos.models import Video

PLAYLIST = "application/vnd.apple.mpegurl"
_FOR_DEAF = ("public.accessibility.transcribes-spoken-dialog", "public.accessibility.describes-music-and-sound")


def playlist(site: Site, playing: Playing, name: str, *, most: float = 0) -> Response[str] | None:
    """`master.m3u8` or `<rung>.m3u8`; None if no playlist is called so. `most`: bits a second that this viewer may take, 0 for any."""
    stem, _, kind = name.rpartition(".")
    if kind != "m3u8":
        return None
    film = playing.film(site)
    text = film.master(_address(playing), _words(site, playing), most=most) if stem == "master" else _of_rendition(film, stem, playing)
    return Response(text, media_type=PLAYLIST, headers=kept(playing))


def _of_rendition(film: Film, name: str, playing: Playing) -> str:
    rendition = film.rendition(name)
    if playing.keep:
        return cut_playlist(CutRendition(rendition, playing.keep), address=_address(playing))
    listed = segments(rendition.facts, rendition.index, rendition.rung)
    return media(rendition.rung, listed, address=_address(playing), table=packed_table(film.folder, name))


def _words(site: Site, playing: Playing) -> list[Words]:
    """Captions as players of HLS that are not ours find them; ours shows them beside the video."""
    with site.read() as session:
        video = session.get(Video, playing.video.id)
        rows = captions_of(session, [video])[video.id] if video is not None else []
    names: list[str] = []
    words = []
    for row in rows:
        if row.file.endswith(".vtt"):
            name = row.label or own_name(row.language) or _("Captions")
            names.append(name)
            number = names.count(name)
            words.append(
                Words(
                    name=name if number == 1 else f"{name} {number}",  # no two alike in a group (RFC 8216, 4.3.4.1.1)
                    language=row.language,
                    uri=media_address(playing.video.public_id, f"captions/{row.public_id}.m3u8", playing.token),
                    default=row.chosen,
                    forced=row.forced,
                    traits=_FOR_DEAF if row.kind == "captions" else (),
                )
            )
    return words


def _address(playing: Playing) -> Callable[[str], str]:
    return lambda name: media_address(playing.video.public_id, name, playing.token, version=playing.version)
