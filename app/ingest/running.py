"""What of getting video in runs beside requests, started and stopped with the site."""

from contextlib import ExitStack

from app.ingest.receiving import Receiver
from app.ingest.upkeep import Upkeep
from app.site import Site


def start_ingest(site: Site, stack: ExitStack) -> None:
    """Uploads that a crash left behind are finished; at the end what arrives is flushed and its sender told to come back."""
    receiver = site.part(Receiver)
    site.on_stopping.append(receiver.stop)
    stack.callback(receiver.close)
    upkeep = Upkeep(site)
    upkeep.start()
    stack.callback(upkeep.stop)
