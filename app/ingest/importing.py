"""`homereel import`: files and whole folders of this machine, one line for each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from sqlmodel import col, select

from app.accounts.models import User
from app.errors import HomereelError, Invalid, Missing
from app.http.viewer import Role
from app.i18n import N_, translate
from app.ingest.bring import Wanted, bring, told
from app.ingest.folder_looks import look, walk
from app.ingest.folder_names import is_temporary
from app.ingest.folder_sweep import reason_to_skip
from app.ingest.models import Mode
from app.ingest.sidecars.reading import find_beside, read_beside
from app.site import Site
from app.storage.names import display_name
from app.videos.channels import first_channel
from app.videos.models import Channel

PARTIAL = N_("Another program is still writing it.")


@dataclass(frozen=True)
class ImportLine:
    """What became of one file: state `imported`, `already`, `skipped` or `failed`, and a sentence."""

    path: str
    state: str
    video: str = ""  # public id
    title: str = ""
    reason: str = ""
    done: int = 0
    of: int = 0

    @property
    def failed(self) -> bool:
        return self.state == "failed"


def import_paths(
    site: Site, paths: Iterable[Path], *, channel: str = "", privacy: str = "", mode: Mode = Mode.COPY, ignore: tuple[str, ...] = ()
) -> Iterator[ImportLine]:
    """Bring files in, one line each as it is done. `channel` is a handle; the owner's first if empty.

    A file that is named is brought in whatever it is called; of a folder only what looks like a film.
    """
    wanted = _wanted(site, channel, privacy, mode)
    files = list(_files(paths))
    for number, (file, inside) in enumerate(files, 1):
        line = _import(site, file, wanted, inside, ignore)
        yield ImportLine(line.path, line.state, line.video, line.title, line.reason, number, len(files))


def _files(paths: Iterable[Path]) -> Iterator[tuple[Path, PurePath | None]]:
    """Each file, and where it stands in the folder that was named."""
    for path in paths:
        top = path.absolute()
        if top.is_dir():
            yield from ((file, file.relative_to(top)) for file in sorted(each for each, _ in walk(top)))
        else:
            yield top, None


def _import(site: Site, file: Path, wanted: Wanted, inside: PurePath | None, ignore: tuple[str, ...]) -> ImportLine:
    name = display_name(str(file))
    seen = look(file)
    if seen is not None and inside is not None and (why := _left_alone(inside, file, ignore)):
        return ImportLine(name, "skipped", reason=translate(why))
    try:
        found = find_beside(file)
        brought = bring(site, file, wanted, then=lambda new: read_beside(site, new.video_id, file, found, mode=wanted.mode))
    except (HomereelError, OSError) as error:
        return ImportLine(name, "failed", reason=told(error))
    return ImportLine(name, "already" if brought.already else "imported", brought.public_id, brought.title)


def _left_alone(inside: PurePath, file: Path, ignore: tuple[str, ...]) -> str:
    seen = look(file)
    if seen is None:
        return ""
    return PARTIAL if is_temporary(inside.name) else reason_to_skip(inside, seen, ignore)


def _wanted(site: Site, channel: str, privacy: str, mode: Mode) -> Wanted:
    with site.read() as session:
        owner_id = session.exec(select(User.id).where(User.role == Role.OWNER).order_by(col(User.id))).first()
        if owner_id is None:
            raise Missing(N_("This site has no owner yet. Start it, claim it in a browser, then import."))
        found = first_channel(session, owner_id)
        if channel:
            found = session.exec(select(Channel).where(Channel.handle == channel.removeprefix("@"))).first()
        if found is None:
            raise Invalid(N_("There is no channel “{handle}”."), handle=channel)
        return Wanted(found.owner_id, found.id, privacy or str(site.value(session, "default_privacy")), mode)
