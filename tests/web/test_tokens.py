"""Who a token lets in, and until when."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization

from chalicelib.domain.errors import SourceUnavailable
from chalicelib.web.tokens import Agent, InvalidToken
from chalicelib.web.tokens import verify as verified
from tests.builders import NOW
from tests.fakes import FakeKeySets
from tests.identity import KID, POOL, claims, key_sets, private_key, public_key, sign, signed


def verify(
    token: str, *, later: timedelta = timedelta(0), keys: FakeKeySets | None = None
) -> Agent:
    return verified(token, keys=keys or key_sets(), pool=POOL, now=NOW + later)


def refusal(token: str, *, later: timedelta = timedelta(0)) -> str:
    with pytest.raises(InvalidToken) as raised:
        verify(token, later=later)
    return str(raised.value)


def test_a_token_says_who_signed_in_and_until_when() -> None:
    agent = verify(sign("gus", now=NOW, name="Gus Gruber", roles=("agent", "lead")))
    assert (agent.id, agent.name, agent.first_name) == ("gus", "Gus Gruber", "Gus")
    assert agent.roles == ("agent", "lead")
    assert agent.expires_at == NOW + timedelta(hours=1)


def test_a_preferred_name_is_the_id_so_that_a_federated_responder_is_known() -> None:
    assert verify(sign("Okta_123", now=NOW, preferred_username="gus")).id == "gus"


def test_a_given_name_is_what_customers_see() -> None:
    assert verify(sign(now=NOW, name="Gruber, Gus", given_name="Gus")).first_name == "Gus"


def test_who_has_no_name_is_called_by_the_id() -> None:
    agent = verify(signed({**claims("gus", now=NOW), "name": "  "}))
    assert (agent.name, agent.first_name) == ("gus", "gus")


def test_a_token_is_good_until_the_second_it_expires() -> None:
    token = sign(now=NOW)
    assert verify(token, later=timedelta(minutes=59, seconds=59)).id == "gus"
    assert "expired" in refusal(token, later=timedelta(hours=1))


def test_a_token_from_the_future_opens_nothing_but_a_minute_of_skew_is_forgiven() -> None:
    assert verify(sign(now=NOW + timedelta(seconds=50)))
    assert "clocks" in refusal(sign(now=NOW + timedelta(minutes=2)))
    not_before = int((NOW + timedelta(minutes=2)).timestamp())
    assert "clocks" in refusal(sign(now=NOW, nbf=not_before))


def test_a_token_of_another_pool_opens_nothing() -> None:
    other = POOL.issuer + "2"
    assert "another user pool" in refusal(sign(now=NOW, iss=other))


def test_a_token_for_another_client_opens_nothing() -> None:
    assert "another application" in refusal(sign(now=NOW, aud="another"))
    assert "another application" in refusal(sign(now=NOW, aud=[POOL.client_id, "another"]))


def test_an_access_token_opens_nothing() -> None:
    access = claims(now=NOW, aud=None, token_use="access", client_id=POOL.client_id)
    assert "id token" in refusal(signed(access))
    assert "id token" in refusal(sign(now=NOW, token_use=None))


def test_a_token_signed_with_another_key_under_our_keys_name_opens_nothing() -> None:
    assert "not signed for this desk" in refusal(sign(now=NOW, key="theirs"))


def test_a_token_of_a_key_nobody_knows_opens_nothing() -> None:
    assert "key is none" in refusal(sign(now=NOW, kid="another"))


@pytest.mark.parametrize("kid", ["", "../../x", "x" * 200, 7, None])
def test_a_name_of_a_key_that_can_be_none_is_not_asked_for(kid: object) -> None:
    keys = key_sets()
    headers = {} if kid is None else {"kid": kid}
    # PyJWT itself signs no such header.
    head = base64.urlsafe_b64encode(json.dumps({"alg": "RS256", **headers}).encode()).decode()
    _, body, signature = sign(now=NOW).split(".")
    with pytest.raises(InvalidToken):
        verify(f"{head.rstrip('=')}.{body}.{signature}", keys=keys)
    assert keys.asked == []


def public_pem() -> bytes:
    return (
        private_key()
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )


def by_hmac(secret: bytes) -> str:
    """A token that a verifier would take which lets the token choose how it is verified."""

    def text(raw: bytes) -> str:
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    head = text(json.dumps({"alg": "HS256", "typ": "JWT", "kid": KID}).encode())
    body = text(json.dumps(claims(now=NOW)).encode())
    signature = hmac.new(secret, f"{head}.{body}".encode(), hashlib.sha256).digest()
    return f"{head}.{body}.{text(signature)}"


def test_our_public_key_used_as_a_secret_opens_nothing() -> None:
    for secret in (public_pem(), json.dumps(public_key()).encode(), b""):
        assert "a way the desk does not take" in refusal(by_hmac(secret))


def test_a_token_of_the_first_issue_opens_nothing() -> None:
    said = {
        "iss": "nightdesk",
        "aud": "nightdesk-test",
        "sub": "gus",
        "name": "Gus",
        "roles": ["agent"],
        "iat": int(NOW.timestamp()),
        "exp": int(NOW.timestamp()) + 3600,
    }
    token = jwt.encode(said, "a key of at least thirty-two bytes", algorithm="HS256")
    assert "a way the desk does not take" in refusal(token)


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256"])
def test_only_one_algorithm_is_taken_even_with_our_key(algorithm: str) -> None:
    token = jwt.encode(claims(now=NOW), private_key(), algorithm=algorithm, headers={"kid": KID})
    assert "a way the desk does not take" in refusal(token)


def test_a_token_without_a_signature_opens_nothing() -> None:
    token = jwt.encode(claims(now=NOW), None, algorithm="none", headers={"kid": KID})  # type: ignore[arg-type]
    assert "a way the desk does not take" in refusal(token)
    head, body, _ = sign(now=NOW).split(".")
    assert "not signed for this desk" in refusal(f"{head}.{body}.")


def test_a_token_that_was_cut_off_or_changed_opens_nothing() -> None:
    token = sign(now=NOW)
    for length in range(0, len(token), 40):
        refusal(token[:length])
    head, body, signature = token.split(".")
    other = sign("mia", now=NOW).split(".")[1]
    assert "not signed for this desk" in refusal(f"{head}.{other}.{signature}")
    refusal(f"{head}.{body}")


@pytest.mark.parametrize("missing", ["iss", "aud", "token_use", "iat", "exp", "cognito:username"])
def test_a_token_that_leaves_a_claim_out_opens_nothing(missing: str) -> None:
    said = claims(now=NOW)
    del said[missing]
    refusal(signed(said))


@pytest.mark.parametrize(
    "wrong",
    [
        {"cognito:username": ""},
        {"cognito:username": 7},
        {"cognito:username": "gus/../mia"},
        {"cognito:username": "x" * 200},
        {"preferred_username": "<b>"},
        {"cognito:groups": "lead"},
        {"cognito:groups": [1]},
        {"exp": "tomorrow"},
        {"exp": True},
        {"exp": 1e400},
        {"iat": "today"},
        {"nbf": []},
    ],
)
def test_a_token_with_a_claim_of_the_wrong_kind_opens_nothing(wrong: dict[str, Any]) -> None:
    refusal(sign(now=NOW, **wrong))


def test_a_token_without_groups_has_no_roles() -> None:
    said = claims(now=NOW)
    del said["cognito:groups"]
    assert verify(signed(said)).roles == ()


@pytest.mark.parametrize("junk", ["", ".", "..", "a.b.c", "ä.ö.ü", "x" * 10_000, "e30.e30.e30"])
def test_what_is_no_token_at_all_opens_nothing(junk: str) -> None:
    refusal(junk)


def test_a_pool_that_cannot_be_asked_is_told_apart_from_a_bad_token() -> None:
    keys = key_sets()
    keys.trouble = SourceUnavailable("the pool does not answer")
    with pytest.raises(SourceUnavailable):
        verify(sign(now=NOW), keys=keys)
