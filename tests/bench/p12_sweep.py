"""P12: unchanged files of a watched folder that a sweep checks per second."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlmodel import insert

from app.accounts.first_run import FirstRun
from app.ids import new_id, new_public_id
from app.ingest.folder_looks import look
from app.ingest.models import EntryState, FolderEntry
from app.main import build_site
from app.settings import Settings
from app.site import Site
from tests.bench import Row
from tests.ingest.folder_kit import Kit

FILES = 20_000


def rows() -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="homereel-bench-") as folder:
        site = build_site(Settings(data=Path(folder) / "data"))
        door = site.part(FirstRun)
        door.claim(code=door.prepare() or "", username="anna", password="three words together", site_name="", source="127.0.0.1")
        kit = Kit(site, Path(folder) / "films")
        _fill(site, kit)
        kit.folders.step()  # reads the rows, and looks once
        kit.folders.sweep_now(kit.row_id)
        began = time.perf_counter()
        dealt_with = kit.folders.step()
        seconds = time.perf_counter() - began
        assert dealt_with == 0
        site.database.close()
    yield Row("P12 unchanged files checked", goal="≥ 1 000/s", peer=1000, ours=FILES / seconds, unit="files/s", better="more")


def _fill(site: Site, kit: Kit) -> None:
    """Files in folders of a hundred, each with its row, as if they had come in long ago."""
    entries = []
    for number in range(FILES):
        path = kit.top / f"{number // 100}" / f"{number}.mp4"
        path.parent.mkdir(exist_ok=True)
        path.touch()
        seen = look(path)
        assert seen is not None
        entries.append(
            FolderEntry(
                id=new_id(), public_id=new_public_id(), folder_id=kit.row_id, path=path.relative_to(kit.top).as_posix(), size=seen.size,
                modified_ns=seen.modified_ns, inode=seen.inode, state=EntryState.DONE, seen_at=site.now(),
            ).model_dump()
        )  # fmt: skip
    with site.write() as session:
        session.execute(insert(FolderEntry), entries)
