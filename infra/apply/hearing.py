"""Who hears alarms: the subscribers of the topic of notices.

No function stands between an alarm and these people. SMS alone would fail them together with
the pages (when the month's money for SMS is spent, say), so whoever has an e-mail address gets
alarms there too, from Amazon SNS itself. SNS sends a letter first, in which they must confirm
it; one that nobody has answered lapses after 48 hours (AWS, "Amazon SNS now supports automatic
deletion of unconfirmed subscriptions", 2023-05) and until then has no ARN by which it could be
removed.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain.desk import Desk, Responder
from infra.apply.failure import ApplyFailed

SMS, EMAIL = "sms", "email"

_DELETED = "Deleted"
"""In place of the ARN: its owner has left the topic, by the link in a mail; listed for days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """A phone or a mailbox that hears alarms, or something else, as SNS lists it."""

    protocol: str
    endpoint: str = field(repr=False)
    arn: str

    @property
    def key(self) -> tuple[str, str]:
        return _key(self.protocol, self.endpoint)

    @property
    def is_confirmed(self) -> bool:
        return self.arn.startswith("arn:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribed:
    """Responders, by id, whom another desk has made hear alarms."""

    phones: tuple[str, ...]
    unconfirmed: tuple[str, ...]
    """Whose mailbox hears nothing yet: the letter from AWS waits for them."""
    refused_emails: tuple[tuple[str, str], ...]
    """Whose mailbox could not be subscribed, and the code of the error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """The subscribers of a topic as they were when they were read."""

    sns: Any
    """Client of SNS."""
    topic: str
    """Its ARN."""
    there: Mapping[tuple[str, str], Subscriber]

    def subscribe(self, desk: Desk) -> Subscribed:
        """Subscribe the fallback person and the lead; nobody twice.

        Raises ApplyFailed for a phone. A mailbox that is refused holds no desk back: alarms
        reach its owner by SMS.
        """
        phones = tuple(self._phones(desk))
        unconfirmed, refused = [], []
        mailboxes: dict[str, tuple[str, str]] = {}
        for person in hears(desk):
            if person.email:
                mailboxes.setdefault(person.email.casefold(), (str(person.id), person.email))
        for owner, address in mailboxes.values():
            try:
                if not self._is_mailed(address):
                    unconfirmed.append(owner)
            except _Refused as error:
                refused.append((owner, error.code))
        return Subscribed(
            phones=phones, unconfirmed=tuple(unconfirmed), refused_emails=tuple(refused)
        )

    def remove_phones(self, desk: Desk) -> int:
        """Every phone but those of the desk's fallback person and lead; how many."""
        return self._remove(
            (one for one in self.there.values() if one.protocol == SMS),
            desk,
            "a phone that should no longer hear alarms still does ({code}); apply again",
        )

    def remove_emails(self, before: Desk | None, desk: Desk) -> int:
        """Mailboxes of responders, then or now, who are neither fallback nor lead; how many.

        Others are there because somebody has subscribed them by hand, and stay.
        """
        people = (*(before.responders if before else ()), *desk.responders)
        known = {_key(EMAIL, one.email) for one in people if one.email}
        return self._remove(
            (one for one in self.there.values() if one.key in known and one.is_confirmed),
            desk,
            "an e-mail address that should no longer get alarms still does ({code}); "
            "remove its subscription to the topic of notices in the SNS console and apply again",
        )

    def _phones(self, desk: Desk) -> Iterator[str]:
        for person in hears(desk):
            if not person.phone or _key(SMS, person.phone) in self.there:
                continue
            try:
                self._subscribe(SMS, person.phone)
            except _Refused as error:
                raise ApplyFailed(
                    f"{person.id} cannot be subscribed to alarms ({error.code}); what was in "
                    "force stays so. Has this phone opted out, or is it missing among the "
                    "verified numbers of the SMS sandbox?"
                ) from None
            yield str(person.id)

    def _is_mailed(self, address: str) -> bool:
        """Whether a mailbox hears alarms; it is subscribed when it was not."""
        there = self.there.get(_key(EMAIL, address))
        if there is not None:
            return there.is_confirmed
        return self._subscribe(EMAIL, address).startswith("arn:")

    def _subscribe(self, protocol: str, endpoint: str) -> str:
        """The new subscription's ARN, or `pending confirmation`."""
        from botocore.exceptions import ClientError

        try:
            made = self.sns.subscribe(TopicArn=self.topic, Protocol=protocol, Endpoint=endpoint)
        except ClientError as error:
            # Without its message, which repeats the number or the address.
            raise _Refused(error.response["Error"]["Code"]) from None
        arn: str = made["SubscriptionArn"]
        return arn

    def _remove(self, some: Iterable[Subscriber], desk: Desk, trouble: str) -> int:
        from botocore.exceptions import ClientError

        wanted = {key for person in hears(desk) for key in _keys(person)}
        gone = [one for one in some if one.key not in wanted]
        for one in gone:
            try:
                self.sns.unsubscribe(SubscriptionArn=one.arn)
            except ClientError as error:
                code = error.response["Error"]["Code"]
                raise ApplyFailed(
                    f"the desk is in force, but {trouble.format(code=code)}"
                ) from None
        return len(gone)


def hearing(sns: Any, topic: str) -> Hearing:
    """Who hears alarms now, or is asked to confirm it."""
    pages = sns.get_paginator("list_subscriptions_by_topic")
    found = [
        Subscriber(protocol=one["Protocol"], endpoint=one["Endpoint"], arn=one["SubscriptionArn"])
        for page in pages.paginate(TopicArn=topic)
        for one in page["Subscriptions"]
        if one["SubscriptionArn"] != _DELETED
    ]
    return Hearing(sns=sns, topic=topic, there={one.key: one for one in found})


def hears(desk: Desk) -> tuple[Responder, ...]:
    """Who is meant to hear alarms: the fallback person and the lead, once when they are one."""
    people = (desk.responder(desk.fallback), desk.responder(desk.lead))
    return tuple(dict.fromkeys(one for one in people if one is not None))


class _Refused(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _keys(person: Responder) -> Iterator[tuple[str, str]]:
    if person.phone:
        yield _key(SMS, person.phone)
    if person.email:
        yield _key(EMAIL, person.email)


def _key(protocol: str, endpoint: str) -> tuple[str, str]:
    """What tells one subscriber from another: a mailbox is the same in capitals."""
    return protocol, endpoint.casefold()
