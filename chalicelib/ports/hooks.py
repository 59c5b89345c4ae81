"""What telling other desks needs: a queue of deliveries, and whoever receives them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from chalicelib.domain.answering.rules import Hook
from chalicelib.domain.hook_events import Delivery


class Deliveries(Protocol):
    """Where deliveries wait for their time."""

    def enqueue(self, deliveries: Sequence[Delivery]) -> None:
        """Raises NightdeskError when not all were taken; those that were are queued."""

    def put_off(self, handle: str, delay: timedelta) -> None:
        """The delivery that was handed out as `handle` comes again after `delay`."""

    def give_up(self, delivery: Delivery, why: str) -> None:
        """Keep it with the dead letters, whose alarm tells of it; `why` in our own words."""


class HookFate(StrEnum):
    """What became of a try to tell a hook."""

    TAKEN = "taken"
    FAILED = "failed"
    """Trying later can help."""
    REFUSED = "refused"
    """Trying again cannot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HookAnswer:
    """What a receiver said."""

    fate: HookFate
    why: str = ""
    """In our own words; names the hook and no address."""
    retry_at: datetime | None = None
    """When it wants to be asked again, if it said so."""


class HookPosts(Protocol):
    """The way to receivers."""

    def post(self, hook: Hook, id: str, body: bytes, *, now: datetime) -> HookAnswer:
        """Post a signed body once. Never raises for what a receiver or the network does."""
