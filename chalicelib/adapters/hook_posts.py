"""The way to the receivers of hooks: signed HTTP POSTs to addresses that are secrets.

A receiver's answer beyond its status and `Retry-After` is not read, and what went wrong is told
in our own words alone: the client's name the host, and the receiver's may repeat what it was
sent.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.answering.rules import Hook
from chalicelib.domain.errors import NotFound, OutcomeUnknown, SourceRefused, SourceUnavailable
from chalicelib.http import HttpClient
from chalicelib.http.signing import headers, receiver_in
from chalicelib.http.waiting import retry_at
from chalicelib.ports.hooks import HookAnswer, HookFate

PATIENCE = timedelta(seconds=15)
"""For one try: the function has 30 seconds."""

MOST_ANSWERED = 65_536
"""Bytes of an answer, which says nothing to us."""

_PASSING = frozenset({408, 425, 429})
"""Statuses of 4xx that may pass."""

_ANY = range(200, 600)


class HttpHookPosts:
    """Hooks by HTTP; one try each, since the queue tries again."""

    def __init__(self, *, secret: Callable[[str], str], http: HttpClient) -> None:
        """`secret` gives the stored secret of a name and raises NotFound when there is none.

        `http` refuses addresses that are not public.
        """
        self._secret = secret
        self._http = http

    def post(self, hook: Hook, id: str, body: bytes, *, now: datetime) -> HookAnswer:
        try:
            receiver = receiver_in(self._secret(hook.secret))
        except NotFound:
            return _failed(f"nobody has stored the secret {hook.secret} of hook {hook.name}")
        except ValueError as error:
            return _failed(f"the secret {hook.secret} of hook {hook.name}: {error}")
        except Exception as error:
            kind = type(error).__name__
            return _failed(f"the secret {hook.secret} could not be read: {kind}")
        if not receiver.key:
            return _failed(f"the secret {hook.secret} of hook {hook.name} has no signing key")
        try:
            answer = self._http.request(
                "POST",
                receiver.url,
                deadline=now + PATIENCE,
                headers={
                    "Content-Type": "application/json",
                    **headers(id, body, receiver.key, now=now),
                },
                body=body,
                accept=_ANY,
                max_bytes=MOST_ANSWERED,
            )
        except SourceRefused:
            return _refused(f"hook {hook.name} has an address that may not be reached")
        except (SourceUnavailable, OutcomeUnknown):
            return _failed(f"hook {hook.name} does not answer")
        why = f"hook {hook.name} answered {answer.status}"
        if answer.status < 300:
            return HookAnswer(fate=HookFate.TAKEN)
        if answer.status < 500 and answer.status not in _PASSING:
            return _refused(why)
        return _failed(why, retry_at(answer.headers, now=now))


def _failed(why: str, at: datetime | None = None) -> HookAnswer:
    return HookAnswer(fate=HookFate.FAILED, why=why, retry_at=at)


def _refused(why: str) -> HookAnswer:
    return HookAnswer(fate=HookFate.REFUSED, why=why)


if TYPE_CHECKING:
    from chalicelib.ports import HookPosts

    _: type[HookPosts] = HttpHookPosts
