"""A YouTube on this machine, with the paging rules of its Data API.

Shapes: the resource representations of developers.google.com/youtube/v3/docs/commentThreads,
…/comments, …/videos and …/search, filled as the API fills them.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.domain.desk import SourceEntry
from chalicelib.ports import Source
from tests.http.loopback import Answer, Asked, Loopback, serving
from tests.sources.contract import Stage

CHANNEL = "UCN1hnUccO4FD5WfM7ithXaw"
"""Ours."""

CARLA = "UCdfN6Ar5A9E21KBfLlNCbNQ"
VIDEO = "7ghhRHRP6t4"
"""One of ours."""

KEY = "AIza-hush"
ACCOUNT = json.dumps({"client_id": "1", "client_secret": "2", "refresh_token": "1//hush"})
SCOPE = "https://www.googleapis.com/auth/youtube.force-ssl"


class Tube(Stage):
    """Threads newest first by when they were begun, replies oldest first, pages by tokens."""

    def __init__(self, **options: Any) -> None:
        super().__init__()
        self.options = options
        self.threads: list[dict[str, Any]] = []
        self.replies: dict[str, list[dict[str, Any]]] = {}
        self.videos: list[dict[str, Any]] = []
        self.subscribers = {CARLA: "1200"}
        self.channels = [CHANNEL]
        self.scopes = SCOPE
        self.places: dict[str, datetime] = {}
        """Where a thread stands in the listing, other than by its date."""
        self.spoilt_tokens = 0
        self.is_failing = False
        self.is_strict = False
        """Whether an id that is gone spoils the answer for the others."""
        self.server: Loopback

    # --- the platform -------------------------------------------------------------------

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/token":
            token = {"access_token": "ya29.x", "expires_in": 3599, "scope": self.scopes}
            return said(token)
        if self.is_failing:
            return Answer(body=b"<!DOCTYPE html><title>Sorry...</title>")
        if not {"x-goog-api-key", "authorization"} & set(asked.headers):
            return refused(403, "forbidden", "The request is missing a valid API key.")
        path = asked.path.removeprefix("/youtube/v3/")
        assert path != asked.path
        methods = {
            "GET commentThreads": self._threads,
            "GET comments": self._comments,
            "GET videos": self._videos,
            "GET channels": self._channels,
            "GET search": self._search,
            "GET i18nLanguages": lambda asked: said({"kind": "youtube#list", "items": []}),
            "POST comments": self._reply,
            "POST commentThreads": self._comment,
        }
        return methods[f"{asked.method} {path}"](asked)

    def _threads(self, asked: Asked) -> Answer:
        found = [thread for thread in self.threads if self._belongs(thread, asked)]
        for thread in found:
            beneath = self.replies.get(thread["id"], [])
            thread["snippet"]["totalReplyCount"] = len(beneath)
            if beneath:
                thread["replies"] = {"comments": beneath[-5:]}
        return self._page(asked, found, key=self._place)

    def _place(self, thread: dict[str, Any]) -> str:
        if at := self.places.get(thread["id"]):
            return _rfc3339(at)
        return _date(thread["snippet"]["topLevelComment"])

    def _belongs(self, thread: dict[str, Any], asked: Asked) -> bool:
        if "videoId" in asked.query:
            return [thread["snippet"]["videoId"]] == asked.query["videoId"]
        return [thread["snippet"]["channelId"]] == asked.query["allThreadsRelatedToChannelId"]

    def _comments(self, asked: Asked) -> Answer:
        if "parentId" in asked.query:
            parent = asked.query["parentId"][0]
            if not any(thread["id"] == parent for thread in self.threads):
                return refused(404, "commentNotFound", "It cannot be found.")
            found = self.replies.get(parent, [])
            return self._page(asked, found, key=lambda one: "", is_rising=True)
        assert "maxResults" not in asked.query
        every = [thread["snippet"]["topLevelComment"] for thread in self.threads]
        every += [reply for replies in self.replies.values() for reply in replies]
        return self._of_ids(asked, every, "commentNotFound")

    def _videos(self, asked: Asked) -> Answer:
        return self._of_ids(asked, self.videos, "videoNotFound")

    def _channels(self, asked: Asked) -> Answer:
        if "mine" in asked.query:
            assert "authorization" in asked.headers
            mine = [
                {"id": id, "snippet": {"title": "Acme", "customUrl": "@acme"}}
                for id in self.channels
            ]
            return said(
                {"kind": "youtube#channelListResponse", **({"items": mine} if mine else {})}
            )
        known = [
            {"id": id, "statistics": {"subscriberCount": self.subscribers.get(id, "0")}}
            for id in {*self.channels, *self.subscribers}
        ]
        return self._of_ids(asked, known, "channelNotFound")

    def _search(self, asked: Asked) -> Answer:
        assert asked.query["type"] == ["video"]
        assert asked.query["order"] == ["date"]
        after = datetime.fromisoformat(asked.query["publishedAfter"][0])
        words = [word.strip('"').lower() for word in asked.query["q"][0].split("|")]
        hits = [
            {
                "kind": "youtube#searchResult",
                "id": {"kind": "youtube#video", "videoId": video["id"]},
                "snippet": {**video["snippet"], "description": video["snippet"]["title"]},
            }
            for video in self.videos
            if datetime.fromisoformat(_date(video)) >= after
            and any(word in json.dumps(video).lower() for word in words)
        ]
        return self._page(asked, hits, key=_date)

    def _of_ids(self, asked: Asked, every: list[dict[str, Any]], reason: str) -> Answer:
        ids = asked.query["id"][0].split(",")
        assert len(ids) <= 50
        found = [one for one in every if one["id"] in ids]
        if self.is_strict and len(found) < len(ids):
            return refused(404, reason, "It cannot be found.")
        return said({"kind": "youtube#listResponse", **({"items": found} if found else {})})

    def _page(
        self, asked: Asked, found: list[dict[str, Any]], *, key: Any, is_rising: bool = False
    ) -> Answer:
        """The token stands for the last entry of a page, not for how many came before."""
        size = min(int(asked.query["maxResults"][0]), self.page)
        ordered = [(key(one), number, one) for number, one in enumerate(found)]
        ordered.sort(key=lambda one: one[:2], reverse=not is_rising)
        if token := asked.query.get("pageToken", [""])[0]:
            if self.spoilt_tokens:
                self.spoilt_tokens -= 1
                return refused(400, "invalidPageToken", "The page token is not valid.")
            last = tuple(json.loads(token))
            ordered = [one for one in ordered if (one[:2] > last if is_rising else one[:2] < last)]
        more = {"nextPageToken": json.dumps(ordered[size - 1][:2])} if ordered[size:] else {}
        items = [one for _, _, one in ordered[:size]]
        return said({"kind": "youtube#listResponse", "items": items, **more})

    def _reply(self, asked: Asked) -> Answer:
        if "authorization" not in asked.headers:
            return refused(401, "required", "Login required.")
        wanted = json.loads(asked.body)["snippet"]
        parent = next(one for one in self.threads if one["id"] == wanted["parentId"])
        id = self.answered(parent["id"], wanted["textOriginal"], at=self.now, by=CHANNEL)
        return said(self.replies[parent["id"]][-1] | {"id": id})

    def _comment(self, asked: Asked) -> Answer:
        wanted = json.loads(asked.body)["snippet"]
        text = wanted["topLevelComment"]["snippet"]["textOriginal"]
        assert wanted["channelId"]
        id = self.add(text=text, at=self.now, by=CHANNEL, video=wanted["videoId"])
        return said(next(one for one in self.threads if one["id"] == id))

    # --- what happens there -------------------------------------------------------------

    def add(
        self,
        *,
        text: str = "acme",
        at: datetime,
        by: str = CARLA,
        name: str = "@carla",
        video: str = VIDEO,
        **over: Any,
    ) -> str:
        id = f"UgxISZhP_62DIrtv2r94Aa{len(self.threads):04}"
        comment = _as_comment(id, text, at=at, by=by, name=name, video=video, **over)
        self.threads.append(
            {
                "kind": "youtube#commentThread",
                "etag": "aj8-iUxQKpwWxkofH5h-1iUKeyw",
                "id": id,
                "snippet": {
                    "channelId": CHANNEL,
                    "videoId": video,
                    "topLevelComment": comment,
                    "canReply": True,
                    "totalReplyCount": 0,
                    "isPublic": True,
                },
            }
        )
        return id

    def answered(
        self,
        parent: str,
        text: str = "acme too",
        *,
        at: datetime,
        by: str = CARLA,
        name: str = "@carla",
        **over: Any,
    ) -> str:
        """A reply beneath a thread."""
        beneath = self.replies.setdefault(parent, [])
        id = f"{parent}.9{len(beneath):04}"
        beneath.append(_as_comment(id, text, at=at, by=by, name=name, parentId=parent, **over))
        return id

    def upload(self, text: str, *, at: datetime, by: str = CARLA, **over: Any) -> str:
        """A video of somebody else."""
        id = f"vid_{len(self.videos):07}"
        snippet = {
            "publishedAt": _rfc3339(at),
            "channelId": by,
            "title": "Watch this",
            "description": text,
            "channelTitle": "Carla's kitchen",
            "liveBroadcastContent": "none",
            "defaultAudioLanguage": "en-US",
        }
        self.videos.append({"kind": "youtube#video", "id": id, "snippet": snippet | over})
        return id

    def post(self, text: str, *, at: datetime) -> str:
        if "search" in self.options:
            return self.upload(text, at=at)
        return self.add(text=text, at=at)

    def entry(self) -> SourceEntry:
        url = self.server.url
        options = {"channel_id": CHANNEL, "base_url": url, "tokens_url": url, **self.options}
        return SourceEntry(name="tube", kind="youtube", brand="acme", options=options)

    def source(self, secret: str = KEY) -> Source:
        return super().source(secret)

    def fail(self) -> None:
        self.is_failing = True

    def later(self, **length: float) -> None:
        self.now += timedelta(**length)

    def calls(self, path: str) -> list[Asked]:
        """What was asked of one method, such as `commentThreads`."""
        return [one for one in self.server.asked if one.path == f"/youtube/v3/{path}"]


@contextmanager
def staged(**options: Any) -> Iterator[Tube]:
    tube = Tube(**options)
    with serving(tube.answer) as server:
        tube.server = server
        yield tube


def said(value: object) -> Answer:
    return Answer(body=json.dumps(value).encode())


def refused(status: int, reason: str, message: str) -> Answer:
    errors = [{"message": message, "domain": "youtube", "reason": reason}]
    error = {"code": status, "message": message, "errors": errors}
    return Answer(status=status, body=json.dumps({"error": error}).encode())


def _as_comment(
    id: str, text: str, *, at: datetime, by: str, name: str, video: str = VIDEO, **over: Any
) -> dict[str, Any]:
    snippet = {
        "channelId": CHANNEL,
        "videoId": video,
        "textDisplay": text,
        "textOriginal": text,
        "authorDisplayName": name,
        "authorProfileImageUrl": "https://yt3.ggpht.com/x",
        "authorChannelUrl": f"http://www.youtube.com/channel/{by}",
        "authorChannelId": {"value": by},
        "canRate": True,
        "viewerRating": "none",
        "likeCount": 0,
        "publishedAt": _rfc3339(at),
        "updatedAt": _rfc3339(at),
    }
    kept = {key: value for key, value in (snippet | over).items() if value is not None}
    return {"kind": "youtube#comment", "etag": "A5ZcY", "id": id, "snippet": kept}


def _rfc3339(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _date(one: dict[str, Any]) -> str:
    return str(one["snippet"]["publishedAt"])
