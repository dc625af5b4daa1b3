"""A watched folder under test: its own clock, and a look at what became of things."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlmodel import col, select

from app.accounts.models import User
from app.ingest.folder_looks import stored
from app.ingest.folder_service import FolderWish, add_folder
from app.ingest.folders import Folders
from app.ingest.models import FolderEntry, Mode, WatchedFolder
from app.site import Site
from app.videos.channels import first_channel
from app.videos.models import Original, Video

BIG = 120_000  # bytes: enough to be taken for a film


def film(path: Path, mark: str = "", size: int = BIG) -> Path:
    """A file that is a film by its name; the same mark gives the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes((mark or path.name).encode("utf-8", "surrogateescape").ljust(size, b"."))
    return path


@dataclass
class Clock:
    """Seconds that pass when a test says so."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Kit:
    site: Site
    top: Path
    mode: Mode = Mode.COPY
    clock: Clock = field(default_factory=Clock)
    folders: Folders = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        self.top.mkdir(exist_ok=True)
        with self.site.write() as session:
            owner = session.exec(select(User)).one()
            channel = first_channel(session, owner.id)
            assert channel is not None
            wish = FolderWish(path=self.top, owner_id=owner.id, channel_id=channel.id, privacy="members", mode=self.mode)
            self.row_id = add_folder(session, self.site, wish).id
        self.folders = Folders(self.site, steady=self.clock, events=False)

    def pass_time(self, seconds: float = 6) -> int:
        """A look, some time, another look; how many files were dealt with."""
        self.folders.sweep_now()
        count = self.folders.step()
        self.clock.now += seconds
        self.folders.sweep_now()
        return count + self.folders.step()

    @property
    def row(self) -> WatchedFolder:
        with self.site.read() as session:
            return session.exec(select(WatchedFolder).where(WatchedFolder.id == self.row_id)).one()

    def entry(self, path: Path | str) -> FolderEntry | None:
        with self.site.read() as session:
            name = stored(Path(path).relative_to(self.top) if Path(path).is_absolute() else Path(path))
            return session.exec(select(FolderEntry).where(FolderEntry.folder_id == self.row_id, FolderEntry.path == name)).first()

    def state(self, path: Path | str) -> str:
        entry = self.entry(path)
        return entry.state if entry else ""

    @property
    def videos(self) -> list[Video]:
        with self.site.read() as session:
            return list(session.exec(select(Video).order_by(col(Video.id))))

    @property
    def originals(self) -> list[Original]:
        with self.site.read() as session:
            return list(session.exec(select(Original).order_by(col(Original.id))))

    @property
    def stored_files(self) -> list[Path]:
        """Everything in our own originals, finished or not."""
        return sorted(p for p in self.site.paths.originals.rglob("*") if p.is_file() and p.name != ".homereel")


MakeKit = Callable[..., Kit]
