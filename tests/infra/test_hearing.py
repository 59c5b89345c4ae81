"""Who hears alarms by e-mail: the fallback person and the lead, once they have confirmed it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from infra.apply import Applied, ApplyFailed, Stage, apply, stage_of
from tests.infra.desk_file import VALID, with_line
from tests.infra.staging import deployed

NOW = datetime(2026, 11, 21, 19, 30, tzinfo=UTC)
ANA, BEN = "ana@acme.example", "ben@acme.example"
PENDING = "PendingConfirmation"


@dataclass(kw_only=True)
class PostalSns:
    """moto's SNS, with what it lacks: a mailbox hears nothing until its owner has confirmed.

    Amazon SNS API reference, Subscribe and ListSubscriptionsByTopic: a new address is answered by
    `pending confirmation` and listed without an ARN, and what is pending cannot be unsubscribed.
    """

    sns: Any
    letters: list[str] = field(default_factory=list)
    """To whom a letter that asks for confirmation was sent."""
    confirmed: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    """Who has unsubscribed by the link in a mail; listed as `Deleted` for some days."""
    refused: dict[str, str] = field(default_factory=dict)
    """Codes of operations that are refused for an e-mail address."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.sns, name)

    def subscribe(self, **asked: str) -> Any:
        done = self.sns.subscribe(**asked)
        if asked["Protocol"] != "email":
            return done
        self._refuse("subscribe", asked["Endpoint"])
        if asked["Endpoint"] in self.confirmed:
            return done
        self.letters.append(asked["Endpoint"])
        self.gone.discard(asked["Endpoint"])
        return {"SubscriptionArn": "pending confirmation"}

    def unsubscribe(self, *, SubscriptionArn: str) -> Any:  # noqa: N803 - boto3's
        if not SubscriptionArn.startswith("arn:"):
            error = {"Code": "InvalidParameter", "Message": "An ARN must have six elements"}
            raise ClientError({"Error": error}, "Unsubscribe")
        if (address := self._address_of(SubscriptionArn)) is not None:
            self._refuse("unsubscribe", address)
        return self.sns.unsubscribe(SubscriptionArn=SubscriptionArn)

    def get_paginator(self, operation: str) -> Any:
        assert operation == "list_subscriptions_by_topic"
        return self

    def paginate(self, **asked: str) -> Iterator[Any]:
        for page in self.sns.get_paginator("list_subscriptions_by_topic").paginate(**asked):
            yield {"Subscriptions": [self._as_listed(one) for one in page["Subscriptions"]]}

    def _as_listed(self, one: Any) -> Any:
        if one["Protocol"] != "email" or one["Endpoint"] in self.confirmed:
            return one
        arn = "Deleted" if one["Endpoint"] in self.gone else PENDING
        return {**one, "SubscriptionArn": arn}

    def _address_of(self, arn: str) -> str | None:
        listed = self.sns.list_subscriptions()["Subscriptions"]
        return next(
            (
                one["Endpoint"]
                for one in listed
                if (one["SubscriptionArn"], one["Protocol"]) == (arn, "email")
            ),
            None,
        )

    def _refuse(self, operation: str, address: str) -> None:
        if code := self.refused.get(operation):
            error = {"Code": code, "Message": f"Invalid parameter: {address}"}
            raise ClientError({"Error": error}, operation)


@pytest.fixture
def stage() -> Iterator[Stage]:
    """A deployment with nothing in force."""
    with mock_aws():
        deployed("dev")
        made = stage_of("dev")
        yield replace(made, sns=PostalSns(sns=made.sns))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "nightdesk.yaml"
    text = with_line("    name: Ana\n", f"    name: Ana\n    email: {ANA}\n", VALID)
    path.write_text(text + "email: {sender: night@acme.example}\n")
    return path


def change(file: Path, old: str, new: str) -> None:
    file.write_text(with_line(old, new, file.read_text()))


def put(file: Path, stage: Stage) -> Applied:
    return apply(file, stage, now=NOW)


def mailed(stage: Stage) -> list[str]:
    """Addresses that the topic knows, confirmed or not."""
    listed = stage.sns.list_subscriptions_by_topic(TopicArn=stage.notices_topic)["Subscriptions"]
    return sorted(one["Endpoint"] for one in listed if one["Protocol"] == "email")


def phones(stage: Stage) -> int:
    listed = stage.sns.list_subscriptions_by_topic(TopicArn=stage.notices_topic)["Subscriptions"]
    return len([one for one in listed if one["Protocol"] == "sms"])


