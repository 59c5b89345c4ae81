"""Posts, and what comes with them, as X writes them.

Shapes: X's own OpenAPI document (version 2.167, August 2026), which says `referenced_posts`,
`note_post`, `repost_count` since 2026-08-07; the names before that (`referenced_tweets`,
`note_tweet`, `retweet_count`) may still come and are read as well.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

import msgspec

_Shape = TypeVar("_Shape")

_SNOWFLAKES_BEGIN = 1_288_834_974_657
"""Milliseconds of the epoch from which the ids of X count (docs.x.com/fundamentals/x-ids)."""

_FIRST_SNOWFLAKE = 30_000_000_000
"""Ids below are older than that, and numbered one by one."""


class Identified(msgspec.Struct, frozen=True):
    """Anything, as far as its id."""

    id: str


class Includes(msgspec.Struct, frozen=True):
    """What an answer has beside the posts that were asked for."""

    users: object = None
    posts: object = None
    tweets: object = None
    media: object = None


class User(msgspec.Struct, frozen=True):
    """Who wrote it."""

    id: str
    username: str = ""
    name: str | None = None
    verified: object = None
    verified_type: object = None
    public_metrics: object = None


class Reference(msgspec.Struct, frozen=True):
    """Another post, and what this one has to do with it."""

    id: str
    type: str = ""


class Post(msgspec.Struct, frozen=True):
    """A post. Only its id must be there; what else is of the wrong type counts as missing."""

    id: str
    text: str | None = None
    created_at: object = None
    author_id: str | None = None
    lang: object = None
    in_reply_to_user_id: object = None
    entities: object = None
    attachments: object = None
    public_metrics: object = None
    note_post: object = None
    note_tweet: object = None
    referenced_posts: object = None
    referenced_tweets: object = None
    edit_history_post_ids: object = None
    edit_history_tweet_ids: object = None

    @property
    def first_id(self) -> str:
        """The id of its first version: each edit gives a post another id."""
        history = lenient(self.edit_history_post_ids or self.edit_history_tweet_ids, list[str])
        return history[0] if history and self.id in history else self.id

    @property
    def newest_id(self) -> str:
        history = lenient(self.edit_history_post_ids or self.edit_history_tweet_ids, list[str])
        return history[-1] if history and self.id in history else self.id

    @property
    def at(self) -> datetime | None:
        """When this version was posted; ids tell it to the millisecond, and order listings."""
        return instant_of(self.id) or _date(self.created_at)

    def refers(self, kind: str) -> str | None:
        """The id of the post that it answers (`replied_to`), quotes or passes on (`retweeted`)."""
        found = every(self.referenced_posts or self.referenced_tweets, Reference)
        return next((one.id for one in found if one.type == kind), None)

    def whole_text(self) -> str:
        """All it says, with addresses written out."""
        note = lenient(self.note_post or self.note_tweet, _Note) or _Note()
        text = note.text or self.text or ""
        for name, sign in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
            text = text.replace(name, sign)
        for link in every(_entities(note.entities).urls, _Link) + every(
            _entities(self.entities).urls, _Link
        ):
            if link.url.startswith("https://t.co/") and web_address(link.expanded_url):
                text = text.replace(link.url, link.expanded_url)
        return text

    def named(self) -> tuple["Named", ...]:
        """Whom it names."""
        note = lenient(self.note_post or self.note_tweet, _Note) or _Note()
        return tuple(
            one
            for entities in (self.entities, note.entities)
            for one in every(_entities(entities).mentions, Named)
        )


class Named(msgspec.Struct, frozen=True):
    """An account that a post names."""

    username: str | None = None
    id: str | None = None


class _Link(msgspec.Struct, frozen=True):
    url: str = ""
    expanded_url: str = ""


class _Entities(msgspec.Struct, frozen=True):
    urls: object = None
    mentions: object = None


class _Note(msgspec.Struct, frozen=True):
    text: str = ""
    entities: object = None


class Attached(msgspec.Struct, frozen=True):
    """Which pictures and films hang on a post."""

    media_keys: list[str] | None = None


class Picture(msgspec.Struct, frozen=True):
    """A picture or film."""

    media_key: str = ""
    url: str | None = None
    preview_image_url: str | None = None
    alt_text: str | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the posts of one answer, by id."""

    users: dict[str, User] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    media: dict[str, Picture] = field(default_factory=dict)

    @classmethod
    def of(cls, found: object) -> "Beside":
        includes = lenient(found, Includes) or Includes()
        return cls(
            users={one.id: one for one in every(includes.users, User)},
            posts={one.id: one for one in every(includes.posts or includes.tweets, Post)},
            media={one.media_key: one for one in every(includes.media, Picture)},
        )


def instant_of(id: str) -> datetime | None:
    """When an id was given; None where it tells no time."""
    if not (id.isascii() and id.isdigit() and len(id) <= 19 and int(id) >= _FIRST_SNOWFLAKE):
        return None
    return datetime.fromtimestamp(((int(id) >> 22) + _SNOWFLAKES_BEGIN) / 1000, UTC)


def id_before(second: int) -> str:
    """An id below all that were given from a second of the epoch on."""
    return str(max(1, ((second * 1000 - _SNOWFLAKES_BEGIN) << 22) - 1))


def lenient(found: object, shape: type[_Shape]) -> _Shape | None:
    try:
        return msgspec.convert(found, shape)
    except (msgspec.ValidationError, RecursionError):
        return None


def every(found: object, shape: type[_Shape]) -> list[_Shape]:
    """Those of a list that have the shape."""
    made = (lenient(one, shape) for one in (found if isinstance(found, list) else ()))
    return [one for one in made if one is not None]


def _entities(found: object) -> _Entities:
    return lenient(found, _Entities) or _Entities()


def _date(found: object) -> datetime | None:
    made = lenient(found, datetime)
    return made.astimezone(UTC) if made and made.tzinfo else None


def web_address(address: str | None) -> str:
    return address if address and address.startswith(("https://", "http://")) else ""
