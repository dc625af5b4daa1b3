"""What of getting video in runs beside requests, made, started and stopped with the site."""

from contextlib import ExitStack

from sqlmodel import col, select

from app.accounts.models import User
from app.http.viewer import Role
from app.ingest.folder_service import ensure_inbox
from app.ingest.folders import Folders
from app.ingest.receiving import Receiver
from app.ingest.upkeep import Upkeep, drop_cut_copies
from app.site import Site


def provide_ingest(site: Site) -> None:
    site.provide(Receiver())
    site.provide(Folders(site))


def give_inbox(site: Site, owner_id: str) -> None:
    """The moment a site is claimed it has a folder to drop films into."""
    ensure_inbox(site, owner_id)
    site.part(Folders).changed()


def start_ingest(site: Site, stack: ExitStack) -> None:
    """Uploads that a crash left behind are finished; at the end what arrives is flushed and its sender told to come back."""
    receiver = site.part(Receiver)
    site.on_stopping.append(receiver.stop)
    stack.callback(receiver.close)
    drop_cut_copies(site)  # before anything new is copied
    upkeep = Upkeep(site)
    upkeep.start()
    stack.callback(upkeep.stop)
    with site.read() as session:
        owner_id = session.exec(select(User.id).where(User.role == Role.OWNER).order_by(col(User.id))).first()
    if owner_id is not None:
        ensure_inbox(site, owner_id)
    folders = site.part(Folders)
    folders.start()
    stack.callback(folders.stop)
