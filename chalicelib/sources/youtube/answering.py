"""Answering on YouTube: beneath the first comment of a thread, or beneath a video.

There is one level of replies: what answers a reply stands beneath the thread's first comment and
names whom it answers (…/docs/comments/insert). Nothing can be said in private.
"""

import re
from datetime import datetime, timedelta

import msgspec

from chalicelib.domain.errors import OutcomeUnknown, SourceRefused, SourceUnavailable
from chalicelib.domain.mention import Mention
from chalicelib.domain.ticket import Reply
from chalicelib.http import Response
from chalicelib.ports import Preview, Published
from chalicelib.sources.google import Refused
from chalicelib.sources.payload import decoded, each
from chalicelib.sources.text import same_words
from chalicelib.sources.youtube.calls import TokenGone
from chalicelib.sources.youtube.listening import YouTube, is_video
from chalicelib.sources.youtube.posts import Comment, Thread, Video, address

PATIENCE = timedelta(seconds=20)
"""An agent waits for this, and API Gateway for 29 seconds."""

LONGEST = 10_000
"""Characters that a comment may have."""

SKEW = timedelta(hours=1)
"""Their clock may differ from ours."""

LOOK_PAGES = 20
"""In which a lost reply is looked for: 2,000 comments."""

_CHANNEL_ID = re.compile(r"UC[\w-]{22}")

_REMEDIES = {
    "commentsDisabled": "the video takes no comments",
    "operationNotSupported": "the thread takes no replies",
    "parentCommentIsPrivate": "the comment is held for review; publish it on YouTube first",
    "ineligibleAccount": "the account has no channel; make one on YouTube",
    "commentTextTooLong": f"write at most {LONGEST} characters",
}


class _Made(msgspec.Struct, frozen=True):
    """A comment as it is given back once it is made; a thread has it one level down."""

    id: str


