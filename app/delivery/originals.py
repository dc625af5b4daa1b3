"""The file of a video as it came, for whatever sends it."""

from pathlib import PurePath

from litestar import HttpMethod

from app.delivery.addresses import media_type
from app.delivery.policies import Playing
from app.errors import Missing
from app.http.open_files import OpenFile, Part
from app.i18n import N_
from app.processing.films import source_of
from app.site import Site
from app.videos.models import Video

READING = [HttpMethod.GET, HttpMethod.HEAD]


def download_name(site: Site, playing: Playing, version: str = "") -> str:
    """What the file is called where it is kept: as it was called when it came, or after it with the version's name."""
    with site.read() as session:
        video = session.get(Video, playing.video.id)
    name = (video.filename if video else "") or "video"
    return f"{PurePath(name).stem} {version}" if version else name


def original_part(site: Site, playing: Playing) -> Part:
    path = source_of(site, playing.original)
    if playing.original.missing or not path.is_file():
        raise Missing(N_("The file of this video is not where it should be. The keeper can bring its disk or folder back."))
    return Part(OpenFile(path), media_type(path))
