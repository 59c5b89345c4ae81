"""What providers say of the account: fakes, and SNS, SES and CloudWatch (moto)."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from chalicelib.adapters.clients import client
from chalicelib.adapters.email_account import SesAccount
from chalicelib.adapters.page_tally import CloudWatchPageTally
from chalicelib.adapters.sms_account import SnsAccount
from chalicelib.domain.errors import Unanswered
from chalicelib.domain.readiness import PageCounts, SmsSpend
from chalicelib.ports import SmsAccount
from infra.local.sms_account import sms_sandbox
from tests.builders import NOW
from tests.fakes import FakeSmsAccount

PHONE, OTHER = "+436641000099", "+436641000002"
"""moto takes every number that ends in 99 for one that has opted out, and no other."""


@dataclass
class Account:
    """One account, and how a test changes what is so."""

    account: SmsAccount
    opt_out: Callable[[str], object]
    sandbox: Callable[[dict[str, str]], object]
    spend: Callable[[str, str], object]
    type: Callable[[str], object]


def _fake() -> Account:
    fake = FakeSmsAccount()

    def sandbox(numbers: dict[str, str]) -> None:
        fake.sandboxed = True
        fake.verified = {one for one, status in numbers.items() if status == "Verified"}

    def spend(spent: str, limit: str) -> None:
        fake.money = SmsSpend(Decimal(spent), Decimal(limit))

    return Account(
        fake,
        fake.opted_out.add,
        sandbox,
        spend,
        lambda name: setattr(fake, "type", name),
    )


def _on_moto(opening: ExitStack) -> Account:
    sns, cloudwatch = boto3.client("sns"), boto3.client("cloudwatch")
    opening.enter_context(sms_sandbox())
    sns.set_sms_attributes(
        attributes={"DefaultSMSType": "Transactional", "MonthlySpendLimit": "100"}
    )

    def spend(spent: str, limit: str) -> None:
        sns.set_sms_attributes(attributes={"MonthlySpendLimit": limit})
        measured = {"MetricName": "SMSMonthToDateSpentUSD", "Value": float(spent)}
        cloudwatch.put_metric_data(
            Namespace="AWS/SNS", MetricData=[{**measured, "Timestamp": NOW - timedelta(minutes=5)}]
        )

    return Account(
        SnsAccount(sns=client("sns"), cloudwatch=client("cloudwatch")),
        lambda _number: None,
        lambda numbers: opening.enter_context(sms_sandbox(is_in_sandbox=True, numbers=numbers)),
        spend,
        lambda name: sns.set_sms_attributes(attributes={"DefaultSMSType": name}),
    )


@pytest.fixture(params=["memory", "sns"])
def account(request: pytest.FixtureRequest, cloud: None) -> Iterator[Account]:
    with ExitStack() as opening:
        yield _fake() if request.param == "memory" else _on_moto(opening)


def test_only_a_number_that_has_opted_out_has(account: Account) -> None:
    account.opt_out(PHONE)
    assert account.account.has_opted_out(PHONE)
    assert not account.account.has_opted_out(OTHER)


def test_the_sandbox_and_who_is_verified_in_it(account: Account) -> None:
    assert not account.account.is_in_sandbox()
    account.sandbox({PHONE: "Verified", OTHER: "Pending"})
    assert account.account.is_in_sandbox()
    assert account.account.sandbox_numbers() == {PHONE}


def test_what_sms_have_cost_and_may_cost(account: Account) -> None:
    account.spend("0.64", "12")
    assert account.account.spend(now=NOW) == SmsSpend(Decimal("0.64"), Decimal(12))


def test_how_sms_that_do_not_say_it_are_delivered(account: Account) -> None:
    assert account.account.default_type() == "Transactional"
    account.type("Promotional")
    assert account.account.default_type() == "Promotional"


# --- AWS alone ---------------------------------------------------------------------------


@pytest.fixture
def sns_account(cloud: None) -> SnsAccount:
    return SnsAccount(sns=client("sns"), cloudwatch=client("cloudwatch"))


class Replying:
    """A client that answers everything alike."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer

    def __getattr__(self, name: str) -> Any:
        def call(**_: Any) -> Any:
            if isinstance(self._answer, Exception):
                raise self._answer
            return self._answer

        return call


def denied(message: str) -> ClientError:
    return ClientError({"Error": {"Code": "AccessDenied", "Message": message}}, "Ask")


def test_a_month_in_which_nothing_was_measured_has_cost_nothing() -> None:
    sns = Replying({"attributes": {"MonthlySpendLimit": "1"}})
    silent = SnsAccount(sns=sns, cloudwatch=Replying({"Datapoints": []}))
    assert silent.spend(now=NOW) == SmsSpend(Decimal(0), Decimal(1))


def test_of_the_days_measured_the_newest_counts() -> None:
    points = [
        {"Timestamp": NOW - timedelta(days=age), "Maximum": cost}
        for age, cost in ((1, 4.5), (0, 5.25), (2, 4.0))
    ]
    sns = Replying({"attributes": {"MonthlySpendLimit": "10"}})
    asked = SnsAccount(sns=sns, cloudwatch=Replying({"Datapoints": points}))
    assert asked.spend(now=NOW).spent == Decimal("5.25")