def test_whoever_hears_alarms_gets_them_by_email_too_and_is_told_to_confirm(
    stage: Stage, file: Path
) -> None:
    done = put(file, stage)

    assert mailed(stage) == [ANA]
    assert phones(stage) == 2
    assert done.unconfirmed == ("ana",)


def test_no_second_letter_is_sent_while_the_first_waits_or_when_it_was_confirmed(
    stage: Stage, file: Path
) -> None:
    put(file, stage)
    assert put(file, stage) == Applied(version=None, changes=(), unconfirmed=("ana",))

    stage.sns.confirmed.add(ANA)
    assert put(file, stage) == Applied(version=None, changes=())
    assert stage.sns.letters == [ANA]


def test_the_same_mailbox_in_capitals_gets_no_second_letter(stage: Stage, file: Path) -> None:
    put(file, stage)
    change(file, ANA, ANA.capitalize())

    put(file, stage)
    assert stage.sns.letters == [ANA]


def test_a_mailbox_that_two_people_share_gets_one_letter(stage: Stage, file: Path) -> None:
    change(file, "    name: Ben\n", f"    name: Ben\n    email: {ANA}\n")

    assert put(file, stage).unconfirmed == ("ben",)
    assert stage.sns.letters == [ANA]


def test_whoever_has_left_the_topic_by_a_link_in_a_mail_is_asked_again(
    stage: Stage, file: Path
) -> None:
    put(file, stage)
    stage.sns.gone.add(ANA)

    assert put(file, stage).unconfirmed == ("ana",)
    assert stage.sns.letters == [ANA, ANA]


def test_an_address_of_the_lead_before_hears_no_alarm_any_more(stage: Stage, file: Path) -> None:
    put(file, stage)
    stage.sns.confirmed.add(ANA)
    change(file, "    name: Ben\n", f"    name: Ben\n    email: {BEN}\n")
    change(file, "lead: ana", "lead: ben")

    done = put(file, stage)
    assert (done.unconfirmed, done.unsubscribed, done.unsubscribed_emails) == (("ben",), 1, 1)
    assert mailed(stage) == [BEN]
    assert put(file, stage).unsubscribed_emails == 0


def test_an_address_that_was_replaced_or_taken_out_hears_no_alarm_any_more(
    stage: Stage, file: Path
) -> None:
    put(file, stage)
    stage.sns.confirmed |= {ANA, "other@acme.example"}
    change(file, ANA, "other@acme.example")

    assert put(file, stage).unsubscribed_emails == 1
    assert mailed(stage) == ["other@acme.example"]
    change(file, "    email: other@acme.example\n", "")
    assert put(file, stage).unsubscribed_emails == 1
    assert mailed(stage) == []


def test_addresses_that_somebody_else_has_subscribed_stay(stage: Stage, file: Path) -> None:
    stage.sns.confirmed.add("operations@acme.example")
    stage.sns.subscribe(
        TopicArn=stage.notices_topic, Protocol="email", Endpoint="operations@acme.example"
    )

    assert put(file, stage).unsubscribed_emails == 0
    assert mailed(stage) == [ANA, "operations@acme.example"]


def test_a_letter_to_somebody_who_left_lapses_by_itself(stage: Stage, file: Path) -> None:
    put(file, stage)
    change(file, f"    email: {ANA}\n", "")

    done = put(file, stage)
    assert (done.unconfirmed, done.unsubscribed_emails) == ((), 0)


def test_a_mailbox_that_cannot_be_subscribed_is_told_and_keeps_no_desk_back(
    stage: Stage, file: Path
) -> None:
    stage.sns.refused["subscribe"] = "InvalidParameter"

    done = put(file, stage)
    assert (done.version, done.refused_emails) == (1, (("ana", "InvalidParameter"),))
    assert done.unconfirmed == ()
    assert phones(stage) == 2


def test_a_mailbox_that_cannot_be_removed_is_told_without_its_address(
    stage: Stage, file: Path
) -> None:
    put(file, stage)
    stage.sns.confirmed.add(ANA)
    stage.sns.refused["unsubscribe"] = "AuthorizationError"
    change(file, f"    email: {ANA}\n", "")

    with pytest.raises(ApplyFailed, match=r"the desk is in force, but an e-mail .* SNS") as failed:
        put(file, stage)
    assert ANA not in str(failed.value)
    assert stage.desks.current().responders[0].email is None


def test_no_address_is_in_what_apply_did(stage: Stage, file: Path) -> None:
    assert "acme.example" not in repr(put(file, stage))
