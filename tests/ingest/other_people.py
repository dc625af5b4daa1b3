"""Videos of somebody else."""

from pathlib import Path

from app.accounts.roles import KEEPER
from app.accounts.service import create_user
from app.http.viewer import Role
from app.ingest.bring import Wanted, bring
from app.ingest.models import Mode
from app.site import Site
from app.videos.channels import first_channel, give_first_channel
from app.videos.models import Video


def private_video_of_ben(site: Site, file: Path) -> str:
    """The same bytes, brought in by ben for himself alone."""
    with site.write() as session:
        ben = create_user(session, by=KEEPER, name="ben", role=Role.CREATOR, password_hash="", now=site.now())
        give_first_channel(session, ben)
        channel = first_channel(session, ben.id)
        assert channel is not None
    brought = bring(site, file, Wanted(ben.id, channel.id, "private", Mode.COPY))
    with site.write() as session:
        video = session.get(Video, brought.video_id)
        assert video is not None
        video.title = "ben's own"
    return brought.public_id
