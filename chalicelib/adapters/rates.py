"""What has gone out of late, in DynamoDB beside the incidents: one item for each message.

`rate#<responder>#<channel>`/`<instant>#<chance>` and `rate#all#<channel>#<hour>`/the same have
nothing but their keys: nothing is read to write, so no message is ever lost from the count.
"""

import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.adapters.tables import IncidentsTable, bound
from chalicelib.adapters.values import instant_from_text, instant_to_text
from chalicelib.domain.rate import REMEMBERED
from chalicelib.domain.schedule import ResponderId

KEPT_FOR = timedelta(days=1)
"""Longer than anything counts; DynamoDB deletes what has expired within days anyway."""


class DynamoRates:
    """Messages of the last hour in the table of the incidents. Holds no phone number."""

    def __init__(self, table: str, *, region: str | None = None) -> None:
        self._items = bound(IncidentsTable, table, region)

    def sent(self, responder: ResponderId, channel: str, *, now: datetime) -> tuple[datetime, ...]:
        """Oldest first; what a worker whose clock is ahead has sent included."""
        recent = self._items.query(
            _of_person(responder, channel),
            self._items.sk > instant_to_text(now - REMEMBERED),
            consistent_read=True,
        )
        sent = (instant_from_text(item.sk.partition("#")[0]) for item in recent)
        return tuple(at for at in sent if at > now - REMEMBERED)

    def sent_by_all(self, channel: str, *, now: datetime) -> int:
        """A count on DynamoDB's side; one read unit for some 40 messages."""
        return self._items.count(_of_all(channel, now), consistent_read=True)

    def record(self, responder: ResponderId, channel: str, *, now: datetime) -> None:
        message = f"{instant_to_text(now)}#{secrets.token_hex(4)}"
        for pk in (_of_person(responder, channel), _of_all(channel, now)):
            self._items(pk, message, expires_at=now + KEPT_FOR).save()


def _of_person(responder: ResponderId, channel: str) -> str:
    return f"rate#{responder}#{channel}"


def _of_all(channel: str, now: datetime) -> str:
    return f"rate#all#{channel}#{now.astimezone(UTC):%Y%m%d%H}"


if TYPE_CHECKING:
    from chalicelib.ports import Rates

    _: type[Rates] = DynamoRates