class AnsweringYouTube(YouTube):
    """A source that is signed in as a channel: it can also reply."""

    def reply(self, mention: Mention, reply: Reply) -> Published:
        deadline = self._now() + PATIENCE
        text = _addressed(mention, reply.text)
        if len(text) > LONGEST:
            raise SourceRefused(f"a comment of {len(text)} characters; write at most {LONGEST}")
        try:
            if is_video(mention.platform_id):
                return self._beneath_video(mention.platform_id, text, deadline)
            return self._beneath_comment(mention, text, deadline)
        except Refused as error:
            remedy = next((_REMEDIES[one] for one in error.reasons if one in _REMEDIES), "")
            raise SourceRefused(f"{error}; {remedy}" if remedy else str(error)) from None

    def find_reply(self, mention: Mention, reply: Reply) -> Published | None:
        deadline = self._now() + PATIENCE
        text = _addressed(mention, reply.text)
        try:
            own = [channel.id for channel in self._channels(deadline, ("mine", "true"))]
            if not own:
                raise SourceUnavailable("the account has no channel to look for the reply of")
            written_at = reply.approved_at - SKEW
            if is_video(mention.platform_id):
                return self._among_threads(mention, text, own, written_at, deadline)
            return self._among_replies(mention, text, own, written_at, deadline)
        except (SourceRefused, TokenGone) as error:
            raise SourceUnavailable(f"cannot tell whether the reply is there: {error}") from None

    def preview(self, mention: Mention, text: str, *, is_private: bool) -> Preview:
        shown = _addressed(mention, text)
        return Preview(text=shown, length=len(shown), limit=LONGEST)

    def _beneath_comment(self, mention: Mention, text: str, deadline: datetime) -> Published:
        snippet = {"parentId": _thread_of(mention), "textOriginal": text}
        response = self._calls.insert("comments", {"snippet": snippet}, deadline=deadline)
        return Published(platform_id=(id := _id(response)), url=_beside(mention, id))

    def _beneath_video(self, video: str, text: str, deadline: datetime) -> Published:
        """The channel has to be told beside the video, so it is asked for."""
        items = self._calls.of_ids("videos", "snippet", [video], deadline=deadline)
        found, _ = each(items, Video, lambda one, raw: one)
        if not found:
            raise SourceRefused(f"the video {video} is gone, or not public any more")
        snippet = {
            "channelId": found[0].snippet.channel_id,
            "videoId": video,
            "topLevelComment": {"snippet": {"textOriginal": text}},
        }
        response = self._calls.insert("commentThreads", {"snippet": snippet}, deadline=deadline)
        # A thread has the id of its first comment.
        return Published(platform_id=(id := _id(response)), url=address(id, video, None))

    def _among_replies(
        self, mention: Mention, text: str, own: list[str], since: datetime, deadline: datetime
    ) -> Published | None:
        token = ""
        for _ in range(LOOK_PAGES):
            try:
                page = self._calls.listed(
                    "comments",
                    ("part", "snippet"),
                    ("parentId", _thread_of(mention)),
                    ("textFormat", "plainText"),
                    token=token,
                    deadline=deadline,
                )
            except Refused as error:
                if error.status == 404:
                    return None  # a thread that is gone takes its replies along
                raise
            for comment in _comments(page.items):
                if _is_ours(comment, own, text, since):
                    return Published(platform_id=comment.id, url=_beside(mention, comment.id))
            token = page.next_page_token
            if not token:
                return None
        raise SourceUnavailable(f"not among the first {LOOK_PAGES} pages of replies")

    def _among_threads(
        self, mention: Mention, text: str, own: list[str], since: datetime, deadline: datetime
    ) -> Published | None:
        """Newest first, down to when the reply was written."""
        token = ""
        for _ in range(LOOK_PAGES):
            page = self._calls.listed(
                "commentThreads",
                ("part", "snippet"),
                ("videoId", mention.platform_id),
                ("order", "time"),
                ("textFormat", "plainText"),
                token=token,
                deadline=deadline,
            )
            threads, _bad = each(page.items, Thread, lambda one, raw: one)
            comments = _comments([thread.snippet.top_level_comment for thread in threads])
            for comment in comments:
                if _is_ours(comment, own, text, since):
                    url = address(comment.id, mention.platform_id, None)
                    return Published(platform_id=comment.id, url=url)
            token = page.next_page_token
            is_earlier = [not _is_since(comment, since) for comment in comments[-5:]]
            if not token or (is_earlier and all(is_earlier)):
                return None
        raise SourceUnavailable(f"not among the newest {LOOK_PAGES} pages of comments")


def _thread_of(mention: Mention) -> str:
    return mention.in_reply_to or mention.platform_id


def _addressed(mention: Mention, text: str) -> str:
    """Beneath a reply, naming its author: all replies of a thread stand in one row."""
    handle = mention.author.handle if mention.author and mention.author.is_account else ""
    if not mention.in_reply_to or not handle or _CHANNEL_ID.fullmatch(handle):
        return text
    is_named = re.search(rf"(?<!\w)@{re.escape(handle)}(?![\w.-])", text, re.IGNORECASE)
    return text if is_named else f"@{handle} {text}"


def _beside(mention: Mention, id: str) -> str:
    """The address of a comment in the thread of another."""
    head, lc, _ = mention.url.rpartition("&lc=")
    return f"{head}{lc}{id}" if lc else mention.url


def _id(response: Response) -> str:
    try:
        return decoded(response, _Made).id
    except SourceUnavailable as error:
        raise OutcomeUnknown(str(error)) from None


def _comments(items: list[msgspec.Raw]) -> list[Comment]:
    found, _ = each(items, Comment, lambda one, raw: one)
    return found


def _is_since(comment: Comment, since: datetime) -> bool:
    """Whether it was written since then, or does not say."""
    at = comment.snippet.published_at
    return at.tzinfo is None or at >= since


def _is_ours(comment: Comment, own: list[str], text: str, since: datetime) -> bool:
    """Whether it is the reply: the same words may have been said there before."""
    channel = comment.snippet.author_channel_id
    said = comment.snippet.text_original or comment.snippet.text_display or ""
    is_by_us = channel is not None and channel.value in own
    return is_by_us and _is_since(comment, since) and same_words(said, text)
