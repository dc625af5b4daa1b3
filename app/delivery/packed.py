"""A whole rendition as one file, once every segment of it is made."""

from app.delivery.policies import Playing
from app.errors import Missing
from app.http.open_files import OpenFile, Part
from app.media.packing import packed_path, packed_table
from app.site import Site

KIND = ".mp4"


def packed(site: Site, playing: Playing, name: str) -> Part:
    """`<rung>.mp4`; Missing if no rung is called so, or while it is not packed."""
    film = playing.film(site)
    rung = film.rendition(name.removesuffix(KIND)).rung
    if packed_table(film.folder, rung.name) is None:
        raise Missing
    return Part(OpenFile(packed_path(film.folder, rung.name)), "video/mp4" if rung.kind == "video" else "audio/mp4")
