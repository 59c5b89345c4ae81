"""Answering on Mastodon: a reply beneath a post, seen by whoever could see the post."""

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

import msgspec

from chalicelib.domain.errors import OutcomeUnknown, SourceRefused, SourceUnavailable
from chalicelib.domain.mention import Mention
from chalicelib.domain.ticket import Reply
from chalicelib.http import Response
from chalicelib.ports import Published
from chalicelib.sources.family import Opening
from chalicelib.sources.mastodon.listening import PAGE, Mastodon
from chalicelib.sources.mastodon.posts import Account, Status
from chalicelib.sources.payload import decoded
from chalicelib.sources.text import plain_text, same_words

PATIENCE = timedelta(seconds=20)
"""An agent waits for this, and API Gateway for 29 seconds."""

_HANDLE = re.compile(r"@([\w.-]*\w)(@[\w.-]*\w)?")


class _Context(msgspec.Struct, frozen=True):
    descendants: list[Status]


class AnsweringMastodon(Mastodon):
    """A source with an access token: it can also reply."""

    def __init__(self, opening: Opening, token: str) -> None:
        super().__init__(opening, token)
        self._account: Account | None = None

    def reply(self, mention: Mention, reply: Reply) -> Published:
        # Read first: what was written to us alone must not be answered in public, and a post
        # that is gone cannot be answered.
        deadline = self._now() + PATIENCE
        post = decoded(self._get(self._of(mention), deadline), Status)
        response = self._http.request(
            "POST",
            self._base_url + "/api/v1/statuses",
            headers={
                **self._headers,
                "Content-Type": "application/x-www-form-urlencoded",
                "Idempotency-Key": reply.id,
            },
            body=urlencode(
                {
                    "status": _addressed(reply.text, post.account),
                    "in_reply_to_id": mention.platform_id,
                    "visibility": post.visibility or "public",
                }
            ).encode(),
            deadline=deadline,
        )
        try:
            return _published(decoded(response, Status))
        except SourceUnavailable as error:
            raise OutcomeUnknown(str(error)) from None

    def find_reply(self, mention: Mention, reply: Reply) -> Published | None:
        deadline = self._now() + PATIENCE
        try:
            own = self._own_account(deadline)
            path = self._of(mention) + "/context"
            response = self._get(path, deadline, accept=(200, 404, 410))
            if response.status == 200:
                candidates = decoded(response, _Context).descendants
            else:
                # The post is gone; a reply to it would still stand among our own posts.
                path = f"/api/v1/accounts/{quote(own.id, safe='')}/statuses?limit={PAGE}"
                candidates = decoded(self._get(path, deadline), list[Status])
        except SourceRefused as error:
            raise SourceUnavailable(f"cannot tell whether the reply is there: {error}") from None
        for status in candidates:
            if status.account and status.account.id == own.id and _says(status, reply):
                return _published(status)
        return None

    def _own_account(self, deadline: datetime) -> Account:
        if self._account is None:
            path = "/api/v1/accounts/verify_credentials"
            self._account = decoded(self._get(path, deadline), Account)
        return self._account

    def _of(self, mention: Mention) -> str:
        return f"/api/v1/statuses/{quote(mention.platform_id, safe='')}"

    def _get(self, path: str, deadline: datetime, *, accept: Collection[int] = (200,)) -> Response:
        return self._http.request(
            "GET", self._base_url + path, headers=self._headers, accept=accept, deadline=deadline
        )


def _addressed(text: str, author: Account | None) -> str:
    """The text, naming the author: without that Mastodon tells nobody of the reply."""
    if author is None or f"@{author.acct}".casefold() in text.casefold():
        return text
    return f"@{author.acct} {text}"


def _says(status: Status, reply: Reply) -> bool:
    """Whether a post is the reply: the same words, whatever markup and addressing did to them."""
    return same_words(_bare(plain_text(status.content or "")), _bare(reply.text))


def _bare(text: str) -> str:
    """Without the handles at the beginning; other handles without their host."""
    text = _HANDLE.sub(r"@\1", text)
    return re.sub(r"^(\s*@[\w.-]+)+", "", text)


def _published(status: Status) -> Published:
    return Published(platform_id=status.id, url=status.url or status.uri or "")
