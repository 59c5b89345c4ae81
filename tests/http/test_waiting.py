"""What a platform says about coming back is understood, and bounded."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.http.waiting import retry_at

NOW = datetime(2026, 11, 21, 23, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "120"}, 120),
        ({"Retry-After": "Sat, 21 Nov 2026 23:06:00 GMT"}, 60),
        ({"Retry-After": "Sat, 21 Nov 2026 22:00:00 GMT"}, 0),
        ({"X-RateLimit-Reset": "2026-11-21T23:10:00.123456Z"}, 300.123456),
        ({"X-RateLimit-Reset": str(int(NOW.timestamp()) + 90)}, 90),
        ({"X-RateLimit-Reset": "45.5"}, 45),
        ({"X-Rate-Limit-Reset": str(int(NOW.timestamp()) + 80)}, 80),
        ({"Retry-After": "10", "X-RateLimit-Reset": "300"}, 10),
        ({"Retry-After": "99999999999999"}, None),
        ({"Retry-After": "900000000"}, 86_400),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-5"}, None),
        ({}, None),
    ],
)
def test_the_instant_to_come_back_is_read(headers: dict[str, str], seconds: float | None) -> None:
    expected = None if seconds is None else NOW + timedelta(seconds=seconds)
    assert retry_at(headers, now=NOW) == expected


@given(st.text(), st.text())
def test_no_header_breaks_it_and_no_wait_is_longer_than_a_day(after: str, reset: str) -> None:
    at = retry_at({"Retry-After": after, "X-RateLimit-Reset": reset}, now=NOW)
    assert at is None or NOW <= at <= NOW + timedelta(days=1)
