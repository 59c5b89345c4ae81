"""No address that leads into a network of our own is ever talked to."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.http.addresses import may_be_reached

PRIVATE_4 = st.one_of(
    *(
        st.ip_addresses(network=one)
        for one in (
            "10.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "100.64.0.0/10",
            "0.0.0.0/8",
            "224.0.0.0/4",
            "240.0.0.0/4",
        )
    )
)


@pytest.mark.parametrize(
    "address",
    [
        "10.1.2.3",
        "172.31.255.255",
        "192.168.0.1",
        "169.254.169.254",
        "168.63.129.16",
        "192.31.196.1",
        "192.175.48.255",
        "2620:4f:8000::1",
        "100.64.0.1",
        "0.0.0.0",
        "255.255.255.255",
        "224.0.0.1",
        "127.0.0.1",
        "::",
        "::1",
        "::ffff:93.184.216.34",
        "::ffff:127.0.0.1",
        "::127.0.0.1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "ff02::1",
        "64:ff9b::7f00:1",
        "64:ff9b::5db8:d822",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:db8::1",
        "100::1",
    ],
)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert not may_be_reached(address)


@pytest.mark.parametrize(
    "address",
    ["93.184.216.34", "1.1.1.1", "168.63.129.17", "2606:4700::1111", "2a00::1", "2620:4f:8001::1"],
)
def test_a_public_address_may_be_reached(address: str) -> None:
    assert may_be_reached(address)


@given(PRIVATE_4)
def test_no_ipv6_form_smuggles_a_private_ipv4_address(inner: IPv4Address) -> None:
    number = int(inner)
    for outer in (
        number,  # ::a.b.c.d
        0xFFFF << 32 | number,  # mapped
        (0x64FF9B << 96) | number,  # NAT64
        (0x64FF9B0001 << 80) | number,  # local NAT64
        (0x2002 << 112) | number << 80,  # 6to4
        (0x20010000 << 96) | (number ^ 0xFFFFFFFF),  # Teredo
    ):
        assert not may_be_reached(str(IPv6Address(outer)), trust_loopback=outer != 1)


@given(st.ip_addresses())
def test_what_may_be_reached_is_global_for_the_standard_library_too(
    address: IPv4Address | IPv6Address,
) -> None:
    if may_be_reached(str(address)):
        assert address.is_global
        assert not address.is_multicast


@given(st.ip_addresses())
def test_trusting_loopback_opens_loopback_and_nothing_else(
    address: IPv4Address | IPv6Address,
) -> None:
    is_loopback = address in ip_network("127.0.0.0/8") or address == ip_address("::1")
    expected = may_be_reached(str(address)) or is_loopback
    assert may_be_reached(str(address), trust_loopback=True) == expected
