"""A cap on what one viewer from outside the house takes, over all their connections together: so that the line serves others too."""

import ipaddress
import time
from collections import OrderedDict
from dataclasses import dataclass

from app.http.proxies import is_within, networks

BURST = 2.0  # seconds of the cap that may go at once, so that a player starts quickly
MOST = 4096  # viewers remembered
_HOME = ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "::1/128", "fc00::/7", "fe80::/10")
_NETWORKS = networks(_HOME)


@dataclass
class Bucket:
    """Fills with `rate` bytes a second up to BURST seconds of it; whoever takes more waits, all in one queue."""

    rate: float
    level: float
    at: float

    def take(self, length: int, *, now: float) -> float:
        """Take these bytes; the seconds to wait before sending them."""
        self.level = min(self.rate * BURST, self.level + (now - self.at) * self.rate) - length
        self.at = now
        return max(0.0, -self.level / self.rate)


class Caps:
    """`rate` in bytes a second for each viewer, 0 for no cap. For the event loop alone."""

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def applies(self, address: str) -> bool:
        return self.rate > 0 and is_outside(address)

    def of(self, viewer: str, address: str) -> Bucket | None:
        """The bucket of this viewer (their id, or the address of somebody who is not signed in); None where nothing is capped."""
        if not self.applies(address):
            return None
        key = viewer or _source(address)
        if key not in self._buckets:
            self._buckets[key] = Bucket(self.rate, self.rate * BURST, time.monotonic())
        self._buckets.move_to_end(key)
        while len(self._buckets) > MOST:
            self._buckets.popitem(last=False)
        return self._buckets[key]


def is_outside(address: str) -> bool:
    """Whether this is neither this machine nor its home network."""
    return not is_within(address, _NETWORKS)


def _source(address: str) -> str:
    """IPv6 by /64: one house has that many addresses of its own."""
    try:
        found = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return address
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else address
