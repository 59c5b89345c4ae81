"""Answering on Mastodon: beneath a post, for whoever could see the post or its author alone."""

import hashlib
import re
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

import msgspec

from chalicelib.domain.errors import OutcomeUnknown, SourceRefused, SourceUnavailable
from chalicelib.domain.mention import Mention
from chalicelib.domain.ticket import Reply
from chalicelib.ports import Preview, Published
from chalicelib.sources.family import Opening
from chalicelib.sources.mastodon.listening import PAGE
from chalicelib.sources.mastodon.posts import DIRECT, Account, Status
from chalicelib.sources.mastodon.standing import StandingMastodon
from chalicelib.sources.mastodon.wording import addressed, length_of, named
from chalicelib.sources.payload import decoded
from chalicelib.sources.text import plain_text, same_words

PATIENCE = timedelta(seconds=20)
"""An agent waits for this, and API Gateway for 29 seconds."""

_HANDLE = re.compile(r"@([\w.-]*\w)(@[\w.-]*\w)?")


class _Context(msgspec.Struct, frozen=True):
    descendants: list[Status]


class AnsweringMastodon(StandingMastodon):
    """A source with an access token: it can also reply, in public and to one person alone."""

    def __init__(self, opening: Opening, token: str) -> None:
        super().__init__(opening, token)
        self._limit = opening.number("max_characters")
        self._own_handles = opening.brand.handles
        self._account: Account | None = None

    def reply(self, mention: Mention, reply: Reply) -> Published:
        # Read first: what was written to us alone must not be answered in public, and a post
        # that is gone cannot be answered.
        deadline = self._now() + PATIENCE
        post = decoded(self._asked(self._of(mention), deadline), Status)
        acct = post.account.acct if post.account else ""
        if post.visibility == DIRECT:
            self._see_that_nobody_else_reads(reply.text, acct)
        return self._publish(
            mention,
            reply,
            deadline,
            status=addressed(reply.text, acct),
            in_reply_to_id=mention.platform_id,
            visibility=post.visibility or "public",
        )

    def reply_privately(self, mention: Mention, reply: Reply) -> Published:
        """A direct message. It reaches its author even when the post is gone."""
        deadline = self._now() + PATIENCE
        acct = mention.author.handle if mention.author else ""
        found = self._asked(self._of(mention), deadline, accept=(200, 404, 410))
        beneath = {}
        if found.status == 200:
            post = decoded(found, Status)
            acct = post.account.acct if post.account else acct
            beneath = {"in_reply_to_id": mention.platform_id}
        if not acct:
            raise SourceRefused("nobody knows who wrote the post, so nobody can be written to")
        self._see_that_nobody_else_reads(reply.text, acct)
        return self._publish(
            mention,
            reply,
            deadline,
            status=addressed(reply.text, acct),
            visibility=DIRECT,
            **beneath,
        )

    def find_reply(self, mention: Mention, reply: Reply) -> Published | None:
        deadline = self._now() + PATIENCE
        try:
            own = self._own_account(deadline)
            path = self._of(mention) + "/context"
            response = self._asked(path, deadline, accept=(200, 404, 410))
            if response.status == 200:
                candidates = decoded(response, _Context).descendants
            else:
                # The post is gone; a reply to it would still stand among our own posts.
                path = f"/api/v1/accounts/{quote(own.id, safe='')}/statuses?limit={PAGE}"
                candidates = decoded(self._asked(path, deadline), list[Status])
        except SourceRefused as error:
            raise SourceUnavailable(f"cannot tell whether the reply is there: {error}") from None
        is_private = reply.is_private or mention.is_private
        for status in candidates:
            if status.visibility is not None and (status.visibility == DIRECT) is not is_private:
                continue
            if status.account and status.account.id == own.id and _says(status, reply):
                return _published(status)
        return None

    def preview(self, mention: Mention, text: str, *, is_private: bool) -> Preview:
        shown = addressed(text, mention.author.handle if mention.author else "")
        return Preview(text=shown, length=length_of(shown), limit=self._limit)

    def _publish(
        self, mention: Mention, reply: Reply, deadline: datetime, **form: str
    ) -> Published:
        response = self._http.request(
            "POST",
            self._base_url + "/api/v1/statuses",
            headers={
                **self._headers,
                "Content-Type": "application/x-www-form-urlencoded",
                "Idempotency-Key": _key(mention, reply),
            },
            body=urlencode(form).encode(),
            deadline=deadline,
        )
        try:
            return _published(decoded(response, Status))
        except SourceUnavailable as error:
            raise OutcomeUnknown(str(error)) from None

    def _see_that_nobody_else_reads(self, text: str, acct: str) -> None:
        """Raises SourceRefused: a direct message is read by everybody whom it names."""
        known = {acct.casefold(), *(one.casefold().lstrip("@") for one in self._own_handles)}
        others = [one for one in named(text) if one.casefold() not in known]
        if others:
            raise SourceRefused(
                f"everybody named in a private message reads it; take out @{others[0]}"
            )

    def _own_account(self, deadline: datetime) -> Account:
        if self._account is None:
            path = "/api/v1/accounts/verify_credentials"
            self._account = decoded(self._asked(path, deadline), Account)
        return self._account

    def _of(self, mention: Mention) -> str:
        return f"/api/v1/statuses/{quote(mention.platform_id, safe='')}"


def _key(mention: Mention, reply: Reply) -> str:
    """What makes two tries one; of the post too, since a page chooses the reply's id and might
    choose the same for another customer, who would then never be answered."""
    return hashlib.sha256(f"{mention.id}\n{reply.id}".encode()).hexdigest()


def _says(status: Status, reply: Reply) -> bool:
    """Whether a post is the reply: the same words, whatever markup and addressing did to them."""
    return same_words(_bare(plain_text(status.content or "")), _bare(reply.text))


def _bare(text: str) -> str:
    """Without the handles at the beginning; other handles without their host."""
    text = _HANDLE.sub(r"@\1", text)
    return re.sub(r"^(\s*@[\w.-]+)+", "", text)


def _published(status: Status) -> Published:
    return Published(platform_id=status.id, url=status.url or status.uri or "")
