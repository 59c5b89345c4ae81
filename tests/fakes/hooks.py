"""Deliveries to other desks, and those desks, in memory."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.answering.rules import Hook
from chalicelib.domain.errors import NightdeskError
from chalicelib.domain.hook_events import Delivery
from chalicelib.ports import HookAnswer, HookFate


class FakeDeliveries:
    """Keeps deliveries."""

    def __init__(self) -> None:
        self.waiting: list[Delivery] = []
        self.put_offs: list[tuple[str, timedelta]] = []
        self.dead: list[tuple[Delivery, str]] = []
        self.is_down = False

    def enqueue(self, deliveries: Sequence[Delivery]) -> None:
        if self.is_down:
            raise NightdeskError("the queue is away")
        self.waiting += deliveries

    def put_off(self, handle: str, delay: timedelta) -> None:
        self.put_offs.append((handle, delay))

    def give_up(self, delivery: Delivery, why: str) -> None:
        self.dead.append((delivery, why))


@dataclass(frozen=True)
class Post:
    """What a receiver got."""

    hook: str
    id: str
    body: bytes
    at: datetime


class FakeHookPosts:
    """Receivers that answer as they are told."""

    def __init__(self) -> None:
        self.posts: list[Post] = []
        self.answers = HookAnswer(fate=HookFate.TAKEN)

    def post(self, hook: Hook, id: str, body: bytes, *, now: datetime) -> HookAnswer:
        self.posts.append(Post(hook.name, id, body, now))
        return self.answers


if TYPE_CHECKING:
    from chalicelib.ports import Deliveries, HookPosts

    _: type[Deliveries] = FakeDeliveries
    __: type[HookPosts] = FakeHookPosts
