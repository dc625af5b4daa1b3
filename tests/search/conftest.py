from collections.abc import Callable, Iterator

import pytest
from sqlmodel import Session, select

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
            home = session.exec(select(Channel).where(Channel.handle == channel)).first() or new_channel(session, channel, now)
            row = {"state": "ready", "playable": True, "published_at": now, "created_at": now} | values
            video = Video(owner_id=home.owner_id, channel_id=home.id, title=title, privacy=privacy, **row)
            session.add(video)
        return video

    return put


def new_channel(session: Session, name: str, now: str) -> Channel:
    """With the person that it belongs to, and ids that a test can guess."""
    session.add(User(id=f"u-{name}", name=name, folded=name, created_at=now))
    session.flush()
    channel = Channel(id=f"c-{name}", handle=name, name=name.title(), owner_id=f"u-{name}", created_at=now)
    session.add(channel)
    session.flush()
    return channel


@pytest.fixture
def keeper(site: Site) -> Iterator[Keeper]:
    """The index of a site with what it holds when the test begins; rebuilds that it asks for are done at once."""
    made = Keeper(site, lambda: made.rebuild())
    yield made
    made.stop()
