"""/admin/folders: the watched folders, on a page that works without scripts."""

from datetime import datetime
from pathlib import Path
from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from msgspec import Struct
from sqlmodel import col, select

from app.errors import HomereelError, Invalid
from app.http.pages import Page, page
from app.http.policy import admin_page
from app.http.viewer import Viewer
from app.http.words import number, when
from app.i18n import N_, _, ntranslate
from app.ingest import folder_service as service
from app.ingest.folder_service import FolderWish
from app.ingest.folder_views import EntryOut, FolderOut, folder_list
from app.ingest.folders import Folders
from app.ingest.models import EntryState, Mode
from app.site import Site
from app.videos.models import Channel
from app.videos.views import editable_channels

PATH = "/admin/folders"
LISTED = 20  # shown of one folder; the API lists more
MODES = (
    (Mode.IN_PLACE, N_("They stay where they are"), N_("Homereel only reads them.")),
    (Mode.COPY, N_("They are copied"), N_("The folder stays as it is.")),
    (Mode.MOVE, N_("They move in"), N_("The folder is emptied, once each film is safe.")),
)


class FolderForm(Struct):
    path: str = ""
    mode: str = Mode.IN_PLACE
    channel: str = ""
    privacy: str = "members"


class RetryForm(Struct):
    failure: str = ""


@get(PATH, policy=admin_page, sync_to_thread=True, include_in_schema=False)
def folders_page(site: NamedDependency[Site], viewer: NamedDependency[Viewer]) -> Page:
    return _folders(site, viewer)


@post(PATH, policy=admin_page, sync_to_thread=True, include_in_schema=False, status_code=200)
def add_form(site: NamedDependency[Site], viewer: NamedDependency[Viewer], data: URLEncodedBody[FolderForm]) -> Page | Redirect:
    try:
        wish = FolderWish(Path(data.path.strip()), viewer.user_id, data.channel, data.privacy, _mode(data.mode))
        service.refuse_place(site, wish.path)
        with site.write() as session:
            service.add_folder(session, site, wish)
    except (HomereelError, ValueError) as error:  # ValueError: a path with a zero byte in it
        shown = error if isinstance(error, HomereelError) else Invalid(N_("There is no such folder on this machine."))
        return _folders(site, viewer, error=shown, values={"path": data.path[:4000], "mode": data.mode[:20], "privacy": data.privacy[:20]})
    site.part(Folders).changed()
    return Redirect(PATH, status_code=303)


@post(PATH + "/{folder_id:str}/look", policy=admin_page, sync_to_thread=True, include_in_schema=False)
def look_form(site: NamedDependency[Site], folder_id: FromPath[str]) -> Redirect:
    with site.read() as session:
        row_id = service.find_folder(session, folder_id).id
    site.part(Folders).sweep_now(row_id)
    return Redirect(PATH, status_code=303)


@post(PATH + "/{folder_id:str}/remove", policy=admin_page, sync_to_thread=True, include_in_schema=False)
def remove_form(site: NamedDependency[Site], folder_id: FromPath[str]) -> Redirect:
    with site.write() as session:
        service.remove_folder(session, folder_id)
    site.part(Folders).changed()
    return Redirect(PATH, status_code=303)


@post(PATH + "/{folder_id:str}/retry", policy=admin_page, sync_to_thread=True, include_in_schema=False)
def retry_form(site: NamedDependency[Site], folder_id: FromPath[str], data: URLEncodedBody[RetryForm]) -> Redirect:
    with site.write() as session:
        row_id = service.find_folder(session, folder_id).id
        service.ask_again(session, data.failure, now=site.now())
    site.part(Folders).sweep_now(row_id)
    return Redirect(PATH, status_code=303)


def _mode(value: str) -> Mode:
    try:
        return Mode(value)
    except ValueError as error:
        raise Invalid(N_("Choose one of these."), fields={"mode": N_("Choose one of these.")}) from error


def _folders(site: Site, viewer: Viewer, *, error: HomereelError | None = None, values: dict[str, str] | None = None) -> Page:
    with site.read() as session:
        names = dict(session.exec(select(Channel.handle, Channel.name).order_by(col(Channel.id))).all())
        channels = [(channel.id, channel.name) for channel in editable_channels(session, viewer)]
    now = site.clock().astimezone()
    fields = error.fields if isinstance(error, Invalid) else {}
    return page(
        "admin/folders.html",
        status=error.status if error else 200,
        folders=[_shown(folder, names, now) for folder in folder_list(site).items],
        channels=channels,
        modes=[(str(value), _(name), _(text)) for value, name, text in MODES],
        values=values or {},
        errors={name: _(sentence) for name, sentence in fields.items()} or ({"path": str(error)} if error else {}),
    )


def _shown(folder: FolderOut, names: dict[str, str], now: datetime) -> dict[str, Any]:
    """In words: what is well, what is not, and what waits."""
    failures = [entry for entry in folder.entries if entry.state == EntryState.FAILED]
    state, text = _state(folder, len(failures))
    told = [entry for entry in folder.entries if entry.state in (EntryState.FAILED, EntryState.SKIPPED)]
    return {
        "id": folder.id,
        "path": folder.path,
        "name": _("Inbox") if folder.inbox else Path(folder.path).name or folder.path,
        "channel_name": names.get(folder.channel, folder.channel),
        "owner_name": folder.owner,
        "privacy": folder.privacy,
        "mode_name": next(_(name) for value, name, _text in MODES if value == folder.mode),
        "state": state,
        "state_text": text,
        "counts_text": _counts(folder),
        "last_look_text": _("last looked at: {when}").format(when=when(folder.swept_at, now)) if folder.swept_at else "",
        "failures": [_failure(entry) for entry in told[:LISTED]],
        "skipped_text": _skipped(folder),
        "fixed": folder.inbox,
    }


def _state(folder: FolderOut, failures: int) -> tuple[str, str]:
    if not folder.enabled:
        return "away", _("Switched off")
    if folder.fault:
        return "away", _(folder.fault)
    if failures:
        return "trouble", ntranslate("One file needs a look", "{count} files need a look", failures).format(count=number(failures))
    return "ok", _("Watching")


def _counts(folder: FolderOut) -> str:
    taken = folder.counts.get(EntryState.DONE, 0) + folder.counts.get(EntryState.ALREADY, 0)
    parts = [ntranslate("One film came from here", "{count} films came from here", taken).format(count=number(taken))] if taken else []
    if folder.waiting:
        parts.append(ntranslate("one file waits", "{count} files wait", folder.waiting).format(count=number(folder.waiting)))
    return " · ".join(parts) or _("Nothing has come from here yet")


def _skipped(folder: FolderOut) -> str:
    count = folder.counts.get(EntryState.SKIPPED, 0)
    return ntranslate("One file was left alone.", "{count} files were left alone.", count).format(count=number(count)) if count else ""


def _failure(entry: EntryOut) -> dict[str, str | bool]:
    return {"id": entry.id, "name": entry.path, "reason": _(entry.reason), "skipped": entry.state == EntryState.SKIPPED}


handlers = [folders_page, add_form, look_form, remove_form, retry_form]
