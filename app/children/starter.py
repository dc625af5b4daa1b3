"""One thread that starts every child and lives as long as the process.

The kernel's "die with your parent" fires when the *thread* that forked ends, so a worker thread must never be that parent.
"""

import queue
import subprocess
import threading
from concurrent.futures import Future
from typing import Any, cast

Work = tuple["Future[subprocess.Popen[bytes]]", list[str], dict[str, Any]]

_orders: "queue.SimpleQueue[Work]" = queue.SimpleQueue()
_lock = threading.Lock()
_thread: threading.Thread | None = None


def popen(argv: list[str], **options: Any) -> "subprocess.Popen[bytes]":
    """`subprocess.Popen`, from the lasting thread."""
    _wake()
    answer: Future[subprocess.Popen[bytes]] = Future()
    _orders.put((answer, argv, options))
    return answer.result()


def _wake() -> None:
    global _thread
    with _lock:
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_serve, name="children", daemon=True)
            _thread.start()


def _serve() -> None:
    while True:
        answer, argv, options = _orders.get()
        try:
            answer.set_result(cast("subprocess.Popen[bytes]", subprocess.Popen(argv, **options)))
        except BaseException as error:  # noqa: BLE001 - handed to the caller, who waits for it
            answer.set_exception(error)
