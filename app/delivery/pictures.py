"""Pictures of a video: thumbnail and poster."""

from app.delivery.caching import kept
from app.delivery.policies import Playing
from app.http.ranges import FileRange
from app.media.thumbnails import LARGE, SMALL
from app.site import Site


def picture(site: Site, playing: Playing, name: str) -> FileRange | None:
    """The picture of that name; None if no picture is called so."""
    if name not in (SMALL, LARGE):
        return None
    return FileRange(site.paths.renditions / playing.original.id / name, media_type="image/webp", headers=kept(playing))
