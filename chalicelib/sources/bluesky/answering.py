"""Answering on Bluesky: beneath a post, or by direct message.

A reply is a record in our own repository under a key that we choose. It is put there only where
nothing stands (`swapRecord: null`), so that however often it is tried it stands once, and
whether it is there is told exactly. Direct messages are kept by one service for all
(docs.bsky.app/docs/advanced-guides/api-directory), which has no such thing: they are looked up
by their words.
"""

from datetime import datetime, timedelta
from typing import TypeVar

import msgspec

from chalicelib.domain.errors import (
    OutcomeUnknown,
    SourceError,
    SourceRefused,
    SourceUnavailable,
)
from chalicelib.domain.mention import Mention
from chalicelib.domain.ticket import Reply
from chalicelib.http import Response
from chalicelib.ports import Preview, Published
from chalicelib.sources.bluesky.listening import Listening
from chalicelib.sources.bluesky.posts import POST, WEB, Post, did_of, inside, permalink
from chalicelib.sources.bluesky.session import WRITE, Refusal
from chalicelib.sources.bluesky.wording import LIMIT, MESSAGE_LIMIT, Facet, facets, key
from chalicelib.sources.payload import decoded
from chalicelib.sources.text import same_words, seen_characters

PATIENCE = timedelta(seconds=20)
"""An agent waits for this, and API Gateway for 29 seconds."""

CLOCKS = timedelta(minutes=5)
"""By so much the chat's clock may differ from ours."""

MESSAGES = 100
"""The latest of a conversation, in which a message of ours is looked for."""

_CHAT = {"atproto-proxy": "did:web:api.bsky.chat#bsky_chat"}

_WHY_NOT = {
    "AccountSuspended": "our account may not send messages",
    "BlockedActor": "one has blocked the other",
    "BlockedSubject": "one has blocked the other",
    "MessagesDisabled": "they take no direct messages; answer in public",
    "NotFollowedBySender": "they take direct messages only from whom they follow; answer in public",
    "RecipientNotFound": "their account is gone, or cannot be written to",
}
"""What `chat.bsky.convo.getConvoForMembers` may say."""


Shape = TypeVar("Shape")


class _Record(msgspec.Struct, frozen=True):
    uri: str
    value: object = None


class _Put(msgspec.Struct, frozen=True):
    uri: str


class _Resolved(msgspec.Struct, frozen=True):
    did: str


class _Convo(msgspec.Struct, frozen=True):
    id: str


class _Conversation(msgspec.Struct, frozen=True):
    convo: _Convo | None = None


class _Sender(msgspec.Struct, frozen=True):
    did: str = ""


