"""The file as it was uploaded: to be played, or to be kept."""

from litestar import HttpMethod, route
from litestar.di import NamedDependency

from app.delivery.addresses import media_type
from app.delivery.caching import kept
from app.delivery.policies import Playing, may_play
from app.errors import Missing
from app.http.ranges import FileRange
from app.i18n import N_
from app.processing.films import source_of
from app.site import Site
from app.videos.models import Video

READING = [HttpMethod.GET, HttpMethod.HEAD]


@route("/media/{public_id:str}/original", http_method=READING, policy=may_play, sync_to_thread=True, include_in_schema=False)
def original_file(site: NamedDependency[Site], playing: NamedDependency[Playing]) -> FileRange:
    """The file as it was uploaded."""
    return _original(site, playing, kept(playing))


@route("/media/{public_id:str}/download", http_method=READING, policy=may_play, sync_to_thread=True, include_in_schema=False)
def download(site: NamedDependency[Site], playing: NamedDependency[Playing]) -> FileRange:
    """The same, to be kept, under the name it had."""
    with site.read() as session:
        video = session.get(Video, playing.video.id)
    return _original(site, playing, kept(playing), download_name=(video.filename if video else "") or "video")


def _original(site: Site, playing: Playing, headers: dict[str, str], *, download_name: str | None = None) -> FileRange:
    path = source_of(site, playing.original)
    if playing.original.missing or not path.is_file():
        raise Missing(N_("The file of this video is not where it should be. The keeper can bring its disk or folder back."))
    return FileRange(path, media_type=media_type(path), headers=headers, download_name=download_name)


handlers = [original_file, download]
