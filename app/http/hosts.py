"""Which names this site answers to (SECURITY WEB-6): a page elsewhere that rebinds its own name to our address gets 421."""

import ipaddress
import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

# Suffixes that home routers give, none of which anyone can own on the internet (RFC 6762, RFC 8375, RFC 9476 and habit).
_HOME = ("", ".local", ".lan", ".home", ".home.arpa", ".internal", ".localdomain", ".fritz.box")


def known_hosts(configured: Iterable[str], base_url: str = "") -> frozenset[str]:
    """Every name without port that is ours, in lower case; IP addresses are always ours and not listed."""
    own = socket.gethostname().lower().split(".")[0]
    names = {f"{name}{suffix}" for name in ("homereel", own) if name for suffix in _HOME}
    names |= {"localhost", socket.gethostname().lower()}
    names |= {name.strip().lower().rstrip(".") for name in configured}
    if base_url:
        names.add((urlsplit(base_url).hostname or "").lower())
    return frozenset(names - {""})


def host_name(header: str) -> str | None:
    """The name in a Host header, without port, brackets and trailing dot; None if it is malformed."""
    try:
        parts = urlsplit(f"//{header}")
        _ = parts.port
    except ValueError:
        return None
    if parts.path or parts.query or parts.fragment or "@" in header or not parts.hostname:
        return None
    return parts.hostname.lower().rstrip(".")


def is_ours(header: str, hosts: frozenset[str]) -> bool:
    name = host_name(header)
    if name is None:
        return False
    if name in hosts or name.endswith(".localhost"):
        return True
    try:
        ipaddress.ip_address(name.split("%")[0])
    except ValueError:
        return False
    return True
