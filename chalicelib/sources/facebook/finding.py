"""Finding a reply of ours again, by its words.

developers.facebook.com/docs/graph-api/reference/object/comments and /comment
(`private_reply_conversation`), /graph-api/reference/page/conversations (v26.0).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, quote

import msgspec

from chalicelib.domain.errors import SourceRefused
from chalicelib.domain.mention import Mention
from chalicelib.domain.ticket import Reply
from chalicelib.ports import Published
from chalicelib.sources.facebook.graph import Graph, GraphRefused
from chalicelib.sources.facebook.posts import Identified, Person, instant, tail, web_address
from chalicelib.sources.payload import NotReadable, decoded, each
from chalicelib.sources.text import same_words

CLOCKS_DIFFER = timedelta(minutes=5)
LOOKED_AT = 50

_MESSAGES = f"link,messages.limit({LOOKED_AT}){{id,message,from,created_time}}"


class _Said(msgspec.Struct, frozen=True):
    """A comment or message of ours, as far as it tells whether it is the reply."""

    id: str
    message: str | None = None
    author: Person | None = msgspec.field(name="from", default=None)
    permalink_url: str | None = None
    parent: Identified | None = None
    created_time: str | int | None = None


class _Messages(msgspec.Struct, frozen=True):
    data: list[_Said]


class _Conversation(msgspec.Struct, frozen=True):
    link: str | None = None
    messages: _Messages | None = None


class _Conversations(msgspec.Struct, frozen=True):
    data: list[_Conversation]


class _Answered(msgspec.Struct, frozen=True):
    private_reply_conversation: _Conversation | None = None


class Finder:
    """Looks a reply up in the name of a page."""

    def __init__(self, graph: Graph, page: str, *, now: datetime, deadline: datetime) -> None:
        self._graph = graph
        self._page = page
        self._now = now
        self._deadline = deadline

    def in_public(self, mention: Mention, reply: Reply) -> Published | None:
        """Beneath the post or comment; Facebook moves the answer to an answer up beneath the
        comment that both answer."""
        places = [mention.platform_id]
        parent = mention.in_reply_to
        if parent is not None and not parent.startswith(f"{self._page}_"):
            places.append(parent)
        for place in places:
            for said in self._said_beneath(place, reply):
                beneath = said.parent.id if said.parent else place
                if tail(beneath) == tail(place) and self._is_it(said, reply):
                    return Published(platform_id=said.id, url=web_address(said.permalink_url))
        return None

    def _said_beneath(self, place: str, reply: Reply) -> list[_Said]:
        params = {
            "fields": "id,message,from,permalink_url,parent{id},created_time",
            "filter": "stream",
            "order": "reverse_chronological",
            "since": str(int((reply.approved_at - CLOCKS_DIFFER).timestamp())),
            "limit": str(LOOKED_AT),
        }
        found: list[_Said] = []
        marks: dict[str, str] = {}
        while True:
            path = f"/{quote(place, safe='')}/comments"
            try:
                page = self._graph.listing(
                    path, params | marks, now=self._now, deadline=self._deadline
                )
            except GraphRefused as error:
                if not error.trouble.is_gone:
                    raise
                self._see_that_we_may_read()
                return []  # it is gone, and whatever stood beneath it
            found += each(page.data, _Said, lambda said, raw: said)[0]
            token = page.token
            if not token or dict(parse_qsl(token)) == marks:
                return found
            marks = dict(parse_qsl(token))

    def _see_that_we_may_read(self) -> None:
        """Raises where what others write is refused to us: it would all look as if it were gone."""
        params = {"fields": "id", "limit": "1"}
        path = f"/{self._page}/feed"
        if not self._graph.listing(path, params, now=self._now, deadline=self._deadline).data:
            raise SourceRefused("Facebook shows nothing on the page")

    def in_private(self, mention: Mention, reply: Reply) -> Published | None:
        if mention.is_private or (mention.author and mention.in_reply_to is None):
            handle = mention.author.handle if mention.author else ""
            params = {"platform": "messenger", "user_id": handle, "fields": _MESSAGES}
            path = f"/{self._page}/conversations"
            response = self._graph.get(path, params, now=self._now, deadline=self._deadline)
            found: Sequence[_Conversation] = decoded(response, _Conversations).data
        else:
            path = f"/{quote(mention.platform_id, safe='')}"
            params = {"fields": f"private_reply_conversation{{{_MESSAGES}}}"}
            response = self._graph.get(path, params, now=self._now, deadline=self._deadline)
            conversation = decoded(response, _Answered).private_reply_conversation
            found = [conversation] if conversation else []
        for one in found:
            for said in one.messages.data if one.messages else ():
                if self._is_it(said, reply):
                    return Published(platform_id=said.id, url="")
        return None

    def _is_it(self, said: _Said, reply: Reply) -> bool:
        """Whether something said is the reply: by us, in its words, not before it was approved."""
        if said.author is None or str(said.author.id) != self._page:
            return False
        try:
            is_earlier = instant(said.created_time) < reply.approved_at - CLOCKS_DIFFER
        except NotReadable:
            is_earlier = False
        return not is_earlier and same_words(said.message or "", reply.text)