def test_an_account_that_names_no_limit_does_not_say_what_sms_may_cost() -> None:
    nothing = SnsAccount(sns=Replying({}), cloudwatch=Replying({"Datapoints": []}))
    with pytest.raises(Unanswered, match="names no monthly limit"):
        nothing.spend(now=NOW)
    assert nothing.default_type() == ""


@pytest.mark.parametrize(
    "error", [denied(f"no {PHONE}"), EndpointConnectionError(endpoint_url="https://sns")]
)
def test_what_aws_does_not_say_is_unanswered_and_names_no_number(error: Exception) -> None:
    account = SnsAccount(sns=Replying(error), cloudwatch=Replying(error))
    tally = CloudWatchPageTally(cloudwatch=Replying(error), stage="dev")
    asks: list[Callable[[], object]] = [
        lambda: account.has_opted_out(PHONE),
        lambda: account.spend(now=NOW),
        account.is_in_sandbox,
        account.default_type,
        lambda: tally.since(NOW - timedelta(days=1), now=NOW),
    ]
    for ask in asks:
        with pytest.raises(Unanswered) as raised:
            ask()
        assert PHONE not in str(raised.value)
        assert str(raised.value) in ("AccessDenied", "EndpointConnectionError")


@pytest.fixture
def ses(cloud: None) -> Any:
    """SES, in which a domain is verified and an address is not yet."""
    from moto.core.models import DEFAULT_ACCOUNT_ID
    from moto.sesv2.models import sesv2_backends

    made = client("sesv2")
    made.create_email_identity(EmailIdentity="acme.example")
    made.create_email_identity(EmailIdentity="night@umbra.example")
    backend = sesv2_backends[DEFAULT_ACCOUNT_ID]["eu-west-1"]
    identity = backend.core_backend.email_identities["acme.example"]
    identity.verified_for_sending_status = True
    return made


def test_a_sender_is_good_when_its_address_or_its_domain_is_verified(ses: Any) -> None:
    account = SesAccount(ses=ses)
    assert account.can_send_as("Nightdesk <night@acme.example>")
    assert not account.can_send_as("night@umbra.example")
    assert not account.can_send_as("night@unknown.example")


def test_addresses_are_good_when_they_or_their_domain_are_verified(ses: Any) -> None:
    asked: list[str] = []
    ses.meta.events.register(
        "provide-client-params.sesv2.GetEmailIdentity",
        noting := lambda params, **_: asked.append(params["EmailIdentity"]),
    )
    people = {"a@acme.example", "b@acme.example", "night@umbra.example"}
    try:
        assert SesAccount(ses=ses).verified_of(people) == {"a@acme.example", "b@acme.example"}
    finally:
        ses.meta.events.unregister("provide-client-params.sesv2.GetEmailIdentity", noting)
    assert asked == ["acme.example", "umbra.example", "night@umbra.example"]


@pytest.mark.parametrize(
    ("answer", "only"),
    [
        ({"ProductionAccessEnabled": True}, False),
        ({"ProductionAccessEnabled": False}, True),
        ({}, True),
    ],
)
def test_an_account_without_production_access_writes_to_verified_addresses_only(
    answer: dict[str, bool], only: bool
) -> None:
    assert SesAccount(ses=Replying(answer)).only_to_verified() is only


def test_ses_that_does_not_tell_of_the_account_is_unanswered() -> None:
    with pytest.raises(Unanswered, match="AccessDenied"):
        SesAccount(ses=Replying(denied("no"))).only_to_verified()


def test_the_question_for_the_account_is_one_that_ses_knows() -> None:
    assert "GetAccount" in client("sesv2").meta.service_model.operation_names


def test_ses_that_may_not_be_asked_says_nothing(ses: Any) -> None:
    def refuse(**_: Any) -> None:
        raise denied("no")

    ses.meta.events.register("before-call.sesv2.GetEmailIdentity", refuse)
    try:
        with pytest.raises(Unanswered, match="AccessDenied"):
            SesAccount(ses=ses).can_send_as("night@acme.example")
    finally:
        ses.meta.events.unregister("before-call.sesv2.GetEmailIdentity", refuse)


def test_pages_of_the_last_day_are_added_up_of_this_stage_alone(cloud: None) -> None:
    cloudwatch = client("cloudwatch")
    for stage, metric, value in (
        ("tally", "PagesSent", 3),
        ("tally", "PagesSent", 2),
        ("tally", "PagesRefused", 1),
        ("another", "PagesSent", 50),
    ):
        cloudwatch.put_metric_data(
            Namespace="Nightdesk",
            MetricData=[
                {
                    "MetricName": metric,
                    "Value": value,
                    "Timestamp": NOW - timedelta(hours=1),
                    "Dimensions": [
                        {"Name": "service", "Value": "nightdesk"},
                        {"Name": "stage", "Value": stage},
                    ],
                }
            ],
        )
    tally = CloudWatchPageTally(cloudwatch=cloudwatch, stage="tally")
    assert tally.since(NOW - timedelta(days=1), now=NOW) == PageCounts(sent=5, refused=1)
    assert tally.since(NOW - timedelta(minutes=30), now=NOW) == PageCounts(sent=0, refused=0)
