"""Events of the file system. The one module that knows watchdog."""

import logging
import os
from collections.abc import Callable
from pathlib import Path

import structlog
from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver
from watchdog.observers.polling import PollingObserver

POLL = 5.0  # seconds between looks where events do not come
_OURS = frozenset({"created", "modified", "closed", "moved", "deleted"})  # reading a file is an event too, and would wake us by ourselves

log = structlog.get_logger(__name__)
Told = Callable[[Path | None], None]


class Watch:
    """Calls `told(path)` for a file that changed, `told(None)` where only a look at everything will do. From threads of its own."""

    def __init__(self, folder: Path, told: Told, *, polling: bool) -> None:
        self.folder, self.polling = folder, polling
        self._told = told
        self._observer: BaseObserver | None = None
        self._overflow = _Overflow(told)

    def start(self) -> None:
        """By events; in turns where they are not to be had (the kernel's limit on watched folders, say)."""
        logging.getLogger("watchdog").addHandler(self._overflow)
        if not self.polling:
            try:
                self._observer = self._begin(Observer())
            except OSError as error:
                log.warning("events are not to be had, so the folder is looked at in turns", folder=str(self.folder), error=str(error))
                self.polling = True
            else:
                return
        self._observer = self._begin(PollingObserver(timeout=POLL))

    def _begin(self, observer: BaseObserver) -> BaseObserver:
        observer.schedule(_Handler(self._told), str(self.folder), recursive=True)
        observer.daemon = True
        observer.start()
        return observer

    def stop(self) -> None:
        logging.getLogger("watchdog").removeHandler(self._overflow)
        if self._observer is not None:
            self._observer.stop()
            self._observer.join(timeout=5)


class _Handler(FileSystemEventHandler):
    def __init__(self, told: Told) -> None:
        self._told = told

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type not in _OURS:
            return
        if event.is_directory:
            if event.event_type != "modified":  # every new file modifies its folder
                self._told(None)
            return
        if event.event_type == "deleted":
            self._told(None)
            return
        self._told(Path(_text(event.dest_path if event.event_type == "moved" else event.src_path)))
        if event.event_type == "moved":
            self._told(None)


class _Overflow(logging.Handler):
    """watchdog only logs that the kernel dropped events; whoever relies on them must hear of it."""

    def __init__(self, told: Told) -> None:
        super().__init__(level=logging.WARNING)
        self._told = told

    def emit(self, record: logging.LogRecord) -> None:
        if "overflow" in record.getMessage().lower():
            self._told(None)


def _text(path: bytes | str) -> str:
    return os.fsdecode(path)
