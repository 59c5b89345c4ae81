"""The line to the people who keep the desk running: an SNS topic, at most once an hour a kind.

`notice`/`<kind>` in the table of the desk has `told_at` and `is_told`.
"""

import json
import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters.clients import client
from chalicelib.adapters.items import put_if
from chalicelib.adapters.tables import DeskTable, bound
from chalicelib.domain.sms import gsm7, quotable, shortened, without_codes
from chalicelib.domain.wording import LOOKS_LIKE_A_CODE

log = logging.getLogger("nightdesk.notices")

AT_MOST_EVERY = timedelta(hours=1)

LEASE = timedelta(minutes=2)
"""A notice begun so long ago and not known to be told was left by a crash: it is told again."""

SMS_SEPTETS = 140
"""One part, with room for the topic's display name that SNS puts before it."""


class SnsNotices:
    """Notices on a topic whose subscribers are the fallback person and the lead."""

    def __init__(self, topic_arn: str, desk_table: str, *, region: str | None = None) -> None:
        self._topic_arn = topic_arn
        self._items = bound(DeskTable, desk_table, region)
        self._sns = client("sns", region)

    def tell(self, kind: str, text: str, *, now: datetime) -> bool:
        """Tell them; False when it was held back, or SNS did not take it (the next call may).

        A notice that fails is an error in the log and not of the caller, whose own work (a
        page, say) must go on.
        """
        claim = self._items("notice", kind, told_at=now, is_told=False)
        is_free = (
            self._items.pk.does_not_exist()
            | (self._items.told_at <= now - AT_MOST_EVERY)
            | ((self._items.is_told == False) & (self._items.told_at <= now - LEASE))  # noqa: E712
        )
        if not put_if(claim, is_free):
            return False
        try:
            self._publish(kind, text)
        except (ClientError, BotoCoreError) as error:
            log.error("notice_failed", extra={"kind": kind, "trouble": _trouble(error)})
            self._mark(claim, told_at=now - AT_MOST_EVERY, is_told=False)
            return False
        log.warning("notice_told", extra={"kind": kind, "text": text})
        self._mark(claim, told_at=now, is_told=True)
        return True

    def _publish(self, kind: str, text: str) -> None:
        """By SMS one part of GSM-7 is sent, by every other protocol the whole text.

        Transactional, since SNS delivers "Promotional" SMS, its default, with less effort.
        """
        messages = {"default": text, "sms": _sms(text)}
        self._sns.publish(
            TopicArn=self._topic_arn,
            Subject=_subject(kind),
            MessageStructure="json",
            Message=json.dumps(messages),
            MessageAttributes={
                "AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}
            },
        )

    def _mark(self, claim: DeskTable, *, told_at: datetime, is_told: bool) -> None:
        claim.update(actions=[self._items.told_at.set(told_at), self._items.is_told.set(is_told)])


def _sms(text: str) -> str:
    """The notice in one part, without what a stranger's words may ask of a phone.

    Our own words end at the first ": "; what a platform said after it may be in any script.
    """
    pieces = [quotable(piece, code=LOOKS_LIKE_A_CODE) for piece in text.split(": ", maxsplit=1)]
    return without_codes(shortened(": ".join(pieces), SMS_SEPTETS), code=LOOKS_LIKE_A_CODE)


def _subject(kind: str) -> str:
    """At most 100 printable ASCII characters, as SNS asks of a subject."""
    printable = "".join(one for one in gsm7(kind) if one.isascii() and one.isprintable())
    return f"Nightdesk: {printable}"[:100].strip()


def _trouble(error: ClientError | BotoCoreError) -> str:
    """What went wrong, without the message, which may hold a phone number."""
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "unknown"))
    return type(error).__name__


if TYPE_CHECKING:
    from chalicelib.ports import Notices

    _: type[Notices] = SnsNotices
