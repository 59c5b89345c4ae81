"""Answering on X: beneath a post that names or quotes us, or by a direct message.

X lets apps of self-serve customers reply only to posts whose author named the replying account
or quoted a post of it (docs.x.com/x-api/posts/manage-tweets/integrate, August 2026). So the post
is read first; that also finds its newest version, since an edit gives a post another id.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from urllib.parse import quote

import msgspec

from chalicelib.domain.cost import Use
from chalicelib.domain.errors import OutcomeUnknown, SourceRefused, SourceUnavailable
from chalicelib.domain.mention import Mention
from chalicelib.domain.ticket import Reply
from chalicelib.http import Response
from chalicelib.ports import Preview, Published
from chalicelib.sources.family import Opening
from chalicelib.sources.payload import decoded, each
from chalicelib.sources.x.calling import (
    DM_READ,
    DM_SEND,
    GRANT,
    LOOKUP,
    OWN_POSTS,
    POSTING,
    USERS,
    Credentials,
    problems,
    refusal,
    who,
)
from chalicelib.sources.x.listening import X
from chalicelib.sources.x.listings import POST_READ, Page
from chalicelib.sources.x.shapes import Beside, Post, instant_of
from chalicelib.sources.x.wording import has_address, is_same, length_of

PATIENCE = timedelta(seconds=20)
"""An agent waits for this, and API Gateway for 29 seconds."""

CLOCKS = timedelta(minutes=5)
"""By so much X's clock may differ from ours."""

LONGEST_MESSAGE = 10_000
"""Characters of a direct message (docs.x.com/x-api/direct-messages)."""

LOOKED_THROUGH = 5
"""Pages of our own posts, or messages, that are searched for a reply."""

POST, POST_SUMMONED, POST_WITH_URL = "x.post", "x.post-summoned", "x.post-with-url"
MESSAGE = "x.message"
"""What X charges for (adapters/prices/x.json); the post beneath is read before."""

NOT_SUMMONED = (
    "X lets us answer only posts that mention us or quote a post of ours; open it there and "
    "answer by hand"
)

_REFUSED = (400, 401, 402, 403, 404, 409, 410, 413, 415, 422)


class _Made(msgspec.Struct, frozen=True):
    id: str


class _Created(msgspec.Struct, frozen=True):
    data: _Made | None = None


class _Sent(msgspec.Struct, frozen=True):
    dm_event_id: str


class _Message(msgspec.Struct, frozen=True):
    data: _Sent


class _Event(msgspec.Struct, frozen=True):
    id: str
    text: str = ""
    sender_id: str = ""


