"""Playlists: the master, and one for each rendition."""

from collections.abc import Callable

from litestar.response import Response

from app.delivery.addresses import media_address
from app.delivery.caching import kept
from app.delivery.policies import Playing
from app.media.grid import segments
from app.media.packing import packed_table
from app.media.playlists import media
from app.processing.films import Film
from app.site import Site

PLAYLIST = "application/vnd.apple.mpegurl"


def playlist(site: Site, playing: Playing, name: str) -> Response[str] | None:
    """`master.m3u8` or `<rung>.m3u8`; None if no playlist is called so."""
    stem, _, kind = name.rpartition(".")
    if kind != "m3u8":
        return None
    film = playing.film(site)
    text = film.master(_address(playing)) if stem == "master" else _of_rendition(film, stem, playing)
    return Response(text, media_type=PLAYLIST, headers=kept(playing))


def _of_rendition(film: Film, name: str, playing: Playing) -> str:
    rendition = film.rendition(name)
    listed = segments(rendition.facts, rendition.index, rendition.rung)
    return media(rendition.rung, listed, address=_address(playing), table=packed_table(film.folder, name))


def _address(playing: Playing) -> Callable[[str], str]:
    return lambda name: media_address(playing.video.public_id, name, playing.token)
