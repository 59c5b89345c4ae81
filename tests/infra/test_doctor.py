"""`nightdesk doctor`: what each configured source says when it is asked once."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from chalicelib.domain.cost import Charge, Per, Price, PriceBook
from chalicelib.domain.desk import SourceEntry
from chalicelib.domain.errors import NotFound
from chalicelib.domain.read_budget import ReadBudget
from chalicelib.http import HttpClient
from chalicelib.sources import KINDS, member_of, members
from chalicelib.sources.family import Member
from infra.credentials import variable_of
from infra.sources.doctor import Finding, examine, forecast
from tests.builders import NOW, a_desk
from tests.http.loopback import Answer
from tests.infra.desk_file import VALID
from tests.infra.test_cli import nightdesk
from tests.sources.contract import BRAND
from tests.sources.test_yelp import Business, staged

SEEN = date(2026, 11, 1)


@pytest.fixture
def yelp() -> Iterator[Business]:
    with staged() as business:
        yield business


def price(sku: str, amount: str, *, seen_on: date = SEEN) -> Price:
    return Price(
        sku=sku,
        amount=Decimal(amount),
        currency="USD",
        since=date(2026, 1, 1),
        seen_on=seen_on,
        source="a page",
    )


def look(*entries: SourceEntry, secrets: Mapping[str, str] | None = None) -> list[Finding]:
    def secret(name: str) -> str:
        found = (secrets if secrets is not None else {"yelp": "hush-token"}).get(name)
        if found is None:
            raise NotFound(f"its secret {name} is missing")
        return found

    return list(
        examine(
            a_desk(brands=(BRAND,), sources=entries),
            secret=secret,
            http=HttpClient(trust_loopback=True, now=lambda: NOW, sleep=lambda seconds: None),
            now=lambda: NOW,
            prices=PriceBook([]),
            posts_a_day=30,
        )
    )


def test_a_source_that_works_says_what_works(yelp: Business) -> None:
    (found,) = look(replace(yelp.entry(), secret="yelp"))
    assert (found.is_well, found.trouble) == (True, "")
    assert found.works
    assert len(yelp.server.asked) == 1  # one cheap call


def test_one_that_fails_says_why_and_the_others_are_asked_nevertheless(yelp: Business) -> None:
    well = replace(yelp.entry(), name="well", secret="yelp")
    lost = replace(yelp.entry(), name="lost", secret="nowhere")
    wrong = replace(yelp.entry(), name="wrong", options={}, secret="yelp")
    states = {one.name: one.trouble for one in look(lost, wrong, well)}
    assert states["well"] == ""
    assert "its secret nowhere is missing" in states["lost"]
    assert "business: missing" in states["wrong"]


def test_a_fault_of_ours_in_one_source_stops_no_other_and_shows_no_secret(yelp: Business) -> None:
    """What a shell gives for a letter in another encoding cannot even be sent."""
    odd = SourceEntry(
        name="odd", kind="flickr", brand="acme", secret="odd", options={"base_url": yelp.server.url}
    )
    well = replace(yelp.entry(), name="well", secret="yelp")
    found, fine = look(odd, well, secrets={"odd": "hush\udce9", "yelp": "hush-token"})
    assert found.trouble == "a fault of ours: UnicodeEncodeError; please report it"
    assert (found.passes, fine.trouble) == (False, "")


def test_what_may_pass_is_told_from_what_will_not(yelp: Business) -> None:
    entry = replace(yelp.entry(), secret="yelp")
    yelp.refusal = Answer(status=503)
    assert look(entry)[0].passes
    yelp.refusal = Answer(status=401, body=b"{}")
    (refused,) = look(entry)
    assert not refused.is_well
    assert not refused.passes
    assert "401" in "".join(refused.missing)


def test_what_is_only_pushed_is_not_asked() -> None:
    (found,) = look(
        SourceEntry(name="crm", kind="webhook", brand="acme", secret="crm"),
        secrets={"crm": "whsec_c2VjcmV0c2VjcmV0c2VjcmV0"},
    )
    assert "/push/crm" in found.works[0]
    assert found.forecast.calls == 0


@pytest.mark.parametrize("member", members(), ids=KINDS)
def test_every_member_can_be_asked(member: Member) -> None:
    assert all(hasattr(made, "probe") for made in member.opens)


# --- what it will cost -----------------------------------------------------------------------


def expected(
    member: Member, book: PriceBook, *, minutes: int = 5, posts_a_day: int = 10
) -> tuple[int, Decimal, tuple[str, ...]]:
    entry = SourceEntry(
        name="one", kind=member.kind, brand="acme", every=timedelta(minutes=minutes)
    )
    found = forecast(entry, member, book, on=NOW.date(), posts_a_day=posts_a_day)
    return found.calls, found.usd, found.unpriced


def charging(*charges: Charge, calls: int = 1) -> Member:
    hackernews = member_of("hackernews")
    assert hackernews is not None
    each = tuple(one for one in charges if one.per is Per.MENTION)
    return replace(
        hackernews,
        charges=tuple(one for one in charges if one not in each),
        per_mention=lambda options: each,
        calls_per_pull=lambda options: calls,
    )


def test_calls_follow_the_pace_and_what_a_pull_asks() -> None:
    assert expected(charging(), PriceBook([]))[0] == 8_640
    assert expected(charging(calls=3), PriceBook([]), minutes=15)[0] == 8_640


def test_money_is_for_requests_and_for_posts_and_not_for_replies() -> None:
    member = charging(
        Charge(sku="x.request", per=Per.REQUEST),
        Charge(sku="x.post-read", per=Per.MENTION, quantity=2),
        Charge(sku="x.post", per=Per.REPLY),
    )
    book = PriceBook(
        [price("x.request", "0.001"), price("x.post-read", "0.005"), price("x.post", "100")]
    )
    assert expected(member, book)[1:] == (Decimal("8.640") + Decimal("0.005") * 2 * 300, ())


def test_what_is_priced_by_the_million_is_counted_by_the_million() -> None:
    member = charging(Charge(sku="x.request", per=Per.REQUEST))
    by_million = replace(price("x.request", "250"), per=1_000_000)
    assert expected(member, PriceBook([by_million]))[1] == Decimal("8640") * 250 / 1_000_000
    entry = SourceEntry(name="one", kind="hackernews", brand="acme")
    (told,) = forecast(entry, member, PriceBook([by_million]), on=NOW.date(), posts_a_day=1).prices
    assert told.startswith("x.request: $250 for 1,000,000, by the request, seen ")


def test_a_price_that_nobody_knows_is_said_and_not_taken_for_nothing() -> None:
    member = charging(Charge(sku="x.request", per=Per.REQUEST))
    assert expected(member, PriceBook([]))[1:] == (Decimal(0), ("x.request",))


def test_a_budget_that_will_not_last_is_said() -> None:
    member = charging(Charge(sku="x.request", per=Per.REQUEST))
    entry = SourceEntry(
        name="one",
        kind="hackernews",
        brand="acme",
        budget=ReadBudget(calls=43_199, usd=Decimal("43.20")),
    )
    book = PriceBook([price("x.request", "0.001")])
    found = forecast(entry, member, book, on=NOW.date(), posts_a_day=1)
    assert found.over == ("its budget of 43,199 calls will not last",)


def test_an_old_price_is_said_to_be_old() -> None:
    member = charging(Charge(sku="x.request", per=Per.REQUEST))
    entry = SourceEntry(name="one", kind="hackernews", brand="acme")
    book = PriceBook([price("x.request", "0.001", seen_on=date(2026, 1, 1))])
    (told,) = forecast(entry, member, book, on=NOW.date(), posts_a_day=1).prices
    assert "older than 90 days" in told


# --- the command -----------------------------------------------------------------------------


def file_of(yelp: Business, folder: Path) -> Path:
    file = folder / "nightdesk.yaml"
    said = "\n    ".join(
        ("kind: yelp", "brand: acme", "business: acme-wien", f"base_url: {yelp.server.url}")
    )
    file.write_text(VALID.replace("kind: hackernews\n    brand: acme", f"{said}\n    secret: yelp"))
    return file


def test_the_command_takes_credentials_from_the_environment(
    yelp: Business, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = file_of(yelp, tmp_path)
    refused = nightdesk("doctor", str(file))
    assert refused.exit_code == 1
    assert "set NIGHTDESK_SECRET_YELP" in refused.output
    monkeypatch.setenv(variable_of("yelp"), "hush-token")
    shown = nightdesk("doctor", str(file), "--posts", "5", "--json")
    assert shown.exit_code == 0, shown.output
    (one,) = json.loads(shown.stdout)["sources"]
    assert (one["name"], one["state"], one["calls_a_month"]) == ("news", "works", 8_640)
    assert "hush" not in shown.output


def test_the_command_takes_credentials_of_a_deployment(yelp: Business, tmp_path: Path) -> None:
    file = file_of(yelp, tmp_path)
    with mock_aws():
        missing = nightdesk("doctor", str(file), "--stage", "dev")
        assert missing.exit_code == 1
        assert "nightdesk secret set yelp --stage dev" in missing.output
        boto3.client("ssm").put_parameter(
            Name="/nightdesk/dev/secrets/yelp", Value="hush-token", Type="SecureString"
        )
        shown = nightdesk("doctor", str(file), "--stage", "dev")
    assert shown.exit_code == 0, shown.output
    assert "works" in shown.output
