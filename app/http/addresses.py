"""Under which addresses this machine can be reached from the home network: what is printed at start, and what phones scan."""

import ipaddress
import socket
from collections.abc import Iterable

import psutil

from app.settings import Settings

# Bridges and tunnels of containers and virtual machines: nothing at home can reach the machine there.
_INNER = ("docker", "br-", "veth", "virbr", "vmnet", "vboxnet", "lxc", "lxd", "cni", "flannel", "podman", "zt", "utun", "lo")
_ELSEWHERE = "192.0.2.1"  # for documentation only (RFC 5737); nothing is sent there


def addresses(settings: Settings, port: int | None = None) -> list[str]:
    """Every address the site answers to, the one to give to others first. `port` is the one that was got, where the setting says 0."""
    at = settings.port if port is None else port
    found = [settings.base_url] if settings.base_url else []
    if _everywhere(settings.host):
        found += [_address(host, at) for host in lan_hosts(_interfaces(), preferred=_preferred())]
    elif not _is_loopback(settings.host):
        found.append(_address(settings.host, at))
    return list(dict.fromkeys([*found, _address("localhost", at)]))


def lan_hosts(interfaces: Iterable[tuple[str, str]], preferred: str = "") -> list[str]:
    """Of (name, address) of every interface, the addresses that others at home reach: IPv4 if there are any, the usual one first."""
    usable = [address for name, address in interfaces if not name.startswith(_INNER) and _reachable(address)]
    plain = [address for address in usable if ":" not in address] or usable
    return sorted(plain, key=lambda address: (address != preferred, not _private(address)))


def _interfaces() -> list[tuple[str, str]]:
    families = {socket.AF_INET, socket.AF_INET6}
    return [(name, each.address) for name, found in psutil.net_if_addrs().items() for each in found if each.family in families]


def _preferred() -> str:
    """The address that packets to other machines leave from. Only the routing table is asked."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((_ELSEWHERE, 9))
        except OSError:
            return ""
        return str(probe.getsockname()[0])


def _everywhere(host: str) -> bool:
    return host in ("", "0.0.0.0", "::")  # noqa: S104 - compared, not listened on


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _reachable(address: str) -> bool:
    found = ipaddress.ip_address(address.split("%")[0])
    return not (found.is_loopback or found.is_link_local or found.is_multicast or found.is_unspecified)


def _private(address: str) -> bool:
    return ipaddress.ip_address(address.split("%")[0]).is_private


def _address(host: str, port: int) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}" if port == 80 else f"http://{shown}:{port}"
