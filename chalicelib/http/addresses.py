"""Which addresses may be talked to: public ones, and nothing that leads into our own network.

The lists are the IANA special-purpose address registries (iana.org/assignments, October 2026):
what is not globally reachable, and what carries another address inside (mapped, NAT64, 6to4,
Teredo), since the outer address says nothing about where such a packet ends.
"""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_REFUSED_4 = tuple(
    ip_network(one)
    for one in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",
        "100.64.0.0/10",  # shared between a carrier and its customers
        "127.0.0.0/8",
        "168.63.129.16/32",  # Azure's own services, at each of its machines
        "169.254.0.0/16",  # link-local: the metadata services of clouds
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112: answered by whichever machine is next
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and the broadcast address
    )
)

_GLOBAL_6 = ip_network("2000::/3")
"""All that is global unicast; leaves out ::1, mapped, fc00::/7, fe80::/10, ff00::/8, 64:ff9b::."""

_REFUSED_6 = tuple(
    ip_network(one)
    for one in (
        "2001::/23",  # IETF protocols, Teredo among them
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)

_LOOPBACK_4 = ip_network("127.0.0.0/8")
_LOOPBACK_6 = IPv6Address("::1")


def may_be_reached(address: str, *, trust_loopback: bool = False) -> bool:
    """Whether `address` (IPv4 or IPv6, as text) may be connected to.

    With `trust_loopback` so may 127.0.0.0/8 and ::1, and nothing else that is private.
    """
    ip = ip_address(address)
    if isinstance(ip, IPv4Address):
        if trust_loopback and ip in _LOOPBACK_4:
            return True
        return not any(ip in network for network in _REFUSED_4)
    if trust_loopback and ip == _LOOPBACK_6:
        return True
    return ip in _GLOBAL_6 and not any(ip in network for network in _REFUSED_6)
