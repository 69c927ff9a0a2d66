"""Which addresses a user's URL may lead to: public unicast ones, whatever they are wrapped in."""

import asyncio
import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address

_SPECIAL_V4 = tuple(
    IPv4Network(block)
    for block in (
        "192.0.0.0/24",  # IETF assignments; older Pythons know only a part of it
        "192.88.99.0/24",  # the 6to4 relays of the past
    )
)
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")


async def addresses_of(host: str, port: int) -> list[Address]:
    """All addresses of a name, or the one that it is. Raises OSError or UnicodeError where there is none."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, proto=socket.IPPROTO_TCP)
    return [ip_address(sockaddr[0]) for *_, sockaddr in found]


def is_public(address: Address) -> bool:
    """Whether an address, and every IPv4 address that is embedded in it, is public unicast."""
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast and not any(address in block for block in _SPECIAL_V4)
    if address.ipv4_mapped is not None:
        return is_public(address.ipv4_mapped)
    if address in _NAT64:
        return is_public(IPv4Address(address.packed[-4:]))
    if address not in _GLOBAL_UNICAST or not address.is_global:
        return False
    return all(is_public(inner) for inner in _tunnelled(address))


def _tunnelled(address: IPv6Address) -> list[IPv4Address]:
    """The IPv4 addresses that 6to4 and Teredo would carry the packets to."""
    inner = list(address.teredo or ())
    if address.sixtofour is not None:
        inner.append(address.sixtofour)
    return inner
