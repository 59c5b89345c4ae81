"""A responder: somebody who can be paged, by which ways, in which order."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from chalicelib.domain.schedule import ResponderId

BACKUP_AFTER = timedelta(minutes=10)
"""When the other contacts of somebody without notification rules of their own are tried."""


class WebhookForm(StrEnum):
    """What a webhook is sent."""

    JSON = "json"
    """The incident as JSON, signed (Standard Webhooks)."""
    TEXT = "text"
    """`{"text": ...}`, which Slack-compatible receivers take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """An address of the company's own that takes pages by HTTP POST."""

    secret: str
    """Name of the stored secret that holds its address and, on a second line, its signing key."""
    form: WebhookForm = WebhookForm.JSON


@dataclass(frozen=True, slots=True)
class NotificationRule:
    """By which channel to call somebody, and how long after the call began."""

    channel: str
    """A member of the channels family, such as `sms`."""
    after: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Responder:
    """Somebody who can be paged."""

    id: ResponderId
    name: str
    phone: str | None = field(default=None, repr=False)
    """E.164, such as `+436641234567`; never logged."""
    country: str = ""
    """ISO 3166, of the phone number, by which SMS are priced; empty where it is not known."""
    zone: str = "UTC"
    """IANA name; times told to this person are in it."""
    email: str | None = field(default=None, repr=False)
    webhook: Webhook | None = None
    notify: tuple[NotificationRule, ...] = ()
    """In the order of their delays; empty: see `rules`."""
    wants_soon_hourly: bool = False
    """Outside business hours: *soon* incidents in one page each hour, not held until opening."""
    wants_updates: bool = False
    """A note when somebody else has taken or ended what this person was paged for."""

    @property
    def rules(self) -> tuple[NotificationRule, ...]:
        """How a call goes: those of `notify` that this person has an address for.

        Without any: the first address at once (SMS before e-mail before webhook), the others
        after `BACKUP_AFTER`. Empty for somebody who cannot be reached at all.
        """
        own = tuple(rule for rule in self.notify if self.has(rule.channel))
        if own:
            return tuple(sorted(own, key=lambda rule: rule.after))
        return tuple(
            NotificationRule(channel, BACKUP_AFTER if number else timedelta(0))
            for number, channel in enumerate(self.channels)
        )

    @property
    def channels(self) -> Sequence[str]:
        """Channels that this person has an address for, SMS first."""
        return [channel for channel in ("sms", "email", "webhook") if self.has(channel)]

    def has(self, channel: str) -> bool:
        """Whether there is an address for the channel."""
        return bool({"sms": self.phone, "email": self.email, "webhook": self.webhook}.get(channel))
