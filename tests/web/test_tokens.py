"""Who a token lets in, and until when."""

from datetime import timedelta
from typing import Any

import jwt
import pytest

from chalicelib.domain.ticket import AgentId
from chalicelib.web.tokens import InvalidToken, sign, verify
from tests.builders import NOW

KEY = b"a key of at least thirty-two bytes"


def a_token(**over: Any) -> str:
    given: dict[str, Any] = {
        "id": AgentId("gus"),
        "name": "Gus",
        "roles": ("agent", "lead"),
        "key": KEY,
        "stage": "test",
        "now": NOW,
        "lifetime": timedelta(hours=1),
    }
    return sign(**{**given, **over})


def claims(**over: Any) -> dict[str, Any]:
    good = {
        "iss": "nightdesk",
        "aud": "nightdesk-test",
        "sub": "gus",
        "name": "Gus",
        "roles": ["agent"],
        "iat": int(NOW.timestamp()),
        "exp": int(NOW.timestamp()) + 3600,
    }
    return {**good, **over}


def test_a_token_says_who_signed_in_and_until_when() -> None:
    agent = verify(a_token(), key=KEY, stage="test", now=NOW)
    assert (agent.id, agent.name, agent.roles) == ("gus", "Gus", ("agent", "lead"))
    assert agent.expires_at == NOW + timedelta(hours=1)


def test_a_token_is_good_until_the_second_it_expires() -> None:
    token = a_token()
    last = NOW + timedelta(minutes=59, seconds=59)
    assert verify(token, key=KEY, stage="test", now=last).id == "gus"
    with pytest.raises(InvalidToken, match="expired"):
        verify(token, key=KEY, stage="test", now=NOW + timedelta(hours=1))


def test_a_token_of_another_stage_opens_nothing() -> None:
    with pytest.raises(InvalidToken):
        verify(a_token(stage="prod"), key=KEY, stage="test", now=NOW)


def test_a_token_signed_with_another_key_opens_nothing() -> None:
    with pytest.raises(InvalidToken):
        verify(a_token(key=b"b" * 32), key=KEY, stage="test", now=NOW)


def test_a_token_from_the_future_opens_nothing_but_a_minute_of_skew_is_forgiven() -> None:
    assert verify(a_token(now=NOW + timedelta(seconds=50)), key=KEY, stage="test", now=NOW)
    with pytest.raises(InvalidToken, match="clocks"):
        verify(a_token(now=NOW + timedelta(minutes=2)), key=KEY, stage="test", now=NOW)


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_only_one_algorithm_is_taken(algorithm: str) -> None:
    token = jwt.encode(claims(), KEY * 3, algorithm=algorithm)
    with pytest.raises(InvalidToken):
        verify(token, key=KEY * 3, stage="test", now=NOW)


def test_a_token_without_a_signature_opens_nothing() -> None:
    token = jwt.encode(claims(), None, algorithm="none")  # type: ignore[arg-type]
    with pytest.raises(InvalidToken):
        verify(token, key=KEY, stage="test", now=NOW)


@pytest.mark.parametrize("missing", ["iss", "aud", "sub", "name", "roles", "iat", "exp"])
def test_a_token_that_leaves_a_claim_out_opens_nothing(missing: str) -> None:
    left = {name: value for name, value in claims().items() if name != missing}
    token = jwt.encode(left, KEY, algorithm="HS256")
    with pytest.raises(InvalidToken):
        verify(token, key=KEY, stage="test", now=NOW)


@pytest.mark.parametrize(
    "wrong",
    [
        {"sub": ""},
        {"name": 7},
        {"roles": "lead"},
        {"roles": [1]},
        {"exp": "tomorrow"},
        {"exp": 1e400},
        {"iat": None},
        {"iss": "nightdesk-test"},
        {"aud": ["somebody-else"]},
    ],
)
def test_a_token_with_a_claim_of_the_wrong_kind_opens_nothing(wrong: dict[str, Any]) -> None:
    token = jwt.encode(claims(**wrong), KEY, algorithm="HS256")
    with pytest.raises(InvalidToken):
        verify(token, key=KEY, stage="test", now=NOW)


@pytest.mark.parametrize("junk", ["", ".", "a.b.c", "ä.ö.ü", "x" * 10_000])
def test_what_is_no_token_at_all_opens_nothing(junk: str) -> None:
    with pytest.raises(InvalidToken):
        verify(junk, key=KEY, stage="test", now=NOW)


def test_a_short_key_is_refused_before_it_signs_anything() -> None:
    with pytest.raises(ValueError, match="32"):
        a_token(key=b"short")
