"""The gate before a platform: its rate limit holds, whoever else reads from it."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import OutcomeUnknown, SourceUnavailable
from chalicelib.http import HttpClient
from chalicelib.sources.family import RateLimit
from chalicelib.sources.gate import RateGate
from tests.builders import NOW
from tests.fakes.allowances import FakeAllowances
from tests.http.loopback import Answer, Asked, serving

QUARTER = timedelta(minutes=15)


class Platform:
    """Allows `most` requests in each quarter of an hour of its own, and says what is left."""

    def __init__(self, most: int = 3) -> None:
        self.now = NOW
        self.most = most
        self.begins_at = NOW - timedelta(minutes=10)
        self.used = 0
        self.refused = 0
        self.says_what_is_left = True

    def ask(self) -> tuple[int, dict[str, str]]:
        while self.now >= self.begins_at + QUARTER:
            self.begins_at, self.used = self.begins_at + QUARTER, 0
        reset = str(int((self.begins_at + QUARTER).timestamp()))
        if self.used >= self.most:
            self.refused += 1
            return 429, {"X-Rate-Limit-Reset": reset, "Retry-After": "60"}
        self.used += 1
        left = str(self.most - self.used)
        said = {"X-RateLimit-Remaining": left, "X-RateLimit-Reset": reset}
        return 200, said if self.says_what_is_left else {}


def gate(
    allowances: FakeAllowances,
    platform: Platform,
    *limits: RateLimit,
    on_request: Callable[[], None] | None = None,
) -> RateGate:
    return RateGate(
        "x#api#token",
        limits or (RateLimit(most=platform.most, per=QUARTER),),
        allowances=allowances,
        now=lambda: platform.now,
        on_request=on_request,
    )


def ask(gate: RateGate, platform: Platform, bucket: str = "") -> int:
    gate.before(bucket)
    status, headers = platform.ask()
    gate.after(bucket, status, headers)
    return status


@given(
    pauses=st.lists(st.integers(0, 400), min_size=1, max_size=60),
    most=st.integers(1, 6),
    others=st.integers(0, 3),
)
def test_the_platform_never_has_to_refuse(pauses: list[int], most: int, others: int) -> None:
    """Whatever else was asked before, however its windows lie, and whoever of us asks."""
    platform, allowances = Platform(most), FakeAllowances()
    platform.used = min(others, most - 1)
    gates = [gate(allowances, platform), gate(allowances, platform)]
    for number, seconds in enumerate(pauses):
        platform.now += timedelta(seconds=seconds)
        with suppress(SourceUnavailable):
            ask(gates[number % 2], platform)
    assert platform.refused == 0


def test_when_the_limit_is_used_up_nothing_is_sent_and_the_end_of_the_window_is_told() -> None:
    platform, allowances = Platform(), FakeAllowances()
    platform.says_what_is_left = False
    asking = gate(allowances, platform)
    for _ in range(3):
        ask(asking, platform)
    with pytest.raises(SourceUnavailable, match="the 3 requests in 15 minutes") as held:
        ask(asking, platform)
    assert held.value.retry_at == NOW + QUARTER
    assert platform.used == 3


def test_a_refusal_holds_everybody_back_until_it_ends() -> None:
    platform, allowances = Platform(), FakeAllowances()
    platform.used = 3
    assert ask(gate(allowances, platform), platform) == 429
    with pytest.raises(SourceUnavailable) as held:
        ask(gate(allowances, platform), platform)
    assert held.value.retry_at == NOW + timedelta(seconds=60)


def test_a_bucket_has_a_limit_of_its_own_and_another_takes_the_common_one() -> None:
    platform, allowances = Platform(10), FakeAllowances()
    platform.says_what_is_left = False
    asking = gate(
        allowances,
        platform,
        RateLimit(most=2, per=QUARTER),
        RateLimit(most=1, per=QUARTER, bucket="search"),
    )
    ask(asking, platform, "search")
    with pytest.raises(SourceUnavailable, match="for search"):
        ask(asking, platform, "search")
    ask(asking, platform)
    ask(asking, platform, "mentions")
    with pytest.raises(SourceUnavailable):
        ask(asking, platform)


def test_every_request_is_counted_and_one_that_is_held_back_is_not() -> None:
    platform, allowances, asked = Platform(), FakeAllowances(), list[datetime]()
    asking = gate(
        allowances,
        platform,
        RateLimit(most=1, per=QUARTER),
        on_request=lambda: asked.append(platform.now),
    )
    ask(asking, platform)
    with pytest.raises(SourceUnavailable):
        ask(asking, platform)
    assert len(asked) == 1


def test_reading_goes_on_where_the_counter_fails() -> None:
    platform, allowances = Platform(), FakeAllowances()
    allowances.trouble = RuntimeError("the table is gone")
    assert ask(gate(allowances, platform), platform) == 200


def test_each_try_of_a_request_goes_through_the_gate() -> None:
    platform, allowances = Platform(), FakeAllowances()
    answers = iter([Answer(status=503), Answer(status=503), Answer(body=b"{}")])
    with serving(lambda asked: next(answers)) as server:
        http = HttpClient(
            trust_loopback=True, now=lambda: platform.now, sleep=lambda seconds: None
        ).behind(gate(allowances, platform))
        assert http.request("GET", server.url).status == 200
        with pytest.raises(SourceUnavailable, match="used up"):
            http.request("GET", server.url)
        assert len(server.asked) == 3


def test_a_reply_that_was_lost_and_may_not_be_repeated_now_is_of_unknown_fate() -> None:
    """Held back before its second try: the first may have been carried out."""
    platform, allowances = Platform(1), FakeAllowances()

    def broken(asked: Asked) -> Answer:
        return Answer(is_reset=True)

    with serving(broken) as server:
        http = HttpClient(
            trust_loopback=True, now=lambda: platform.now, sleep=lambda seconds: None
        ).behind(gate(allowances, platform))
        with pytest.raises(OutcomeUnknown):
            http.request("POST", server.url, headers={"Idempotency-Key": "1"}, body=b"{}")
        assert len(server.asked) == 1
