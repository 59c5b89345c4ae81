"""Replay: a recorded file of events, one JSON object a line. The reference member.

Every line has `at` (ISO 8601 with an offset) and `do`:

    {"at": "2026-11-21T19:30:00Z", "do": "post", "platform": "mastodon", "id": "1",
     "text": "the whole site is down", "url": "https://social.example/1", "language": "en",
     "author": {"handle": "carla", "name": "Carla", "followers": 1200, "is_verified": false},
     "is_addressed": true, "in_reply_to": null, "posted_at": "2026-11-21T19:29:00Z",
     "is_private": false, "media": [{"url": "https://social.example/1.jpg", "alt": "a queue"}]}
    {"at": "2026-11-21T19:40:00Z", "do": "edit", "platform": "mastodon", "id": "1",
     "text": "the whole site is down, and my data leaked"}
    {"at": "2026-11-21T19:50:00Z", "do": "delete", "platform": "mastodon", "id": "1",
     "is_told": true}
    {"at": "2026-11-21T20:00:00Z", "do": "down", "platform": "mastodon"}
    {"at": "2026-11-21T20:10:00Z", "do": "up", "platform": "mastodon"}

A post appears at `at`; `posted_at` is said only where the platform would show another date
(back-dated, or from the future). Of a post only `id` and `text` are needed besides; `author`
null is a withheld one. An edited post is listed once more with its new words; a deleted one is
shown no more, and where `is_told` is left out only who asks for it hears of that. Between `down`
and `up` nothing can be fetched or replied. Other events (phones, agents: the scenario player's) are
passed over. Lines are taken in the order of their `at`, those of one instant in the order of the
file.
"""

from chalicelib.domain.desk import SourceEntry
from chalicelib.sources.family import Member, Option
from chalicelib.sources.replay.playing import Replay


def _platform_of(entry: SourceEntry) -> str:
    return str(entry.options.get("platform") or "replay")


MEMBER = Member(
    kind="replay",
    platform_of=_platform_of,
    listens="posts of a recorded file, as their instants come",
    answers="into a file",
    answers_privately="into that file, marked as private",
    credentials="none",
    window="the whole file",
    costs="nothing",
    options=(
        Option(name="path", says="the file of JSON lines to read", default="", is_required=True),
        Option(name="platform", says="only lines of this platform; empty: all", default=""),
        Option(name="per_fetch", says="most posts in one batch", default=100, most=10_000),
        Option(
            name="replies_path",
            says="where replies are written; empty: beside the file",
            default="",
        ),
        Option(
            name="max_characters",
            says="how long a reply may be",
            default=500,
            least=100,
            most=100_000,
        ),
    ),
    open=Replay,
    opens=(Replay,),
)
