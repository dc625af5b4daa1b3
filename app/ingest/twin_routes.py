"""“Already here”, before a byte is sent: asked by browsers that can work out a file's mark, told only of what the person may see."""

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from msgspec import Struct
from sqlmodel import col, select

from app.http.policy import creator
from app.http.viewer import Viewer
from app.site import Site
from app.videos.access import Act, clauses
from app.videos.models import Original, Video


class Twin(Struct, frozen=True):
    id: str
    title: str


class TwinList(Struct, frozen=True):
    items: list[Twin]
    next: None = None


@get("/api/v1/uploads-twins", policy=creator, sync_to_thread=True)
def twins_json(site: NamedDependency[Site], viewer: NamedDependency[Viewer], fingerprint: FromQuery[str]) -> TwinList:
    """Videos that probably hold the same file. `fingerprint` is `<size>-<hex SHA-256 of its first and last MiB>`."""
    allowed = clauses(viewer, Act.LIST).sql()  # an unlisted video's address is its secret
    found = select(Video.public_id, Video.title).join(Original, col(Video.original_id) == Original.id)
    with site.read() as session:
        rows = session.exec(found.where(Original.fingerprint == fingerprint, allowed).order_by(col(Video.id)).limit(5)).all()
    return TwinList([Twin(public_id, title) for public_id, title in rows])


handlers = [twins_json]
