"""Guessing is limited, per account and per source, by what no header can change (SECURITY AU-4).

A guess takes a place before it is looked at and gives it back only when it was right, so that guesses made at the same
moment cannot pass the limit together. Who is signed in already is not asked and not hindered.
"""

import ipaddress
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from litestar.connection import ASGIConnection

from app.errors import TooMany
from app.i18n import N_

WINDOW = 600.0  # seconds
PER_ACCOUNT = 10
PER_SOURCE = 20
_PER_PROVIDER = 60  # an IPv6 customer may have a /48, which is 65 536 sources
_KEYS = 20_000


def source_of(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The address that the bytes came from. No proxy is trusted until one is configured, so no header is read."""
    return connection.client.host if connection.client else ""


def _network(source: str, bits: int) -> str:
    try:
        address = ipaddress.ip_address(source.split("%")[0])
    except ValueError:
        return source
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, bits), strict=False))
    return str(address)


class Throttle:
    """Counts wrong guesses of the last ten minutes. Forgets the oldest keys rather than grow."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, *, keys: int = _KEYS) -> None:
        self._clock, self._most = clock, keys
        self._lock = threading.Lock()
        self._wrong: OrderedDict[str, deque[float]] = OrderedDict()

    @contextmanager
    def guess(self, *, account: str, source: str) -> Iterator[Callable[[], None]]:
        """`with throttle.guess(…) as right:` – call `right()` if the guess was; TooMany before it is looked at if there were too many.

        An error inside says nothing about the guess, but the place stays taken: errors must not be a way to guess for free.
        """
        limits = {f"account {account}": PER_ACCOUNT, f"source {_network(source, 64)}": PER_SOURCE}
        if ":" in source:
            limits[f"provider {_network(source, 48)}"] = _PER_PROVIDER
        moment = self._take(limits)
        yield lambda: self._give_back(limits, moment)

    def __len__(self) -> int:
        return len(self._wrong)

    def _take(self, limits: dict[str, int]) -> float:
        with self._lock:
            now = self._clock()
            wait = max(self._wait(key, limit, now) for key, limit in limits.items())
            if wait > 0:
                raise TooMany(
                    N_("That was tried too often. Wait {minutes} min and try again. Devices that are signed in stay signed in."),
                    retry_after=wait,
                    minutes=max(1, round(wait / 60 + 0.5)),
                )
            for key in limits:
                self._wrong.setdefault(key, deque()).append(now)
                self._wrong.move_to_end(key)
            while len(self._wrong) > self._most:
                self._wrong.popitem(last=False)
            return now

    def _wait(self, key: str, limit: int, now: float) -> float:
        """Seconds until this key may guess again; forgets what is too old to count."""
        times = self._wrong.get(key)
        if times is None:
            return 0
        while times and times[0] <= now - WINDOW:
            times.popleft()
        if not times:
            del self._wrong[key]
            return 0
        return times[0] + WINDOW - now if len(times) >= limit else 0

    def _give_back(self, limits: dict[str, int], moment: float) -> None:
        with self._lock:
            for key in limits:
                times = self._wrong.get(key)
                if times and moment in times:
                    times.remove(moment)
                    if not times:
                        del self._wrong[key]
