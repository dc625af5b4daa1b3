"""Watched folders, for administrators."""

from pathlib import Path

from litestar import delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Struct, UnsetType
from sqlmodel import Session, select

from app.accounts.models import User
from app.accounts.names import fold
from app.errors import Invalid
from app.http.policy import admin
from app.http.viewer import Viewer
from app.i18n import N_
from app.ingest import folder_service as service
from app.ingest.folder_service import FolderWish
from app.ingest.folder_views import FolderList, FolderOut, folder_list, folder_out
from app.ingest.folders import Folders
from app.ingest.models import Mode, WatchedFolder
from app.site import Site
from app.videos.channels import first_channel
from app.videos.models import Channel

PATH = "/api/v1/folders"


class NewFolder(Struct, forbid_unknown_fields=True):
    """`owner` is a name (yours if absent), `channel` a handle (their first if absent), `ignore` patterns such as `*.iso`."""

    path: str
    owner: str | None = None
    channel: str | None = None
    privacy: str = "members"
    mode: Mode = Mode.MOVE
    polling: bool = False
    ignore: list[str] = []


class FolderChange(Struct, forbid_unknown_fields=True):
    """What is not named stays. A folder's place cannot change."""

    owner: str | UnsetType = UNSET
    channel: str | UnsetType = UNSET
    privacy: str | UnsetType = UNSET
    mode: Mode | UnsetType = UNSET
    polling: bool | UnsetType = UNSET
    ignore: list[str] | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET


@get(PATH, policy=admin, sync_to_thread=True)
def folders_json(site: NamedDependency[Site]) -> FolderList:
    """Every watched folder with its state, and the files in it that did not simply go well."""
    return folder_list(site)


@post(PATH, policy=admin, sync_to_thread=True)
def add_folder(site: NamedDependency[Site], viewer: NamedDependency[Viewer], data: JSONBody[NewFolder]) -> FolderOut:
    """Watch a folder of this machine from now on."""
    service.refuse_place(site, Path(data.path))
    with site.write() as session:
        owner_id = _owner(session, data.owner) if data.owner else viewer.user_id
        wish = FolderWish(
            path=Path(data.path),
            owner_id=owner_id,
            channel_id=_channel(session, data.channel, owner_id),
            privacy=data.privacy,
            mode=data.mode,
            polling=data.polling,
            ignore=tuple(data.ignore),
        )
        public_id = service.add_folder(session, site, wish).public_id
    site.part(Folders).changed()
    return folder_out(site, public_id)


@patch(PATH + "/{folder_id:str}", policy=admin, sync_to_thread=True)
def change_folder(site: NamedDependency[Site], folder_id: FromPath[str], data: JSONBody[FolderChange]) -> FolderOut:
    """Change how a folder is watched, or switch it off."""
    with site.write() as session:
        service.change_folder(session, folder_id, _changed(session, service.find_folder(session, folder_id), data))
    site.part(Folders).changed()
    return folder_out(site, folder_id)


@delete(PATH + "/{folder_id:str}", policy=admin, sync_to_thread=True, status_code=204)
def remove_folder(site: NamedDependency[Site], folder_id: FromPath[str]) -> None:
    """Watch it no more. Its videos and its files stay."""
    with site.write() as session:
        service.remove_folder(session, folder_id)
    site.part(Folders).changed()


@post(PATH + "/{folder_id:str}/sweep", policy=admin, sync_to_thread=True, status_code=202)
def sweep_folder(site: NamedDependency[Site], folder_id: FromPath[str]) -> FolderOut:
    """Look at everything in it now."""
    with site.read() as session:
        row_id = service.find_folder(session, folder_id).id
    site.part(Folders).sweep_now(row_id)
    return folder_out(site, folder_id)


@post(PATH + "/entries/{entry_id:str}/retry", policy=admin, sync_to_thread=True, status_code=202)
def retry_entry(site: NamedDependency[Site], entry_id: FromPath[str]) -> FolderOut:
    """Try a file again that failed, or that was left alone."""
    with site.write() as session:
        entry = service.ask_again(session, entry_id, now=site.now())
        folder = session.get(WatchedFolder, entry.folder_id)
        assert folder is not None
        public_id = folder.public_id
    site.part(Folders).sweep_now(entry.folder_id)
    return folder_out(site, public_id)


def _changed(session: Session, folder: WatchedFolder, data: FolderChange) -> FolderWish:
    owner_id = _owner(session, data.owner) if isinstance(data.owner, str) else folder.owner_id
    named = data.channel if isinstance(data.channel, str) else None
    keeps = named is None and owner_id == folder.owner_id
    return FolderWish(
        path=Path(folder.path),
        owner_id=owner_id,
        channel_id=folder.channel_id if keeps else _channel(session, named, owner_id),
        privacy=folder.privacy if isinstance(data.privacy, UnsetType) else data.privacy,
        mode=Mode(folder.mode) if isinstance(data.mode, UnsetType) else data.mode,
        polling=folder.polling if isinstance(data.polling, UnsetType) else data.polling,
        ignore=tuple(folder.ignore.splitlines()) if isinstance(data.ignore, UnsetType) else tuple(data.ignore),
        enabled=folder.enabled if isinstance(data.enabled, UnsetType) else data.enabled,
    )


def _owner(session: Session, name: str) -> str:
    found = session.exec(select(User.id).where(User.folded == fold(name))).first()
    if found is None:
        raise Invalid(N_("There is nobody of that name."), fields={"owner": N_("There is nobody of that name.")})
    return found


def _channel(session: Session, handle: str | None, owner_id: str) -> str:
    if handle:
        found = session.exec(select(Channel.id).where(Channel.handle == handle.removeprefix("@"))).first()
    else:
        first = first_channel(session, owner_id)
        found = first.id if first else None
    if found is None:
        raise Invalid(N_("There is no such channel."), fields={"channel": N_("There is no such channel.")})
    return found


handlers = [folders_json, add_folder, change_folder, remove_folder, sweep_folder, retry_entry]
