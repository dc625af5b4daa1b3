"""A film that stopped half way is taken up again by whoever presses “try again”, and comes to its end."""

import shutil

from app.site import Site
from app.videos import service
from app.videos.models import State
from tests.conftest import settle
from tests.media_files import clip
from tests.videos.library import Library


def test_a_film_that_plays_is_made_to_its_end_when_it_is_tried_again(site: Site) -> None:
    library = Library(site)
    shutil.copy(clip("audio-only.m4a"), site.paths.originals / "sound.m4a")
    video = library.queued(path="sound.m4a")
    settle(site)
    assert (library.again(video).state, library.again(video).playable) == (State.READY, True)

    with site.write() as session:
        service.needs_attention(session, video.id, "The disk gave way while it was made.")
        service.retry(session, video.id)
    settle(site)
    assert library.again(video).state == State.READY