class _Message(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    text: str = ""
    """Empty for what was deleted, and for what the service itself says."""
    sender: _Sender = _Sender()
    sent_at: datetime | None = None


class _Messages(msgspec.Struct, frozen=True):
    messages: list[_Message]


class Bluesky(Listening):
    """Our account: it listens, and it can reply, in public and to one person alone."""

    def reply(self, mention: Mention, reply: Reply) -> Published:
        # Read first: the thread's root is wanted, and whether its author takes our reply.
        deadline = self._now() + PATIENCE
        posts = self._posts([mention.platform_id], deadline)
        if not posts:
            raise SourceRefused("the post is gone, or its author has blocked us")
        if inside(posts[0].viewer, "replyDisabled") is True:
            raise SourceRefused("its author does not take replies from us")
        record: dict[str, object] = {
            "$type": POST,
            "text": reply.text,
            # When it goes out, not when it was approved: a post from hours ago is notified far
            # down, as read.
            "createdAt": self._now().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "reply": _place(posts[0]),
        }
        if found := self._facets(reply.text, deadline):
            record["facets"] = found
        own = self._account.session(deadline).did
        rkey = key(mention, reply)
        try:
            response = self._account.post(
                "com.atproto.repo.putRecord",
                {
                    "repo": own,
                    "collection": POST,
                    "rkey": rkey,
                    "record": record,
                    "swapRecord": None,
                },
                # Nobody over there reads it; it says to our own client that this may be repeated.
                headers={"Idempotency-Key": rkey},
                deadline=deadline,
                bucket=WRITE,
            )
        except Refusal as refusal:
            if refusal.error != "InvalidSwap":
                raise
            return self._standing(mention, reply)
        return _published(_sure(response, _Put).uri)

    def reply_privately(self, mention: Mention, reply: Reply) -> Published:
        """A direct message, with the post it answers where that still stands."""
        deadline = self._now() + PATIENCE
        convo = self._conversation("getConvoForMembers", mention, deadline)
        if convo is None:
            raise SourceUnavailable("the chat service gave no conversation")
        message: dict[str, object] = {"text": reply.text}
        if found := self._facets(reply.text, deadline):
            message["facets"] = found
        for post in self._posts([mention.platform_id], deadline):
            about = {"uri": post.uri, "cid": post.cid}
            message["embed"] = {"$type": "app.bsky.embed.record", "record": about}
        response = self._account.post(
            "chat.bsky.convo.sendMessage",
            {"convoId": convo, "message": message},
            headers=_CHAT,
            deadline=deadline,
        )
        return _sent(convo, _sure(response, _Message))

    def find_reply(self, mention: Mention, reply: Reply) -> Published | None:
        deadline = self._now() + PATIENCE
        try:
            if reply.is_private:
                return self._sent_before(mention, reply, deadline)
            own = self._account.session(deadline).did
            response = self._record(own, key(mention, reply), deadline)
        except Refusal as refusal:
            if not reply.is_private and refusal.is_of_what_is_gone:
                return None
            raise SourceUnavailable(f"cannot tell whether the reply is there: {refusal}") from None
        except SourceRefused as error:
            raise SourceUnavailable(f"cannot tell whether the reply is there: {error}") from None
        found = decoded(response, _Record)
        parent = inside(found.value, "reply", "parent", "uri")
        return _published(found.uri) if parent == mention.platform_id else None

    def preview(self, mention: Mention, text: str, *, is_private: bool) -> Preview:
        limit = MESSAGE_LIMIT if is_private else LIMIT
        return Preview(text=text, length=seen_characters(text), limit=limit)

    def _standing(self, mention: Mention, reply: Reply) -> Published:
        """The reply that an earlier try has put there."""
        try:
            found = self.find_reply(mention, reply)
        except SourceUnavailable as error:
            raise OutcomeUnknown(str(error)) from None
        if found is None:
            raise SourceRefused("another reply of ours stands under the same key")
        return found

    def _sent_before(self, mention: Mention, reply: Reply, deadline: datetime) -> Published | None:
        convo = self._conversation("getConvoAvailability", mention, deadline)
        if convo is None:
            return None
        asked = [("convoId", convo), ("limit", str(MESSAGES))]
        response = self._account.get(
            "chat.bsky.convo.getMessages", asked, headers=_CHAT, deadline=deadline
        )
        own = self._account.session(deadline).did
        for message in decoded(response, _Messages).messages:
            is_ours = message.sender.did == own and same_words(message.text, reply.text)
            # The same words may have gone to the same customer about something else before.
            if is_ours and message.sent_at and message.sent_at >= reply.approved_at - CLOCKS:
                return _sent(convo, message)
        return None

    def _conversation(self, method: str, mention: Mention, deadline: datetime) -> str | None:
        """The id of our conversation with the author of a mention."""
        members = [("members", did_of(mention.platform_id))]
        try:
            response = self._account.get(
                f"chat.bsky.convo.{method}", members, headers=_CHAT, deadline=deadline
            )
        except Refusal as refusal:
            if refusal.lacks_rights:
                raise SourceRefused(
                    "the app password may not send direct messages; make one that allows them"
                ) from None
            if refusal.error in _WHY_NOT:
                raise SourceRefused(_WHY_NOT[refusal.error]) from None
            raise
        convo = decoded(response, _Conversation).convo
        return convo.id if convo else None

    def _facets(self, text: str, deadline: datetime) -> list[Facet]:
        def did_of_handle(handle: str) -> str:
            asked = [("handle", handle)]
            try:
                response = self._account.get(
                    "com.atproto.identity.resolveHandle", asked, deadline=deadline
                )
                return decoded(response, _Resolved).did
            except SourceError:
                return ""  # it stands there as plain text

        return facets(text, did_of_handle)


def _place(post: Post) -> dict[str, object]:
    """Where a reply to a post belongs: its thread's root, and the post itself."""
    parent = {"uri": post.uri, "cid": post.cid}
    root = inside(post.record, "reply", "root")
    uri, cid = inside(root, "uri"), inside(root, "cid")
    is_whole = isinstance(uri, str) and isinstance(cid, str)
    return {"root": {"uri": uri, "cid": cid} if is_whole else parent, "parent": parent}


def _sure(response: Response, shape: type[Shape]) -> Shape:
    """What came back after something was sent."""
    try:
        return decoded(response, shape)
    except SourceUnavailable as error:
        raise OutcomeUnknown(str(error)) from None


def _published(uri: str) -> Published:
    return Published(platform_id=uri, url=permalink(uri))


def _sent(convo: str, message: _Message) -> Published:
    return Published(platform_id=message.id, url=f"{WEB}/messages/{convo}")
