from collections.abc import Callable, Iterator

import pytest

from app.accounts.models import User
from app.search.keeper import Keeper
from app.site import Site
from app.videos.models import Channel, Video

Add = Callable[..., Video]


@pytest.fixture
def add(site: Site) -> Add:
    """Puts a finished video into the library, in anna's channel unless another is named."""

    def put(title: str, *, channel: str = "anna", privacy: str = "members", **values: object) -> Video:
        with site.write() as session:
            now = site.now()
            if session.get(User, f"u-{channel}") is None:
                session.add(User(id=f"u-{channel}", name=channel, folded=channel, created_at=now))
                session.flush()
                session.add(Channel(id=f"c-{channel}", handle=channel, name=channel.title(), owner_id=f"u-{channel}", created_at=now))
                session.flush()
            row = {"state": "ready", "playable": True, "published_at": now, "created_at": now} | values
            video = Video(owner_id=f"u-{channel}", channel_id=f"c-{channel}", title=title, privacy=privacy, **row)
            session.add(video)
        return video

    return put


@pytest.fixture
def keeper(site: Site) -> Iterator[Keeper]:
    """The index of a site with what it holds when the test begins; rebuilds that it asks for are done at once."""
    made = Keeper(site, lambda: made.rebuild())
    yield made
    made.stop()
