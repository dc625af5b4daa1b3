"""A whole rendition as one file, once every segment of it is made."""

from app.delivery.caching import kept
from app.delivery.policies import Playing
from app.http.ranges import FileRange
from app.media.packing import packed_path, packed_table
from app.site import Site


def packed(site: Site, playing: Playing, name: str) -> FileRange | None:
    """`<rung>.mp4`; None if no file is called so, or not yet."""
    stem, _, kind = name.rpartition(".")
    if kind != "mp4":
        return None
    film = playing.film(site)
    if packed_table(film.folder, film.rendition(stem).rung.name) is None:
        return None
    return FileRange(packed_path(film.folder, stem), media_type="video/mp4", headers=kept(playing))
