"""What goes wrong with a film is said on the film."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from app.errors import MediaError, NoSpace
from app.i18n import _
from app.media.facts import Facts
from app.media.runs import Stopped
from app.processing.damage import loss
from app.processing.films import Film, film_of
from app.queue import Again, Cancelled
from app.site import Site
from app.videos import service
from app.videos.models import Original, Video

SPACE_AGAIN = 20.0  # seconds between looks whether there is room again


@contextmanager
def told_to(site: Site, video_id: str) -> Iterator[None]:
    """What goes wrong with a film is said on the film; a fault of the disk waits and tries again."""
    try:
        yield
    except Stopped as stopped:
        raise Cancelled from stopped
    except (NoSpace, OSError) as error:
        if not isinstance(error, NoSpace) and error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        why = str(error) if isinstance(error, NoSpace) else _("The disk is full. This goes on by itself when there is room again.")
        with suppress(NoSpace), site.write() as session:  # the database may be on the same disk
            if service.begin_processing(session, video_id):  # not if the film waits for its owner, or is done
                service.waiting_space(session, video_id, why)
        raise Again(SPACE_AGAIN, why) from error
    except MediaError as error:
        with site.write() as session:
            video = session.get(Video, video_id)
            say = service.needs_attention if video is not None and video.playable else service.fail
            say(session, video_id, str(error))
        raise


def tell_loss(site: Site, video_id: str, facts: Facts) -> None:
    """A damaged film waits for its owner's decision, and plays meanwhile."""
    if lost := loss(facts):
        with site.write() as session:
            service.tell_damage(session, video_id, lost)


def film_for(site: Site, video_id: str) -> Film | None:
    with site.read() as session:
        video = session.get(Video, video_id)
        original = session.get(Original, video.original_id) if video and video.original_id else None
        if video is None or original is None or not original.facts or video.state == "failed":
            return None
        return film_of(site, original)
