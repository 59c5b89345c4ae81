"""Answering on Flickr: a comment on the photo. There is no private message in the API.

A comment whose words our account has put on that photo before is not added again: Flickr gives
the id of the one that stands (github.com/Flickr-Foundation/flickr-api, `post_comment`).
"""

from datetime import datetime, timedelta

import msgspec

from chalicelib.domain.errors import OutcomeUnknown, SourceRefused, SourceUnavailable
from chalicelib.domain.mention import Mention
from chalicelib.domain.ticket import Reply
from chalicelib.ports import Preview, Probed, Published
from chalicelib.sources.family import Opening
from chalicelib.sources.flickr.calling import NOT_FOUND, TOO_FAST, Failure, Keys
from chalicelib.sources.flickr.listening import Flickr
from chalicelib.sources.flickr.photos import WEB, Comment, Identified, instant, photo_of
from chalicelib.sources.payload import decoded, each
from chalicelib.sources.text import plain_text, same_words

PATIENCE = timedelta(seconds=20)
"""An agent waits for this, and API Gateway for 29 seconds."""

CLOCKS = timedelta(minutes=5)
"""By so much Flickr's clock may differ from ours."""

LIMIT = 10_000
"""Characters; Flickr names no limit of its own, and this is more than anybody reads."""


class _Added(msgspec.Struct, frozen=True):
    comment: Identified


class _Member(msgspec.Struct, frozen=True):
    nsid: str
    username: str = ""


class _Perms(msgspec.Struct, frozen=True):
    content: str = msgspec.field(name="_content", default="")


class _Token(msgspec.Struct, frozen=True):
    user: _Member
    perms: _Perms = _Perms()


class _Checked(msgspec.Struct, frozen=True):
    oauth: _Token


class AnsweringFlickr(Flickr):
    """A source that our account has authorised: it hears comments, and can answer."""

    def __init__(self, opening: Opening, keys: Keys) -> None:
        super().__init__(opening, keys)
        self._token: _Token | None = None

    def reply(self, mention: Mention, reply: Reply) -> Published:
        photo = photo_of(mention.platform_id)
        asked = {"photo_id": photo, "comment_text": reply.text}
        try:
            response = self._call.post(
                "flickr.photos.comments.addComment", asked, deadline=self._now() + PATIENCE
            )
        except Failure as failure:
            if failure.code == TOO_FAST:
                raise SourceUnavailable(str(failure)) from None
            if failure.code == NOT_FOUND:
                raise SourceRefused("the photo is gone, or not to be seen by us") from None
            raise
        try:
            added = decoded(response, _Added).comment
        except SourceUnavailable as error:
            raise OutcomeUnknown(str(error)) from None
        return _published(mention, added.id)

    def find_reply(self, mention: Mention, reply: Reply) -> Published | None:
        deadline = self._now() + PATIENCE
        since = reply.approved_at - CLOCKS
        span = {"min_comment_date": str(int(since.timestamp()))}
        try:
            own = self._own(deadline).user.nsid
            entries = self._photos.comments(photo_of(mention.platform_id), span, deadline)
        except SourceRefused as error:
            raise SourceUnavailable(f"cannot tell whether the reply is there: {error}") from None

        def ours(comment: Comment, raw: bytes) -> str | None:
            is_recent = instant(comment.datecreate) >= since
            words = comment.content if isinstance(comment.content, str) else ""
            is_it = comment.author == own and same_words(plain_text(words), reply.text)
            return comment.id if is_recent and is_it else None

        found, _ = each(entries, Comment, ours)
        return _published(mention, found[0]) if found else None

    def preview(self, mention: Mention, text: str, *, is_private: bool) -> Preview:
        return Preview(text=text, length=len(text), limit=LIMIT)

    def probe(self, *, deadline: datetime) -> Probed:
        self._token = None
        token = self._own(deadline)
        reads = "searches photos" if self._search else "reads comments on our photos"
        may_write = token.perms.content in ("write", "delete")
        return Probed(
            account=f"@{token.user.username}",
            works=(reads, "replies") if may_write else (reads,),
            missing=()
            if may_write
            else ("cannot reply: authorise our account again, with perms=write",),
        )

    def _own(self, deadline: datetime) -> _Token:
        """What our token is for, asked once."""
        if self._token is None:
            method = "flickr.auth.oauth.checkToken"
            self._token = self._call.get(method, {}, _Checked, deadline=deadline).oauth
        return self._token


def _published(mention: Mention, id: str) -> Published:
    page = mention.url.partition("#")[0] or f"{WEB}/photo.gne?id={photo_of(mention.platform_id)}"
    return Published(platform_id=id, url=f"{page}#comment{id.rpartition('-')[2]}")
