"""Answering: beneath a comment or post as the page, or in Messenger to its author alone.

Sources (developers.facebook.com, November 2026): graph-api/reference/object/comments (replies
are made at `/{comment}/comments`; the guide's `POST /{comment}` would change the customer's own
words), business-messaging/messenger-platform/discovery/private-replies (one, within 7 days) and
/messenger-platform/reference/send-api (within 24 hours of their last message). There is no
idempotency key: a reply of unknown fate is looked up by its words.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar
from urllib.parse import quote

import msgspec

from chalicelib.domain.errors import OutcomeUnknown, SourceRefused, SourceUnavailable
from chalicelib.domain.mention import Mention
from chalicelib.domain.ticket import Reply
from chalicelib.http import Response
from chalicelib.ports import Checked, Preview, Probed, Published
from chalicelib.sources.facebook.finding import Finder
from chalicelib.sources.facebook.graph import Credentials, GraphRefused
from chalicelib.sources.facebook.listening import Facebook
from chalicelib.sources.facebook.posts import tail, web_address
from chalicelib.sources.facebook.standing import CHECKS_AT_ONCE, gone_among, probed
from chalicelib.sources.family import Opening
from chalicelib.sources.payload import decoded

PATIENCE = timedelta(seconds=20)
"""An agent waits for this, and API Gateway for 29 seconds."""

PRIVATELY_FOR = timedelta(days=7)
LONGEST_COMMENT = 8_000
"""Of a comment (unconfirmed: the documentation names no limit)."""
LONGEST_MESSAGE = 2_000
"""Of a message (messenger-platform/reference/send-api)."""

_ALREADY = 10_900
_CANNOT = 10_903
_OUTSIDE_WINDOW = frozenset({2018065, 2018278})
"""Subcodes of code 10 (messenger-platform/error-codes)."""


class _Created(msgspec.Struct, frozen=True):
    id: str
    permalink_url: str | None = None


class _Sent(msgspec.Struct, frozen=True):
    message_id: str


Shape = TypeVar("Shape")


class AnsweringFacebook(Facebook):
    """A page that can also answer, look whether posts still stand, and say how it stands."""

    checks_at_once = CHECKS_AT_ONCE
    takes_pushes = False

    def __init__(self, opening: Opening, credentials: Credentials) -> None:
        super().__init__(opening, credentials)
        self._token = credentials.page_token

    def reply(self, mention: Mention, reply: Reply) -> Published:
        if mention.is_private:
            return self._written_to(mention, reply)
        now = self._now()
        response = self._graph.post(
            f"/{quote(mention.platform_id, safe='')}/comments",
            {"message": reply.text, "fields": "id,permalink_url"},
            now=now,
            deadline=now + PATIENCE,
        )
        made = _made(response, _Created)
        if tail(made.id) == tail(mention.platform_id):
            raise OutcomeUnknown("Facebook names the post itself as the reply; look at it there")
        return Published(platform_id=made.id, url=web_address(made.permalink_url))

    def reply_privately(self, mention: Mention, reply: Reply) -> Published:
        if mention.is_private:
            return self._written_to(mention, reply)
        if self._now() - mention.posted_at > PRIVATELY_FOR:
            raise SourceRefused(
                "Facebook lets a page write privately only within 7 days of the post or comment; "
                "reply in public"
            )
        what = "post_id" if mention.in_reply_to is None else "comment_id"
        return self._sent({what: mention.platform_id}, reply)

    def find_reply(self, mention: Mention, reply: Reply) -> Published | None:
        now = self._now()
        finder = Finder(self._graph, self._page, now=now, deadline=now + PATIENCE)
        try:
            if mention.is_private or reply.is_private:
                return finder.in_private(mention, reply)
            return finder.in_public(mention, reply)
        except SourceRefused as error:
            raise SourceUnavailable(f"cannot tell whether the reply is there: {error}") from None

    def preview(self, mention: Mention, text: str, *, is_private: bool) -> Preview:
        limit = LONGEST_MESSAGE if is_private or mention.is_private else LONGEST_COMMENT
        return Preview(text=text, length=len(text), limit=limit)

    def delete_check(self, mentions: Sequence[Mention], *, deadline: datetime) -> Checked:
        return gone_among(self._graph, self._page, mentions, now=self._now(), deadline=deadline)

    def probe(self, *, deadline: datetime) -> Probed:
        found, me = probed(
            self._graph,
            self._page,
            self._token,
            takes_pushes=self.takes_pushes,
            now=self._now(),
            deadline=deadline,
        )
        self._see_that_it_is_the_page(me)
        return found

    def _written_to(self, mention: Mention, reply: Reply) -> Published:
        if mention.author is None:
            raise SourceRefused("nobody knows who wrote the message, so nobody can be written to")
        return self._sent({"id": mention.author.handle}, reply)

    def _sent(self, recipient: Mapping[str, str], reply: Reply) -> Published:
        now = self._now()
        form = {
            "recipient": msgspec.json.encode(recipient).decode(),
            "messaging_type": "RESPONSE",
            "message": msgspec.json.encode({"text": reply.text}).decode(),
        }
        path = f"/{self._page}/messages"
        try:
            response = self._graph.post(path, form, now=now, deadline=now + PATIENCE)
        except GraphRefused as error:
            raise SourceRefused(_why(error)) from None
        return Published(platform_id=_made(response, _Sent).message_id, url="")


def _made(response: Response, shape: type[Shape]) -> Shape:
    """What was made. An answer that does not name it was a success all the same."""
    try:
        return decoded(response, shape)
    except SourceUnavailable as error:
        raise OutcomeUnknown(str(error)) from None


def _why(error: GraphRefused) -> str:
    trouble = error.trouble
    if trouble.code == _ALREADY:
        return "Facebook allows one private reply to a post or comment, and it has been sent"
    if trouble.code == _CANNOT:
        return "Facebook does not let this person be written to privately; reply in public"
    if trouble.code == 10 and trouble.error_subcode in _OUTSIDE_WINDOW:
        return (
            "Facebook lets a page write only within 24 hours of the customer's last message; "
            "wait until they write again, or answer in Meta Business Suite"
        )
    return str(error)
