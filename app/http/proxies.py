"""Who is asking, where a proxy stands in front. None is trusted until the keeper names it (SECURITY NET-3)."""

import ipaddress
from collections.abc import Sequence
from typing import Any

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
BY_PROXY = "by_proxy"  # in the scope's state: the request came through a proxy that is trusted
_MOST = 20  # hops that are looked at


def networks(texts: Sequence[str]) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(text, strict=False) for text in texts)


def client_address(peer: str, forwarded: str, trusted: Sequence[Network]) -> str:
    """The nearest address that is no trusted proxy's: `forwarded` (X-Forwarded-For) is read from right to left, and as far as
    those who wrote it are trusted."""
    address = peer
    hops = [hop.strip() for hop in forwarded.split(",")][-_MOST:] if forwarded.strip() else []
    while hops and is_within(address, trusted):
        hop = _plain(hops.pop())
        if hop is None:
            break
        address = hop
    return address


def is_within(address: str, networks: Sequence[Network]) -> bool:
    try:
        found = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return any(found in network for network in networks)


def see_through(scope: Any, trusted: Sequence[Network]) -> None:
    """Put the real client in the scope's place for it, and note that a trusted proxy passed the request on."""
    peer = scope.get("client")
    if not trusted or not peer or not is_within(peer[0], trusted):
        return
    forwarded = b",".join(value for name, value in scope["headers"] if name.lower() == b"x-forwarded-for").decode("latin-1")
    if not forwarded.strip():
        return  # somebody at the proxy's own machine, not the proxy
    scope["state"][BY_PROXY] = True
    address = client_address(peer[0], forwarded, trusted)
    if address != peer[0]:
        scope["client"] = (address, 0)


def _plain(hop: str) -> str | None:
    """The address in one hop, without port and brackets; None if there is none."""
    bare = hop.strip('"')
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        return str(ipaddress.ip_address(bare))
    except ValueError:
        return None
