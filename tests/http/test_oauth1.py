"""Signed requests, against the examples of RFC 5849 and of X's documentation."""

import re
from datetime import UTC, datetime

import pytest

from chalicelib.http.oauth1 import Signer, base_string

RFC = Signer(
    key="dpf43f3p2l4k3l03",
    secret="kd94hf93k423kf44",
    token="nnch734d00sl2jdk",
    token_secret="pfkkdhi9sl3r4s00",
)
"""The client and the printer of RFC 5849, 1.2."""


def at(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)


def test_the_base_string_is_that_of_the_rfc() -> None:
    """RFC 5849, 3.4.1.1, the body of a form included."""
    own = [
        ("oauth_consumer_key", "9djdj82h48djs9d2"),
        ("oauth_token", "kkk9d7dh3k39sjv7"),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", "137131201"),
        ("oauth_nonce", "7d8f3e4a"),
    ]
    form = [("c2", ""), ("a3", "2 q")]
    found = base_string(
        "POST", "http://EXAMPLE.com:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b", own + form
    )
    assert found == (
        "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q"
        "%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_"
        "key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_m"
        "ethod%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk"
        "9d7dh3k39sjv7"
    )


def test_a_request_is_signed_as_in_the_documentation_of_x() -> None:
    """docs.x.com, "Creating a signature": its keys, its text, its result."""
    signer = Signer(
        key="xvz1evFS4wEEPTGEFPHBog",
        secret="kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
        token="370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
        token_secret="LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
    )
    header = signer.authorization(
        "POST",
        "https://api.twitter.com/1.1/statuses/update.json?include_entities=true",
        form=[("status", "Hello Ladies + Gentlemen, a signed OAuth request!")],
        now=at(1318622958),
        nonce="kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg",
    )
    assert 'oauth_signature="hCtSmYh%2BiHYCEqBWrE7C7hYmtUk%3D"' in header


def test_what_stands_in_the_address_and_what_is_given_beside_it_are_one_query() -> None:
    url, now = "http://photos.example.net/photos", at(137131202)
    whole = url + "?file=vacation.jpg&size=original"
    params = [("size", "original"), ("file", "vacation.jpg")]
    one = RFC.authorization("GET", whole, now=now, nonce="chapoH")
    assert one == RFC.authorization("GET", url, params=params, now=now, nonce="chapoH")


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://Photos.example.net", "http%3A%2F%2Fphotos.example.net%2F"),
        ("https://photos.example.net:443/a", "https%3A%2F%2Fphotos.example.net%2Fa"),
        ("https://photos.example.net:80/a", "https%3A%2F%2Fphotos.example.net%3A80%2Fa"),
        ("http://127.0.0.1:8123/a", "http%3A%2F%2F127.0.0.1%3A8123%2Fa"),
    ],
)
def test_an_address_is_signed_without_its_usual_port(url: str, address: str) -> None:
    assert base_string("get", url, []) == f"GET&{address}&"


def test_no_two_requests_have_one_nonce() -> None:
    headers = [RFC.authorization("GET", "https://x.example/", now=at(1)) for _ in range(2)]
    nonces = {re.findall('oauth_nonce="(.+?)"', header)[0] for header in headers}
    assert len(nonces) == 2


def test_a_signer_does_not_show_its_secrets() -> None:
    shown = repr(RFC)
    assert not any(one in shown for one in (RFC.secret, RFC.token, RFC.token_secret))
