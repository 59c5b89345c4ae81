"""What a push tells of: posts, comments and messages that were added, edited or taken away.

Shapes: developers.facebook.com/docs/graph-api/webhooks/reference/page (fields `feed` and
`mention`, their items and verbs) and /documentation/business-messaging/messenger-platform/
webhooks/webhook-events (`messages`, `message_edits`), November 2026.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import msgspec

from chalicelib.domain.mention import Media
from chalicelib.ports import Pulled
from chalicelib.sources.facebook.posts import (
    SITE,
    Person,
    Reader,
    comment_id,
    comment_url,
    instant,
    web_address,
)
from chalicelib.sources.payload import NotReadable

Id = str | int

POSTS = frozenset({"post", "status", "photo", "video", "share", "album", "note", "link", "story"})
"""Items that are a post somebody wrote; reactions, likes, events and the rest are none."""

PICTURES = frozenset({"photo", "video"})
EDITED = frozenset({"edit", "edited", "update"})
REMOVED = frozenset({"remove", "delete"})


@dataclass(frozen=True, slots=True)
class Heard:
    """What one change tells."""

    id: str
    pulled: Pulled | None = None
    """None: it is gone."""


class Change(msgspec.Struct, frozen=True):
    """Something changed in a field of the page."""

    field: str
    value: msgspec.Raw = msgspec.Raw(b"{}")


class _Happened(msgspec.Struct, frozen=True):
    """The value of a change in `feed` or `mention`."""

    item: str = ""
    verb: str = ""
    post_id: Id | None = None
    comment_id: Id | None = None
    parent_id: Id | None = None
    message: str | None = None
    author: Person | None = msgspec.field(name="from", default=None)
    sender_id: Id | None = None
    sender_name: str | None = None
    """These two in the place of `from`: in mentions, and in older versions."""
    created_time: Id | None = None
    edited_time: Id | None = None
    permalink_url: object = None
    post: object = None
    link: object = None
    photo: object = None
    photos: object = None
    video: object = None

    @property
    def by(self) -> Person | None:
        if self.author is None and self.sender_id is not None:
            return Person(id=self.sender_id, name=self.sender_name)
        return self.author

    @property
    def address(self) -> str:
        post = self.post if isinstance(self.post, dict) else {}
        return web_address(self.permalink_url) or web_address(post.get("permalink_url"))

    @property
    def media(self) -> tuple[Media, ...]:
        photos = self.photos if isinstance(self.photos, list) else []
        found = [*photos, self.photo, self.video]
        if self.item in PICTURES:
            found.append(self.link)
        urls = (url for one in found if (url := web_address(one)))
        return tuple(Media(url=url) for url in dict.fromkeys(urls))


class _Message(msgspec.Struct, frozen=True):
    mid: str
    text: str | None = None
    attachments: object = None
    reply_to: object = None
    is_echo: bool = False
    is_deleted: bool = False

    @property
    def media(self) -> tuple[Media, ...]:
        found = self.attachments if isinstance(self.attachments, list) else []
        payloads = [one.get("payload") for one in found if isinstance(one, dict)]
        urls = [web_address(one.get("url")) for one in payloads if isinstance(one, dict)]
        return tuple(Media(url=url) for url in urls if url)


class Messaging(msgspec.Struct, frozen=True):
    """An event of Messenger; those without words (read, delivered, reacted) have neither."""

    sender: Person | None = None
    timestamp: Id | None = None
    message: _Message | None = None
    message_edit: _Message | None = None


class Happenings:
    """What turns the changes of one push into mentions, and into ids of what is gone."""

    def __init__(self, reader: Reader, *, now: datetime) -> None:
        self._reader = reader
        self._now = now

    def changed(self, sent: Id) -> Callable[[Change, bytes], Heard | None]:
        """For the changes of an entry that was sent at `sent`."""

        def read(change: Change, raw: bytes) -> Heard | None:
            if change.field not in ("feed", "mention"):
                return None
            found = msgspec.json.decode(change.value, type=_Happened)
            if found.item == "comment":
                return self._comment(found, raw, sent, is_ours=change.field == "feed")
            return self._post(found, raw, sent) if found.item in POSTS else None

        return read

    def heard(self, event: Messaging, raw: bytes) -> Heard | None:
        """The message of an event of Messenger, read by us alone."""
        message = event.message or event.message_edit
        if message is None or message.is_echo or event.sender is None:
            return None
        if message.is_deleted:
            return Heard(message.mid)
        at = instant(event.timestamp)
        answers = message.reply_to.get("mid") if isinstance(message.reply_to, dict) else None
        pulled = self._reader.pulled(
            raw,
            id=message.mid,
            text=message.text or "",
            posted_at=at,
            author=event.sender,
            now=self._now,
            in_reply_to=answers if isinstance(answers, str) else None,
            is_private=True,
            media=message.media,
            edited_at=at if event.message is None else None,
        )
        return Heard(message.mid, pulled) if pulled else None

    def _comment(self, found: _Happened, raw: bytes, sent: Id, *, is_ours: bool) -> Heard | None:
        post = str(found.post_id or "")
        if found.comment_id is None:
            raise NotReadable("a comment without an id")
        id = comment_id(str(found.comment_id), post)
        if found.verb in REMOVED:
            return Heard(id)
        if not _is_said(found):
            return None
        parent = str(found.parent_id or post)
        # Beneath somebody else's post the post alone tells where it stands; see `stands_on`.
        is_beneath_post = parent == post or not is_ours
        pulled = self._reader.pulled(
            raw,
            id=id,
            text=found.message or "",
            posted_at=instant(found.created_time or sent),
            author=found.by,
            now=self._now,
            url=found.address or comment_url(id, post),
            in_reply_to=post if is_beneath_post else comment_id(parent, post),
            media=found.media,
            edited_at=_edited_at(found, sent),
        )
        return Heard(id, pulled) if pulled else None

    def _post(self, found: _Happened, raw: bytes, sent: Id) -> Heard | None:
        if found.post_id is None:
            raise NotReadable("a post without an id")
        id = str(found.post_id)
        if found.verb in REMOVED:
            return Heard(id)
        if not _is_said(found):
            return None
        pulled = self._reader.pulled(
            raw,
            id=id,
            text=found.message or "",
            posted_at=instant(found.created_time or sent),
            author=found.by,
            now=self._now,
            url=found.address or f"{SITE}/{id}",
            media=found.media,
            edited_at=_edited_at(found, sent),
        )
        return Heard(id, pulled) if pulled else None


def _is_said(found: _Happened) -> bool:
    """Whether somebody said something. An edit without words (of a picture, of who may read it)
    must not take away those that were said before."""
    return found.verb == "add" or (found.verb in EDITED and found.message is not None)


def _edited_at(found: _Happened, sent: Id) -> datetime | None:
    return instant(found.edited_time or sent) if found.verb in EDITED else None
