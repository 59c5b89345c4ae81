"""Answering on Facebook, looking whether posts still stand, and how we stand with the page.

Shapes: developers.facebook.com/documentation/pages-api/comments-mentions, /documentation/
business-messaging/messenger-platform (discovery/private-replies, reference/send-api,
error-codes), /docs/graph-api/batch-requests, /docs/graph-api/reference/page/conversations
(v26.0, November 2026).
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.domain.errors import OutcomeUnknown, SourceRefused, SourceUnavailable
from chalicelib.domain.mention import Author, Mention
from chalicelib.domain.ticket import Reply
from chalicelib.ports import DeletionChecker, PrivateReplier, Probing, Published, Replier
from tests.builders import a_mention, a_reply
from tests.http.loopback import Answer, serving
from tests.sources.contract import NOW, read_all
from tests.sources.test_facebook import (
    GONE_ERROR,
    PAGE,
    SECRET,
    TOKEN,
    Wall,
    date_of,
    refusal,
    reply_with,
)

US = {"id": PAGE, "name": "Acme"}
SCOPES = [
    "pages_show_list",
    "pages_read_engagement",
    "pages_read_user_content",
    "pages_manage_engagement",
    "pages_manage_metadata",
    "pages_messaging",
]


class Desk(Wall):
    """A page that can be answered from."""

    def __init__(self, **options: Any) -> None:
        super().__init__("comments", **options)
        self.forms: list[dict[str, str]] = []
        self.messages: dict[str, list[dict[str, Any]]] = {}
        """What was said in Messenger, by the id of the person or comment."""
        self.scopes = list(SCOPES)
        self.subscribed = ["feed", "mention", "messages"]
        self.unanswered: set[int] = set()
        """Places of a batch for which there was no time."""
        self.may_read = True
        self.shown = [{"id": f"{PAGE}_1"}]
        """What its listings show, one entry at the most."""

    def answered(self, method: str, path: str, query: dict[str, str]) -> Answer:
        if method == "GET" and path.endswith("/conversations"):
            heard = self.messages.get(query["user_id"], [])
            return reply_with({"data": [{"messages": {"data": heard}}] if heard else []})
        if method == "GET" and query.get("fields", "").startswith("private_reply_conversation{"):
            heard = self.messages.get(path.rpartition("/")[2], [])
            private = {"private_reply_conversation": {"messages": {"data": heard}}} if heard else {}
            return reply_with({"id": path.rpartition("/")[2]} | private)
        if method == "GET":
            return super().answered(method, path, query)
        assert query["access_token"] == TOKEN
        assert query["appsecret_proof"]
        for end, answer in self.refusals.items():
            if path.endswith(end):
                return answer
        self.forms.append(query)
        if path == "/v26.0/":
            return self.batched(json.loads(query["batch"]))
        if path == f"/v26.0/{PAGE}/messages":
            to = json.loads(query["recipient"])
            text = json.loads(query["message"])["text"]
            mid = f"mid.{self.number()}"
            said = {"id": mid, "message": text, "from": US, "created_time": date_of(self.now)}
            self.messages.setdefault(next(iter(to.values())), []).append(said)
            return reply_with({"recipient_id": "4400", "message_id": mid})
        found = re.fullmatch(r"/v26\.0/([0-9_]+)/comments", path)
        assert found
        made = self.say(found[1], query["message"])
        return reply_with({name: made[name] for name in query["fields"].split(",")})

    def say(self, beneath: str, text: str) -> dict[str, Any]:
        """As the page, beneath a post or comment; an answer to an answer stands beside it."""
        post, over = beneath, {"from": US}
        for one, comments in self.comments.items():
            for comment in comments:
                if comment["id"] == beneath:
                    post, over = one, over | {"parent": comment.get("parent", {"id": beneath})}
        self.comments.setdefault(post, [])
        self.add_comment(at=self.now, beneath=post, message=text, **over)
        return self.comments[post][-1]

    def entries(self, edge: str, query: dict[str, str]) -> list[dict[str, Any]]:
        if edge == "published_posts" and query["fields"] == "id":
            return self.posts["own"]
        return super().entries(edge, query)

    def batched(self, requests: list[dict[str, str]]) -> Answer:
        """As graph-api/batch-requests answers."""
        answers: list[dict[str, Any] | None] = []
        for place, one in enumerate(requests):
            assert one["method"] == "GET"
            answer = self.one_of_a_batch(one["relative_url"])
            body = answer.body.decode()
            answers.append(
                None if place in self.unanswered else {"code": answer.status, "body": body}
            )
        return reply_with(answers)

    def one_of_a_batch(self, address: str) -> Answer:
        parts = urlsplit(address)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        for end, answer in self.refusals.items():
            if parts.path.endswith(end.removeprefix("/")):
                return answer
        if parts.path == "debug_token":
            assert query["input_token"] == TOKEN
            return reply_with({"data": {"type": "PAGE", "is_valid": True, "scopes": self.scopes}})
        if parts.path == f"{PAGE}/subscribed_apps":
            return reply_with({"data": [{"id": "1", "subscribed_fields": self.subscribed}]})
        if parts.path in ("me", f"{PAGE}/feed", f"{PAGE}/tagged", f"{PAGE}/published_posts"):
            return reply_with({"id": self.speaks_for, "name": "Acme", "data": self.shown})
        if self.stands(parts.path) and self.may_read:
            return reply_with({"id": parts.path})
        return Answer(status=404, body=json.dumps({"error": GONE_ERROR}).encode())

    def replier(self) -> Replier:
        source = self.source()
        assert isinstance(source, Replier)
        return source

    def private(self) -> PrivateReplier:
        source = self.source()
        assert isinstance(source, PrivateReplier)
        return source

    def checker(self) -> DeletionChecker:
        source = self.source()
        assert isinstance(source, DeletionChecker)
        return source

    def mention(self, **over: Any) -> Mention:
        """What Carla wrote beneath a post of ours, as it is pulled."""
        id = self.add_comment(at=self.now, **over)
        found = read_all(self, None)[0]
        return next(one.mention for one in found if one.mention.platform_id == id)

    def message(self) -> Mention:
        return a_mention(
            platform="facebook",
            platform_id="mid.1458668856218:ed81099e15d3f4f233",
            source="fb",
            is_private=True,
            author=Author(handle="4400"),
            posted_at=self.now,
            url="",
        )

    def said(self) -> list[str]:
        """What the page said in public."""
        comments = [one for listing in self.comments.values() for one in listing]
        return [str(one["id"]) for one in comments if one.get("from") == US]


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    with serving(desk.answer) as server:
        desk.server = server
        yield desk


def a_private_reply(**over: Any) -> Reply:
    return a_reply(is_private=True, approved_at=NOW, **over)


def public_reply(**over: Any) -> Reply:
    return a_reply(approved_at=NOW, **over)


# --- in public ---------------------------------------------------------------------------------


def test_a_reply_stands_beneath_the_comment(desk: Desk) -> None:
    mention = desk.mention()
    published = desk.replier().reply(mention, public_reply(text="We are on it. Ana"))
    assert desk.said() == [published.platform_id]
    assert published.url.endswith(f"comment_id={published.platform_id}")
    asked = desk.server.asked[-1]
    assert (asked.method, asked.path) == ("POST", f"/v26.0/{mention.platform_id}/comments")
    assert desk.forms[-1]["message"] == "We are on it. Ana"


def test_a_post_that_tags_us_is_answered_beneath_it(desk: Desk) -> None:
    mention = a_mention(platform="facebook", platform_id="998877_5", in_reply_to=None)
    published = desk.replier().reply(mention, public_reply())
    assert desk.replier().find_reply(mention, public_reply()) == published


def test_a_published_reply_is_found_by_its_words(desk: Desk) -> None:
    mention, reply = desk.mention(), public_reply(text="We are on it.\n\nAna \u00e9")
    published = desk.replier().reply(mention, reply)
    assert desk.replier().find_reply(mention, reply) == published


def test_an_answer_to_an_answer_is_found_where_facebook_moves_it(desk: Desk) -> None:
    above = desk.mention()
    mention = desk.mention(parent={"id": above.platform_id})
    reply = public_reply()
    published = desk.replier().reply(mention, reply)
    assert desk.replier().find_reply(mention, reply) == published


def test_what_others_or_we_said_besides_is_not_taken_for_the_reply(desk: Desk) -> None:
    mention, reply = desk.mention(), public_reply(text="We are on it")
    other = desk.mention()
    desk.mention(parent={"id": mention.platform_id}, message="We are on it")
    desk.say(mention.platform_id, "Sorry!")
    desk.say(other.platform_id, "We are on it")
    assert desk.replier().find_reply(mention, reply) is None


def test_the_same_words_to_somebody_else_beneath_a_post_are_not_taken_for_the_reply(
    desk: Desk,
) -> None:
    post, reply = desk.own_post(at=NOW), public_reply(text="We are on it")
    mention = a_mention(platform="facebook", platform_id=post, in_reply_to=None)
    desk.say(desk.add_comment(at=NOW, beneath=post), "We are on it")
    assert desk.replier().find_reply(mention, reply) is None
    published = desk.replier().reply(mention, reply)
    assert desk.replier().find_reply(mention, reply) == published


def test_the_same_words_of_long_ago_are_not_taken_for_the_reply(desk: Desk) -> None:
    mention, reply = desk.mention(), public_reply(text="We are on it")
    desk.heeds_since = False
    desk.now -= timedelta(days=1)
    desk.say(mention.platform_id, "We are on it")
    desk.now = NOW
    assert desk.replier().find_reply(mention, reply) is None


def test_a_reply_further_down_is_found(desk: Desk) -> None:
    mention, reply = desk.mention(), public_reply()
    published = desk.replier().reply(mention, reply)
    for number in range(8):
        at = NOW + timedelta(seconds=number + 1)
        desk.add_comment(at=at, parent={"id": mention.platform_id}, message="me too")
    assert desk.replier().find_reply(mention, reply) == published


def test_beneath_what_is_gone_there_is_no_reply(desk: Desk) -> None:
    mention = a_mention(platform_id="5_7", in_reply_to=f"{PAGE}_5")
    desk.add_post("feed", at=NOW)
    assert desk.replier().find_reply(mention, public_reply()) is None


def test_where_nothing_at_all_is_shown_nobody_knows_whether_it_was_answered(desk: Desk) -> None:
    mention = a_mention(platform_id="5_7", in_reply_to=f"{PAGE}_5")
    with pytest.raises(SourceUnavailable, match="cannot tell"):
        desk.replier().find_reply(mention, public_reply())


def test_where_reading_is_not_allowed_any_more_nobody_knows(desk: Desk) -> None:
    """To us it looks as if the post were gone."""
    mention = a_mention(platform_id="5_7", in_reply_to=f"{PAGE}_5")
    desk.refusals["/feed"] = refusal(10, "(#10) pages_read_user_content", status=403)
    with pytest.raises(SourceUnavailable, match="cannot tell"):
        desk.replier().find_reply(mention, public_reply())


def test_a_reply_that_facebook_refuses_is_refused_with_its_words(desk: Desk) -> None:
    mention = desk.mention()
    desk.refusals["/comments"] = refusal(
        200, "(#200) If posting to a page, requires pages_manage_engagement", status=403
    )
    with pytest.raises(SourceRefused, match=r"a permission is missing.*pages_manage_engagement"):
        desk.replier().reply(mention, public_reply())


def test_a_reply_to_what_is_gone_is_refused(desk: Desk) -> None:
    mention = desk.mention()
    error = json.dumps({"error": GONE_ERROR}).encode()
    desk.refusals["/comments"] = Answer(status=400, body=error)
    with pytest.raises(SourceRefused, match="does not exist"):
        desk.replier().reply(mention, public_reply())


@pytest.mark.parametrize("code", [4, 17, 32, 341, 368, 613, 80001])
def test_where_enough_was_asked_a_reply_surely_did_not_leave(desk: Desk, code: int) -> None:
    mention = desk.mention()
    desk.refusals["/comments"] = refusal(code)
    with pytest.raises(SourceUnavailable) as unavailable:
        desk.replier().reply(mention, public_reply())
    assert unavailable.value.retry_at is not None


@pytest.mark.parametrize(
    "answer",
    [
        refusal(1, "An unknown error occurred"),
        refusal(2, "An unexpected error has occurred. Please retry your request later."),
        refusal(99, is_transient=True),
        Answer(status=500),
        Answer(status=502),
        Answer(is_reset=True),
        reply_with({"success": True}),
        Answer(body=b"<html>"),
        Answer(),
    ],
)
def test_a_reply_whose_answer_tells_nothing_is_of_unknown_outcome(
    desk: Desk, answer: Answer
) -> None:
    mention = desk.mention()
    desk.refusals["/comments"] = answer
    desk.refusals["/messages"] = answer
    with pytest.raises(OutcomeUnknown):
        desk.replier().reply(mention, public_reply())
    with pytest.raises(OutcomeUnknown):
        desk.private().reply_privately(mention, a_private_reply())


def test_a_reply_that_would_be_the_comment_itself_is_of_unknown_outcome(desk: Desk) -> None:
    mention = desk.mention()
    desk.refusals["/comments"] = reply_with({"id": mention.platform_id.rpartition("_")[2]})
    with pytest.raises(OutcomeUnknown, match="names the post itself"):
        desk.replier().reply(mention, public_reply())


# --- in private --------------------------------------------------------------------------------


def test_a_private_reply_goes_to_the_author_of_the_comment(desk: Desk) -> None:
    mention, reply = desk.mention(), a_private_reply(text="Please send us your number. Ana")
    published = desk.private().reply_privately(mention, reply)
    assert published.url == ""
    form = desk.forms[-1]
    assert json.loads(form["recipient"]) == {"comment_id": mention.platform_id}
    assert json.loads(form["message"]) == {"text": "Please send us your number. Ana"}
    assert desk.said() == []
    assert desk.replier().find_reply(mention, reply) == published
    assert desk.replier().find_reply(mention, public_reply(text=reply.text)) is None


def test_whoever_wrote_a_post_is_written_to_by_the_post(desk: Desk) -> None:
    mention = a_mention(
        platform_id=f"{PAGE}_5", in_reply_to=None, author=Author(handle="4400"), posted_at=NOW
    )
    desk.private().reply_privately(mention, a_private_reply())
    assert json.loads(desk.forms[-1]["recipient"]) == {"post_id": f"{PAGE}_5"}


def test_after_seven_days_nobody_is_written_to(desk: Desk) -> None:
    mention = desk.mention()
    desk.now += timedelta(days=7)
    desk.private().reply_privately(mention, a_private_reply())
    desk.now += timedelta(seconds=1)
    with pytest.raises(SourceRefused, match="only within 7 days"):
        desk.private().reply_privately(mention, a_private_reply())
    assert len(desk.forms) == 1


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (refusal(10900, "(#10900) Activity already replied to"), "one private reply"),
        (refusal(10903, "(#10903) This user cannot reply"), "reply in public"),
        (
            refusal(10, "(#10) sent outside of allowed window", error_subcode=2018278),
            "within 24 hours",
        ),
        (refusal(551, "This person isn't available right now"), "isn't available right now"),
        (refusal(200, "(#200) Requires pages_messaging", status=403), "pages_messaging"),
    ],
)
def test_what_facebook_does_not_allow_is_said_so_that_an_agent_understands(
    desk: Desk, answer: Answer, words: str
) -> None:
    desk.refusals["/messages"] = answer
    with pytest.raises(SourceRefused, match=words):
        desk.private().reply_privately(desk.mention(), a_private_reply())


@pytest.mark.parametrize("how", ["reply", "reply_privately"])
def test_a_message_is_answered_where_it_was_written(desk: Desk, how: str) -> None:
    mention, reply = desk.message(), a_private_reply()
    send: Callable[[Mention, Reply], Published] = getattr(desk.source(), how)
    published = send(mention, reply)
    form = desk.forms[-1]
    assert json.loads(form["recipient"]) == {"id": "4400"}
    assert form["messaging_type"] == "RESPONSE"
    assert desk.replier().find_reply(mention, reply) == published
    assert desk.replier().find_reply(mention, a_private_reply(text="else")) is None


def test_nobody_is_written_to_where_nobody_knows_the_author(desk: Desk) -> None:
    with pytest.raises(SourceRefused, match="nobody knows who wrote"):
        desk.replier().reply(replace(desk.message(), author=None), a_private_reply())


def test_what_cannot_be_looked_up_is_unavailable(desk: Desk) -> None:
    mention = desk.message()
    usual = desk.answered
    desk.answered = lambda *args: refusal(190, status=401)  # type: ignore[method-assign]
    with pytest.raises(SourceUnavailable, match="cannot tell whether the reply is there"):
        desk.replier().find_reply(mention, a_private_reply())
    desk.answered = usual  # type: ignore[method-assign]


def test_a_preview_counts_as_facebook_does(desk: Desk) -> None:
    mention = desk.mention()
    preview = desk.replier().preview(mention, "We are on it \U0001f44d", is_private=False)
    assert (preview.text, preview.length, preview.limit) == ("We are on it \U0001f44d", 14, 8_000)
    assert desk.replier().preview(mention, "x", is_private=True).limit == 2_000
    assert desk.replier().preview(desk.message(), "x", is_private=False).limit == 2_000


# --- what still stands -------------------------------------------------------------------------


def on_the_page(desk: Desk) -> list[Mention]:
    above = desk.mention()
    below = desk.mention(parent={"id": above.platform_id})
    post = a_mention(platform_id=desk.add_post("feed", at=NOW), in_reply_to=None)
    return [above, below, post]


def test_what_was_deleted_is_told_and_what_stands_is_not(desk: Desk) -> None:
    mentions = on_the_page(desk)
    assert desk.checker().delete_check(mentions, deadline=desk.soon).gone == frozenset()
    for mention in mentions:
        desk.delete(mention.platform_id)
        found = desk.checker().delete_check([mention], deadline=desk.soon)
        assert found.gone == {mention.platform_id}
    assert len({one.path for one in desk.server.asked if one.method == "POST"}) == 1


def test_where_reading_is_not_allowed_any_more_nothing_looks_deleted(desk: Desk) -> None:
    mentions = on_the_page(desk)
    desk.may_read = False
    desk.refusals[f"{PAGE}/feed"] = refusal(10, "(#10) pages_read_user_content", status=403)
    with pytest.raises(SourceRefused, match="pages_read_user_content"):
        desk.checker().delete_check(mentions, deadline=desk.soon)


def test_where_nothing_at_all_is_shown_nothing_looks_deleted(desk: Desk) -> None:
    """A permission that is taken back shows as an empty listing as well."""
    mentions = on_the_page(desk)
    desk.may_read, desk.shown = False, []
    with pytest.raises(SourceRefused, match="shows nothing on the page"):
        desk.checker().delete_check(mentions, deadline=desk.soon)


def test_a_token_that_does_not_hold_makes_nothing_look_deleted(desk: Desk) -> None:
    mentions = on_the_page(desk)
    desk.refusals["/v26.0/"] = refusal(190, "Error validating access token", status=401)
    with pytest.raises(SourceRefused, match="the page token does not hold"):
        desk.checker().delete_check(mentions, deadline=desk.soon)


def test_what_stands_elsewhere_or_is_private_is_not_asked_for(desk: Desk) -> None:
    """It cannot be read by its id, and would always look as if it were gone."""
    elsewhere = [
        a_mention(platform_id="998877_5", in_reply_to=None),
        a_mention(platform_id="5_7", in_reply_to="998877_5"),
        desk.message(),
    ]
    assert desk.checker().delete_check(elsewhere, deadline=desk.soon).gone == frozenset()
    assert desk.forms == []


def test_a_comment_for_which_there_was_no_time_stays(desk: Desk) -> None:
    mentions = on_the_page(desk)
    for mention in mentions:
        desk.delete(mention.platform_id)
    desk.unanswered = {2}
    found = desk.checker().delete_check(mentions, deadline=desk.soon)
    assert found.gone == {mentions[0].platform_id, mentions[2].platform_id}
    desk.unanswered = {0}
    with pytest.raises(SourceUnavailable):
        desk.checker().delete_check(mentions, deadline=desk.soon)


@pytest.mark.parametrize("code", [1, 2, 4, 10, 100, 190])
def test_any_other_trouble_of_one_comment_does_not_make_it_gone(desk: Desk, code: int) -> None:
    mentions = on_the_page(desk)
    desk.refusals[mentions[0].platform_id] = refusal(code)
    assert desk.checker().delete_check(mentions, deadline=desk.soon).gone == frozenset()


def test_as_many_are_looked_at_as_fit_into_a_batch(desk: Desk) -> None:
    checker = desk.checker()
    mentions = [
        a_mention(platform_id=f"5_{number}", in_reply_to=f"{PAGE}_5")
        for number in range(checker.checks_at_once)
    ]
    found = checker.delete_check(mentions, deadline=desk.soon)
    assert len(found.gone) == checker.checks_at_once
    assert len(json.loads(desk.forms[-1]["batch"])) == 50


@pytest.mark.parametrize(
    "answer", [Answer(status=500), Answer(body=b"[]"), Answer(body=b"{}"), Answer(is_reset=True)]
)
def test_a_batch_that_fails_is_unavailable(desk: Desk, answer: Answer) -> None:
    mentions = on_the_page(desk)
    desk.refusals["/v26.0/"] = answer
    with pytest.raises(SourceUnavailable):
        desk.checker().delete_check(mentions, deadline=desk.soon)


# --- how we stand ------------------------------------------------------------------------------


def probe(desk: Desk, secret: str = SECRET) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    source = desk.source(secret)
    assert isinstance(source, Probing)
    probed = source.probe(deadline=desk.soon)
    return probed.account, probed.works, probed.missing


def test_a_page_that_works_says_so_in_one_call(desk: Desk) -> None:
    account, works, missing = probe(desk)
    assert (account, missing) == ("Acme", ())
    assert "reads posts that tag the page" in works
    assert len(works) == 3
    assert len(desk.server.asked) == 1


def test_each_permission_that_is_missing_is_named(desk: Desk) -> None:
    desk.scopes = ["pages_read_engagement", "pages_read_user_content"]
    desk.subscribed = ["messages"]
    desk.refusals[f"{PAGE}/tagged"] = refusal(10, "(#10) needs a feature")
    _, works, missing = probe(desk)
    assert len(works) == 2
    assert missing == (
        "/tagged cannot be read: Facebook: a permission is missing (10): (#10) needs a feature",
        "cannot reply in public: grant the permission pages_manage_engagement",
        "cannot reply in private, nor read messages: grant the permission pages_messaging",
        "cannot take pushes: grant the permission pages_manage_metadata",
        "comments and posts come by pull alone: subscribe the page to the field feed",
        "mentions in comments elsewhere are not heard: subscribe the page to the field mention",
    )


def test_who_takes_no_pushes_misses_none(desk: Desk) -> None:
    desk.scopes.remove("pages_manage_metadata")
    app_secret = json.loads(SECRET)["app_secret"]
    secret = json.dumps({"page_token": TOKEN, "app_secret": app_secret})
    assert probe(desk, secret)[2] == ()


def test_what_facebook_does_not_tell_is_not_said_to_be_missing(desk: Desk) -> None:
    desk.refusals["debug_token"] = refusal(100)
    desk.refusals["subscribed_apps"] = refusal(200)
    desk.unanswered = {2}
    _, works, missing = probe(desk)
    assert (len(works), missing) == (2, ())


def test_the_token_of_somebody_else_does_not_work(desk: Desk) -> None:
    desk.speaks_for = "998877"
    with pytest.raises(SourceRefused, match="not for page"):
        probe(desk)
    desk.refusals["me"] = refusal(190, f"Malformed access token {TOKEN}")
    with pytest.raises(SourceRefused, match="does not hold") as refused:
        probe(desk)
    assert TOKEN not in str(refused.value)
