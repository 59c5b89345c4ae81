"""Feeds of places that write them their own way: Reddit, Google Alerts, LiveJournal, App Store.

None of them documents its feed. The shapes are those that their feeds had in 2025 and 2026, as
the tests of other readers hold them (feedjira's `atom_google_alerts_entry_spec.rb`; for LiveJournal
`LJ::Feed::create_view_rss` of github.com/dreamwidth/dreamwidth); the words are ours.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape
from typing import Any

import pytest

from chalicelib.domain.customer import profile_of
from chalicelib.domain.desk import SourceEntry
from chalicelib.ports import Batch, Cursor, Probing, Pulled
from chalicelib.sources import check_options
from chalicelib.sources.feed.entries import platform_of
from tests.http.loopback import Answer, Asked, Loopback, serving
from tests.sources.contract import NOW, Stage, ids, read_all

_POST_HTML = (
    '<!-- SC_OFF --><div class="md"><p>Since noon. I&#39;m losing <strong>money</strong>.</p> '
    "</div><!-- SC_ON --> &#32; submitted by &#32; "
    '<a href="https://www.reddit.com/user/carla_v"> /u/carla_v </a> <br/> '
    '<span><a href="https://www.reddit.com/r/acme/comments/1abc2d/down/">[link]</a></span> &#32; '
    '<span><a href="https://www.reddit.com/r/acme/comments/1abc2d/down/">[comments]</a></span>'
)

REDDIT_POST = f"""
<entry><author><name>/u/carla_v</name><uri>https://www.reddit.com/user/carla_v</uri></author>
<category term="acme" label="r/acme"/><content type="html">{escape(_POST_HTML)}</content>
<id>t3_1abc2d</id><link href="https://www.reddit.com/r/acme/comments/1abc2d/down/"/>
<updated>UPDATED</updated><published>2026-11-21T19:00:00+00:00</published>
<title>Acme is down &amp;amp; nobody answers</title></entry>
"""

_COMMENT_HTML = '<div class="md"><p>Same here</p></div>'

REDDIT_COMMENT = f"""
<entry><author><name>/u/[deleted]</name></author><category term="acme" label="r/acme"/>
<content type="html">{escape(_COMMENT_HTML)}</content>
<id>t1_os0o1vi</id><link href="https://www.reddit.com/r/acme/comments/1abc2d/down/os0o1vi/"/>
<updated>2026-11-21T19:10:00+00:00</updated><title>/u/[deleted] on Acme is down</title></entry>
"""

ALERT = """
<entry><id>tag:google.com,2013:googlealerts/feed:17440847249129969091</id>
<title type="html">&lt;b&gt;Acme&lt;/b&gt; hit by outage, customers aren&amp;#39;t amused</title>
<link href="https://www.google.com/url?rct=j&amp;sa=t&amp;url=https://news.example/a%3Fx%3D1%26y%3D2&amp;ct=ga&amp;cd=CAIy&amp;usg=AOvVaw"/>
<published>2026-11-21T19:00:00Z</published><updated>2026-11-21T19:00:00Z</updated>
<content type="html">Since noon &lt;b&gt;Acme&lt;/b&gt;&amp;nbsp;...</content>
<author><name></name></author></entry>
"""

JOURNAL = """
<item><guid isPermaLink='true'>https://acme-fans.livejournal.com/12345.html</guid>
<pubDate>Sat, 21 Nov 2026 19:00:00 GMT</pubDate><title>Acme again</title>
<link>https://acme-fans.livejournal.com/12345.html</link>
<description>Down &lt;i&gt;again&lt;/i&gt;.&lt;br /&gt;&lt;br /&gt;Any idea?</description>
<comments>https://acme-fans.livejournal.com/12345.html</comments><category>acme</category>
<lj:security>public</lj:security><lj:poster>carla</lj:poster><lj:reply-count>3</lj:reply-count></item>
"""

REVIEW = """
<entry><id>14560118397</id><title>Down &amp; out</title>
<content type="text">Crashes &lt;3 times a day 🔥</content>
<im:contentType term="Application" label="Application"/><im:voteSum>3</im:voteSum>
<im:voteCount>4</im:voteCount><im:rating>2</im:rating><updated>2026-11-21T12:00:00-07:00</updated>
<im:version>9.1.82</im:version><author><name>Carla-V</name>
<uri>https://itunes.apple.com/us/reviews/id1830939461</uri></author>
<link rel="related" href="https://itunes.apple.com/us/review?id=324684580&amp;type=Purple%20Software"/>
<content type="html">&lt;table&gt;&lt;tr&gt;&lt;td&gt;Down &amp;amp; out, all over again and longer
&lt;/td&gt;&lt;/tr&gt;&lt;/table&gt;</content>
</entry>
"""

THE_APP = """
<entry><updated>2026-11-21T12:00:00-07:00</updated>
<id im:id="324684580">https://itunes.apple.com/us/app/acme/id324684580?mt=8&amp;uo=2</id>
<title>Acme - Acme Inc.</title><im:name>Acme</im:name><im:artist>Acme Inc.</im:artist></entry>
"""


def atom(*entries: str) -> bytes:
    head = '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"'
    head += ' xmlns:im="http://itunes.apple.com/rss" xml:lang="en"><title>x</title>'
    return (head + "".join(entries) + "</feed>").encode()


def rss(*items: str) -> bytes:
    head = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"'
    head += " xmlns:lj='http://www.livejournal.org/rss/lj/1.0/'><channel><title>x</title>"
    return (head + "".join(items) + "</channel></rss>").encode()


def review_json(**over: Any) -> dict[str, Any]:
    """A review as .../json gives it."""
    return {
        "author": {
            "uri": {"label": "https://itunes.apple.com/us/reviews/id1830939461"},
            "name": {"label": "Carla-V"},
            "label": "",
        },
        "updated": {"label": "2026-11-21T12:00:00-07:00"},
        "im:rating": {"label": "2"},
        "im:version": {"label": "9.1.82"},
        "id": {"label": "14560118397"},
        "title": {"label": "Down & out"},
        "content": {"label": "Crashes <3 times a day 🔥", "attributes": {"type": "text"}},
        "link": {
            "attributes": {
                "rel": "related",
                "href": "https://itunes.apple.com/us/review?id=324684580&type=Purple%20Software",
            }
        },
        "im:voteSum": {"label": "0"},
        "im:contentType": {"attributes": {"term": "Application", "label": "Application"}},
    } | over


def reviews(entry: object) -> bytes:
    id = "https://itunes.apple.com/us/rss/customerreviews/id=324684580/sortby=mostrecent/json"
    feed: dict[str, Any] = {"author": {"name": {"label": "iTunes Store"}}, "id": {"label": id}}
    if entry is not None:
        feed["entry"] = entry
    return json.dumps({"feed": feed}).encode()


class Place(Stage):
    """A feed that says what it is told to say."""

    def __init__(self) -> None:
        super().__init__()
        self.options: dict[str, Any] = {}
        self.document = b""
        self.server: Loopback

    def answer(self, asked: Asked) -> Answer:
        return Answer(body=self.document, headers={"Content-Type": "application/xml"})

    def entry(self) -> SourceEntry:
        options = {"url": self.server.url, **self.options}
        return SourceEntry(name="place", kind="feed", brand="acme", options=options)

    def post(self, text: str, *, at: datetime) -> str:
        raise NotImplementedError

    def fail(self) -> None:
        raise NotImplementedError

    def read(self, document: bytes, cursor: Cursor | None = None) -> Batch:
        self.document = document
        return self.source().fetch(cursor, deadline=self.soon)

    def one(self, document: bytes) -> Pulled:
        (one,) = self.read(document).pulled
        return one


@pytest.fixture
def place() -> Iterator[Place]:
    place = Place()
    with serving(place.answer) as server:
        place.server = server
        yield place


# --- Reddit --------------------------------------------------------------------------------


def reddit(updated: str = "2026-11-21T19:00:00+00:00", words: str = "money") -> str:
    return REDDIT_POST.replace("UPDATED", updated).replace("money", words)


def test_a_post_on_reddit_is_one_of_its_author_under_reddits_own_id(place: Place) -> None:
    place.options["platform"] = "reddit"
    one = place.one(atom(reddit()))
    mention = one.mention
    assert mention.id == "reddit.t3_1abc2d"
    assert mention.text == "Acme is down & nobody answers\n\nSince noon. I'm losing money."
    assert mention.url == "https://www.reddit.com/r/acme/comments/1abc2d/down/"
    assert mention.posted_at == datetime(2026, 11, 21, 19, 0, tzinfo=UTC)
    assert mention.author is not None
    assert (mention.author.handle, mention.author.is_account) == ("carla_v", True)
    assert mention.author.url == "https://www.reddit.com/user/carla_v"
    assert profile_of(mention) is not None
    assert one.edited_at is None


def test_a_comment_on_reddit_is_its_words_and_not_those_it_answers(place: Place) -> None:
    place.options["platform"] = "reddit"
    mention = place.one(atom(REDDIT_COMMENT)).mention
    assert (mention.id, mention.text, mention.author) == ("reddit.t1_os0o1vi", "Same here", None)


def test_one_post_in_two_of_reddits_feeds_is_one_mention(place: Place) -> None:
    place.options["platform"] = "reddit"
    first = place.one(atom(reddit())).mention
    with serving(place.answer) as another:
        place.server = another
        assert place.one(atom(reddit())).mention.id == first.id


def test_what_only_claims_to_be_reddits_counts_in_its_own_feed(place: Place) -> None:
    mention = place.one(atom(reddit())).mention
    assert mention.platform == "feed"
    assert mention.platform_id == f"{place.server.url}#t3_1abc2d"


def test_a_post_that_its_author_changed_is_given_again_as_changed(place: Place) -> None:
    place.options["platform"] = "reddit"
    _, cursor = read_all_of(place, atom(reddit()))
    changed = atom(reddit("2026-11-21T19:20:00+00:00", words="patience"))
    again = place.read(changed, cursor)
    (one,) = again.pulled
    assert one.mention.id == "reddit.t3_1abc2d"
    assert "losing patience" in one.mention.text
    assert one.edited_at == datetime(2026, 11, 21, 19, 20, tzinfo=UTC)
    assert place.read(changed, again.cursor).pulled == ()


@pytest.mark.parametrize(
    "document",
    [
        atom(reddit("2026-11-21T19:20:00+00:00")),
        atom(reddit(words="patience")),
    ],
    ids=["only the date", "only a word"],
)
def test_a_date_or_a_word_alone_is_no_change(place: Place, document: bytes) -> None:
    _, cursor = read_all_of(place, atom(reddit()))
    assert place.read(document, cursor).pulled == ()


def test_a_post_that_was_changed_before_it_was_read_says_so(place: Place) -> None:
    one = place.one(atom(reddit("2026-11-21T19:20:00+00:00")))
    assert one.edited_at == datetime(2026, 11, 21, 19, 20, tzinfo=UTC)
    assert one.mention.posted_at == datetime(2026, 11, 21, 19, 0, tzinfo=UTC)


def test_a_cursor_of_the_release_before_gives_nothing_anew(place: Place) -> None:
    _, cursor = read_all_of(place, atom(reddit()))
    assert cursor is not None
    known = json.loads(cursor.removeprefix("1:"))
    known["state"]["seen"] = [one[:12] for one in known["state"]["seen"]]
    old = Cursor("1:" + json.dumps(known))
    batch = place.read(atom(reddit("2026-11-21T19:20:00+00:00", words="x")), old)
    assert batch.pulled == ()
    later = atom(reddit("2026-11-21T19:25:00+00:00", words="patience"))
    assert ids(place.read(later, batch.cursor).pulled) != set()


def read_all_of(place: Place, document: bytes) -> tuple[list[Pulled], Cursor | None]:
    place.document = document
    return read_all(place, None)


# --- alerts and journals -------------------------------------------------------------------


def test_an_alert_of_google_leads_to_the_page_and_not_to_google(place: Place) -> None:
    mention = place.one(atom(ALERT)).mention
    assert mention.url == "https://news.example/a?x=1&y=2"
    assert mention.text == "Acme hit by outage, customers aren't amused\n\nSince noon Acme ..."
    assert mention.author is None
    assert mention.platform_id.startswith("tag:google.com,2013:googlealerts/feed:")


@pytest.mark.parametrize(
    "link",
    [
        "https://www.google.com/url?rct=j",
        "https://www.google.com/url?url=javascript:alert(1)",
        "https://www.google.com.evil.example/url?url=https://news.example/",
        "https://www.google.com/search?url=https://news.example/",
    ],
)
def test_another_address_is_left_as_it_is(place: Place, link: str) -> None:
    start, end = ALERT.index("https://www.google"), ALERT.index('"/>\n<published')
    assert place.one(atom(ALERT[:start] + link + ALERT[end:])).mention.url == link


def test_a_journal_tells_who_posted_in_it(place: Place) -> None:
    mention = place.one(rss(JOURNAL)).mention
    assert mention.text == "Acme again\n\nDown again.\n\nAny idea?"
    assert mention.url == "https://acme-fans.livejournal.com/12345.html"
    assert mention.author is not None
    assert (mention.author.handle, mention.author.is_account) == ("carla", False)


# --- the App Store -------------------------------------------------------------------------

BOTH = pytest.mark.parametrize(
    "document", [atom(REVIEW), reviews([review_json()]), reviews(review_json())]
)


@BOTH
def test_a_review_is_its_stars_its_title_and_its_words(place: Place, document: bytes) -> None:
    place.options["platform"] = "appstore"
    one = place.one(document)
    mention = one.mention
    assert mention.id == "appstore.14560118397"
    assert mention.text == "★★☆☆☆ Down & out\n\nCrashes <3 times a day 🔥"
    assert mention.posted_at == datetime(2026, 11, 21, 19, 0, tzinfo=UTC)
    assert mention.author is not None
    assert (mention.author.handle, mention.author.is_account) == ("Carla-V", False)
    assert mention.author.url == "https://itunes.apple.com/us/reviews/id1830939461"
    assert mention.url.startswith("https://itunes.apple.com/us/review?id=324684580")
    assert b"9.1.82" in one.raw
    assert one.edited_at is None


def test_a_review_that_was_changed_is_given_again(place: Place) -> None:
    place.options["platform"] = "appstore"
    _, cursor = read_all_of(place, reviews([review_json()]))
    later = {"label": "2026-11-21T12:20:00-07:00"}
    changed = review_json(**{"updated": later, "im:rating": {"label": "5"}})
    (one,) = place.read(reviews([changed]), cursor).pulled
    assert one.mention.text.startswith("★★★★★ Down & out")
    assert one.edited_at == NOW.replace(minute=20)


def test_the_app_before_its_reviews_is_no_review(place: Place) -> None:
    place.options["platform"] = "appstore"
    assert len(place.read(atom(THE_APP, REVIEW)).pulled) == 1
    app = {"id": {"label": "https://itunes.apple.com/us/app/id1"}, "title": {"label": "Acme"}}
    assert len(place.read(reviews([app, review_json()])).pulled) == 1


@pytest.mark.parametrize("document", [reviews(None), reviews([]), atom()])
def test_a_document_without_reviews_makes_nobody_forget_those_that_were_read(
    place: Place, document: bytes
) -> None:
    place.options["platform"] = "appstore"
    _, cursor = read_all_of(place, reviews([review_json()]))
    empty = place.read(document, cursor)
    assert (empty.pulled, empty.gap, empty.is_caught_up) == ((), "", True)
    assert place.read(reviews([review_json()]), empty.cursor).pulled == ()


@pytest.mark.parametrize(
    "broken",
    [{"id": 7}, {"im:rating": 2}, {"author": "Carla"}, {"link": "x"}, {"content": {"label": []}}],
)
def test_a_review_of_another_shape_is_told_and_the_others_are_given(
    place: Place, broken: dict[str, Any]
) -> None:
    place.options["platform"] = "appstore"
    good = review_json(id={"label": "2"})
    batch = place.read(reviews([review_json(**broken), good]))
    assert ids(batch.pulled) == {"2"}
    assert len(batch.refused) == 1
    assert "Crashes" not in batch.refused[0]


@pytest.mark.parametrize("date", ["", "soon", "0001-01-01T00:00:00+23:00", "2026-11-21"])
def test_a_review_without_a_date_counts_as_of_the_pull(place: Place, date: str) -> None:
    one = place.one(reviews([review_json(updated={"label": date})]))
    assert one.mention.posted_at <= NOW


@pytest.mark.parametrize("rating", ["0", "9", "two", "-1"])
def test_a_rating_that_is_none_leaves_the_words(place: Place, rating: str) -> None:
    one = place.one(reviews([review_json(**{"im:rating": {"label": rating}})]))
    assert one.mention.text == "Down & out\n\nCrashes <3 times a day 🔥"


# --- how it is configured ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "platform"),
    [
        ("https://www.reddit.com/r/acme/new/.rss", "reddit"),
        ("https://reddit.com/search.rss?q=acme&sort=new", "reddit"),
        ("https://itunes.apple.com/us/rss/customerreviews/id=1/sortBy=mostRecent/xml", "appstore"),
        ("https://www.google.com/alerts/feeds/1/2", "feed"),
        ("https://reddit.com.evil.example/r/acme/.rss", "feed"),
        ("https://notreddit.com/.rss", "feed"),
        ("http://[::1", "feed"),
    ],
)
def test_the_address_says_whose_feed_it_is(url: str, platform: str) -> None:
    assert platform_of(url) == platform


def test_who_asks_is_what_the_configuration_says(place: Place) -> None:
    place.read(atom(reddit()))
    place.options["user_agent"] = "web:com.example.acme:1 (by /u/acme)"
    place.read(atom(reddit()))
    agents = [asked.headers["user-agent"] for asked in place.server.asked]
    assert agents == ["nightdesk", "web:com.example.acme:1 (by /u/acme)"]


@pytest.mark.parametrize("agent", ["", "a\r\nX-Injected: 1", "ä", "x" * 201])
def test_a_user_agent_that_is_none_is_refused(agent: str) -> None:
    options = {"url": "https://x.example/", "user_agent": agent}
    assert "user_agent" in str(check_options("feed", options))


def test_a_platform_that_is_none_is_refused() -> None:
    options = {"url": "https://x.example/", "platform": "My Forum"}
    assert "platform" in str(check_options("feed", options))


def test_a_probe_reads_the_document_once(place: Place) -> None:
    place.document = atom(reddit(), REDDIT_COMMENT)
    source = place.source()
    assert isinstance(source, Probing)
    assert source.probe(deadline=place.soon).works == ("reads the feed (2 entries)",)
    assert len(place.server.asked) == 1
