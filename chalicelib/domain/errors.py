"""Everything that can go wrong, as one tree.

NightdeskError
├── SourceError                a platform did not give or take what was asked
│   ├── SourceUnavailable      trying later can help (outage, rate limit, time-out)
│   ├── SourceRefused          trying again cannot help (credentials, permission, gone)
│   └── OutcomeUnknown         a reply was sent off and no answer came back: look before retrying
├── ChannelError               a page did not leave
│   ├── ChannelUnavailable     the provider failed; the same page may be tried again
│   └── ChannelRefused         this responder cannot be reached this way (no number, opted out)
├── Unanswered                 a provider did not say what it was asked
│   └── Unusable               nor will it until somebody changes something (permission, name)
├── StaleWrite                 somebody changed the record first; load it again and decide anew
├── OutOfDate                  what the asker saw has changed since; look again before deciding
├── NotFound                   there is no such record
├── NotAllowed                 the person may not do this (not the holder, link used by another)
├── IllegalMove                the record's state does not allow this step
└── BadInput                   what was given cannot be used; says field, what was found, the remedy
"""

from datetime import datetime


class NightdeskError(Exception):
    """Base of every error that Nightdesk raises on purpose."""


class SourceError(NightdeskError):
    """A platform did not give or take what was asked."""


class SourceUnavailable(SourceError):
    """The platform fails for now; `retry_at` (aware) when it said when to come back."""

    def __init__(self, message: str, *, retry_at: datetime | None = None) -> None:
        super().__init__(message)
        self.retry_at = retry_at


class SourceRefused(SourceError):
    """The platform refuses this for good: credentials, permission, or the post is gone."""


class OutcomeUnknown(SourceError):
    """A reply was handed over and the answer was lost; it may be public already."""


class ChannelError(NightdeskError):
    """A page did not leave."""


class ChannelUnavailable(ChannelError):
    """The provider failed or was throttled; the same page may be tried again."""


class ChannelRefused(ChannelError):
    """The responder cannot be reached by this channel: no number, opted out, not allowed."""


class Unanswered(NightdeskError):
    """A provider did not say what it was asked; nothing is to be guessed in its place."""


class Unusable(Unanswered):
    """Nor will it until somebody changes something: a permission is missing, a name is wrong."""


class StaleWrite(NightdeskError):
    """The record was changed by somebody else since it was read."""


class OutOfDate(NightdeskError):
    """What the asker saw has changed since; nothing was done."""


class NotFound(NightdeskError):
    """There is no such record."""


class NotAllowed(NightdeskError):
    """The person may not do this."""


class IllegalMove(NightdeskError):
    """The state of the record does not allow this step."""


class BadInput(NightdeskError):
    """What was given cannot be used; the message names the field, the finding and the remedy."""