class AnsweringX(X):
    """A source with an account: it can also reply, in public and by direct message."""

    def __init__(self, opening: Opening, credentials: Credentials) -> None:
        super().__init__(opening, credentials)
        self._limit = opening.number("max_characters")
        self._may_answer_anybody = opening.options["is_enterprise"] is True

    def reply(self, mention: Mention, reply: Reply) -> Published:
        deadline = self._now() + PATIENCE
        post, beside = self._post(mention, deadline)
        if post is None:
            raise SourceRefused("the post is gone, or only its author's followers may read it")
        self._own_number(deadline)
        if not (self._may_answer_anybody or self._reader.summons(post, beside)):
            raise SourceRefused(NOT_SUMMONED)
        response = self._caller.post(
            "/2/tweets",
            {"text": reply.text, "reply": {"in_reply_to_tweet_id": post.newest_id}},
            bucket=POSTING,
            deadline=deadline,
            accept=(200, 201, *_REFUSED),
        )
        if response.status in _REFUSED:
            said = refusal(response).said
            # X takes the same words once only: perhaps this reply was published before.
            if "duplicate" in said.lower() and (found := self._twin(mention, reply, deadline)):
                return found
            raise _refused(response)
        sku = POST_WITH_URL if has_address(reply.text) else POST_SUMMONED
        if sku == POST_SUMMONED and self._may_answer_anybody:
            sku = POST
        return self._published(_created(response), Use(sku=sku), Use(sku=POST_READ))

    def reply_privately(self, mention: Mention, reply: Reply) -> Published:
        deadline = self._now() + PATIENCE
        response = self._caller.post(
            f"/2/dm_conversations/with/{self._author(mention, deadline)}/messages",
            {"text": reply.text},
            bucket=DM_SEND,
            deadline=deadline,
            accept=(200, 201, *_REFUSED),
        )
        if response.status in _REFUSED:
            raise _refused(response)
        try:
            id = decoded(response, _Message).data.dm_event_id
            return Published(platform_id=id, url="", uses=(Use(sku=MESSAGE), Use(sku=POST_READ)))
        except SourceUnavailable as error:
            raise OutcomeUnknown(str(error)) from None

    def find_reply(self, mention: Mention, reply: Reply) -> Published | None:
        deadline = self._now() + PATIENCE
        try:
            if reply.is_private:
                return self._message(mention, reply, deadline)
            return self._beneath(mention, reply, deadline)
        except SourceRefused as error:
            raise SourceUnavailable(f"cannot tell whether the reply is there: {error}") from None

    def preview(self, mention: Mention, text: str, *, is_private: bool) -> Preview:
        if is_private:
            return Preview(text=text, length=len(text), limit=LONGEST_MESSAGE)
        return Preview(text=text, length=length_of(text), limit=self._limit)

    def _post(self, mention: Mention, deadline: datetime) -> tuple[Post | None, Beside]:
        """The post as it stands; None where it does not. Raises SourceUnavailable when X does
        not say which."""
        response = self._caller.get(
            "/2/tweets",
            (
                ("ids", mention.platform_id),
                ("post.fields", "entities,note_post"),
                ("expansions", "author_id,referenced_posts"),
            ),
            bucket=LOOKUP,
            deadline=deadline,
        )
        page = decoded(response, Page)
        posts, _ = each(page.data or [], Post, lambda post, raw: post)
        if not posts and not problems(page.errors):
            raise SourceUnavailable(f"{response.host} says nothing of the post")
        return next(iter(posts), None), Beside.of(page.includes)

    def _author(self, mention: Mention, deadline: datetime) -> str:
        """The number of who wrote it: that of the post where it stands, since handles change
        hands; else by the handle."""
        post, _ = self._post(mention, deadline)
        if post is not None and post.author_id:
            return quote(post.author_id, safe="")
        if mention.author is None:
            raise SourceRefused("nobody knows who wrote the post, so nobody can be written to")
        handle = quote(mention.author.handle, safe="")
        path = f"/2/users/by/username/{handle}"
        return quote(who(self._caller.get(path, (), bucket=USERS, deadline=deadline)).id, safe="")

    def _twin(self, mention: Mention, reply: Reply, deadline: datetime) -> Published | None:
        try:
            return self._beneath(mention, reply, deadline)
        except (SourceUnavailable, SourceRefused) as error:
            raise OutcomeUnknown(f"X has such a post already; {error}") from None

    def _beneath(self, mention: Mention, reply: Reply, deadline: datetime) -> Published | None:
        """The reply among our posts since it was approved, newest first."""
        path = f"/2/users/{self._own_number(deadline)}/tweets"
        params = (
            ("since_id", mention.platform_id),
            ("max_results", "100"),
            ("post.fields", "entities,note_post"),
            ("expansions", "referenced_posts"),
        )
        for page in self._pages(path, params, OWN_POSTS, deadline):
            posts, _ = each(page.data or [], Post, lambda post, raw: post)
            beside = Beside.of(page.includes)
            for post in posts:
                if _is_before(post.id, reply):
                    return None
                answered = post.refers("replied_to") or ""
                above = beside.posts.get(answered)
                ids = {answered, above.first_id if above else ""}
                if mention.platform_id in ids and is_same(post.whole_text(), reply.text):
                    return self._published(post.id)
        return None

    def _message(self, mention: Mention, reply: Reply, deadline: datetime) -> Published | None:
        """The reply among the messages between the author and us since it was approved, newest
        first."""
        own = self._own_number(deadline)
        path = f"/2/dm_conversations/with/{self._author(mention, deadline)}/dm_events"
        params = (
            ("max_results", "20"),  # X charges for each
            ("event_types", "MessageCreate"),
            ("dm_event.fields", "id,text,event_type"),
            ("expansions", "sender_id"),
        )
        for page in self._pages(path, params, DM_READ, deadline):
            events, _ = each(page.data or [], _Event, lambda event, raw: event)
            for event in events:
                # The same words may have gone to the same customer about something else before.
                if _is_before(event.id, reply):
                    return None
                if event.sender_id == own and is_same(event.text, reply.text):
                    return Published(platform_id=event.id, url="")
        return None

    def _pages(
        self, path: str, params: Sequence[tuple[str, str]], bucket: str, deadline: datetime
    ) -> Iterator[Page]:
        """Each asked for when it is wanted, since X charges for what stands on it. Raises
        SourceUnavailable where there are more than can be looked through."""
        token = ""
        for _ in range(LOOKED_THROUGH):
            more = (("pagination_token", token),) if token else ()
            page = decoded(
                self._caller.get(path, (*params, *more), bucket=bucket, deadline=deadline), Page
            )
            yield page
            token = (page.meta.next_token if page.meta else "") or ""
            if not token:
                return
        raise SourceUnavailable("there are more posts of ours since than can be looked through")

    def _published(self, id: str, *uses: Use) -> Published:
        return Published(platform_id=id, url=f"https://x.com/i/web/status/{id}", uses=uses)


def _is_before(id: str, reply: Reply) -> bool:
    """Whether an id was given before a reply was approved."""
    at = instant_of(id)
    return at is not None and at < reply.approved_at - CLOCKS


def _created(response: Response) -> str:
    try:
        made = decoded(response, _Created).data
    except SourceUnavailable as error:
        raise OutcomeUnknown(str(error)) from None
    if made is None:
        raise OutcomeUnknown(f"{response.host} does not say what became of the reply")
    return made.id


def _refused(response: Response) -> SourceRefused:
    """In words for an agent where it is the rule about replies, else X's own."""
    refused = refusal(response)
    said, words = refused.said, refused.said.lower()
    if refused.kind == "oauth1-permissions":
        return SourceRefused(f"X does not let the app write: {GRANT}")
    if response.status == 403 and "reply" in words and ("mention" in words or "quot" in words):
        return SourceRefused(f"{NOT_SUMMONED} ({said})")
    return SourceRefused(f"{response.host} answered {response.status}: {said}")
