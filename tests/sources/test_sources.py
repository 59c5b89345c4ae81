"""The family: its members, what they may be told, and how they are opened."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from chalicelib.domain.desk import SourceEntry
from chalicelib.domain.errors import BadInput, NotFound
from chalicelib.http import HttpClient
from chalicelib.ports import PrivateReplier, Replier
from chalicelib.sources import KINDS, check_options, members, open_source
from chalicelib.sources.family import Member
from infra.sources.table import DOCUMENT, document
from tests.sources.contract import BRAND, NOW

KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

DOCS = Path(__file__).parents[2] / "docs" / "sources"

MEMBERS = pytest.mark.parametrize("member", members(), ids=KINDS)


def an_entry(kind: str, **options: str | int | bool | list[str]) -> SourceEntry:
    return SourceEntry(name="one", kind=kind, brand="acme", options=options)


def opened(entry: SourceEntry, secret: str = "") -> object:
    return open_source(entry, BRAND, secret, HttpClient(), lambda: NOW)


@pytest.mark.parametrize(
    ("kind", "options", "problem"),
    [
        ("twitter", {}, "kind: 'twitter' is unknown; use one of "),
        ("feed", {}, "url: missing; say the address of the feed"),
        ("feed", {"url": ""}, "url: '' is empty; say the address of the feed"),
        ("feed", {"url": 7}, "url: 7; use text"),
        ("feed", {"url": None}, "url: None; use text"),
        ("feed", {"url": "ftp://x.example"}, "url: 'ftp://x.example' is no web address; use"),
        ("feed", {"url": "http://[::1"}, "is no web address"),
        ("feed", {"url": "https://x.example:port/"}, "is no web address"),
        ("feed", {"url": "https://a:hush@x.example/"}, "url: carries a password"),
        ("feed", {"url": "https://x.example", "terms": "acme"}, "terms: 'acme'; use a list"),
        ("feed", {"url": "https://x.example", "terms": [1]}, "terms: [1]; use a list of texts"),
        ("feed", {"url": "https://x.example", "every": 1}, "every: unknown; feed takes url"),
        ("hackernews", {"per_fetch": 0}, "per_fetch: 0; use 1 to 1000"),
        ("hackernews", {"per_fetch": True}, "per_fetch: True; use a whole number"),
        ("hackernews", {"terms": list("abcdef")}, "at most 5 are taken"),
        ("mastodon", {"hashtags": ["#acme"]}, "hashtags: '#acme'; write a hashtag without #"),
        ("mastodon", {"hashtags": ["a"], "search": "b"}, "search: cannot go with hashtags"),
        ("replay", {}, "path: missing"),
    ],
)
def test_a_wrong_option_is_told_with_field_finding_and_remedy(
    kind: str, options: dict[str, object], problem: str
) -> None:
    assert any(problem in found for found in check_options(kind, options))


def test_a_password_in_an_address_is_not_repeated() -> None:
    assert "hush" not in str(check_options("feed", {"url": "https://a:hush@x.example/"}))


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("feed", {"url": "https://x.example/feed.xml", "terms": ["acme"]}),
        ("hackernews", {}),
        ("mastodon", {"hashtags": ["acme", "acme_down"]}),
        ("mastodon", {"base_url": "http://127.0.0.1:3000"}),
        ("replay", {"path": "weekend.jsonl", "platform": "mastodon"}),
    ],
)
def test_right_options_have_no_problems(kind: str, options: dict[str, object]) -> None:
    assert check_options(kind, options) == []


def test_without_a_secret_mastodon_reads_hashtags_only() -> None:
    assert "secret" in str(check_options("mastodon", {}, has_secret=False))
    assert "secret" in str(check_options("mastodon", {"search": "acme"}, has_secret=False))
    assert check_options("mastodon", {"hashtags": ["acme"]}, has_secret=False) == []


def test_a_secret_never_travels_in_the_clear() -> None:
    options = {"base_url": "http://social.example"}
    assert "in the clear" in str(check_options("mastodon", options))


def test_an_unknown_kind_is_not_found() -> None:
    with pytest.raises(NotFound, match="'twitter'"):
        opened(an_entry("twitter"))


def test_wrong_options_are_bad_input() -> None:
    with pytest.raises(BadInput, match="url: missing"):
        opened(an_entry("feed"))
    with pytest.raises(BadInput, match="secret"):
        opened(an_entry("mastodon"))


@pytest.mark.parametrize("secret", ["token", '{"access_token": "token"}'])
def test_only_who_has_credentials_can_reply(secret: str) -> None:
    assert isinstance(opened(an_entry("mastodon"), secret), Replier)
    assert not isinstance(opened(an_entry("mastodon", hashtags=["acme"])), Replier)
    assert not isinstance(opened(an_entry("hackernews")), Replier)


FORUM = {"platform": "forum"}


@pytest.mark.parametrize(
    ("kind", "name", "options", "owner"),
    [
        ("webhook", "door", {"platform": "mastodon"}, "mastodon"),
        ("webhook", "door", {"platform": "feed"}, "feed"),
        ("webhook", "door", {"platform": "reddit"}, "feed"),
        ("webhook", "facebook", {}, "facebook"),
        ("webhook", "appstore", {}, "feed"),
        ("feed", "blog", {"url": "https://x.example/", "platform": "bluesky"}, "bluesky"),
    ],
)
def test_nobody_speaks_of_posts_that_another_kind_of_source_reads(
    kind: str, name: str, options: dict[str, str], owner: str
) -> None:
    """Whoever could would change their words, take them back, or come before them."""
    says = f"is what {owner} sources read"
    assert says in str(check_options(kind, options, name=name))
    with pytest.raises(BadInput, match=says):
        opened(SourceEntry(name=name, kind=kind, brand="acme", options=dict(options)), KEY)


@pytest.mark.parametrize(
    ("kind", "name", "options"),
    [
        ("webhook", "facebook", FORUM),
        ("webhook", "door", FORUM),
        ("webhook", "door", {}),
        ("feed", "mirror", {"url": "https://x.example/", "platform": "reddit"}),
        ("feed", "mastodon", {"url": "https://www.reddit.com/r/acme/.rss"}),
        ("replay", "night", {"path": "/nowhere", "platform": "mastodon"}),
    ],
)
def test_a_network_of_its_own_or_of_its_kind_may_be_named(
    kind: str, name: str, options: dict[str, str]
) -> None:
    assert check_options(kind, options, name=name) == []


@MEMBERS
def test_every_default_is_a_right_value(member: Member) -> None:
    for option in member.options:
        if not option.is_required:
            assert option.problem(option.default) == ""


@MEMBERS
def test_every_member_has_a_page_that_names_its_options(member: Member) -> None:
    page = (DOCS / f"{member.kind}.md").read_text()
    for heading in ("## Options", "## Window", "## Limits", "## Blind spots", "## Costs"):
        assert heading in page
    for option in member.options:
        assert row_of(option.name, option.says, option.default, option.is_required) in page


def row_of(name: str, says: str, default: object, is_required: bool) -> str:
    shown = "**needed**" if is_required else f"`{default}`" if default not in ("", []) else ""
    return f"| `{name}` | {says} | {shown} |"


@MEMBERS
def test_every_member_has_its_module_and_its_tests(member: Member) -> None:
    assert (Path(__file__).parent / f"test_{member.kind}.py").exists()
    assert member.open.__module__.startswith(f"chalicelib.sources.{member.kind}")


def test_the_table_of_abilities_says_what_the_code_says() -> None:
    text = DOCUMENT.read_text("utf-8")
    assert text == document(text), "run `python -m infra.sources.table`"


@MEMBERS
def test_what_a_member_says_it_can_is_what_it_can(member: Member) -> None:
    options: dict[str, dict[str, str | list[str]]] = {
        "bluesky": {"handle": "acme.bsky.social"},
        "feed": {"url": "https://x.example/f.xml"},
        "facebook": {"page": "1122334455"},
        "foursquare": {"place": "5a187743ccad6b307315e6fe"},
        "googlebusiness": {"locations": ["accounts/1/locations/2"]},
        "replay": {"path": "weekend.jsonl"},
        "youtube": {"channel_id": "UCN1hnUccO4FD5WfM7ithXaw"},
        "blogger": {"blog_id": "2399953"},
        "yelp": {"business": "acme-wien"},
    }
    account = '{"client_id": "1", "client_secret": "2", "refresh_token": "3"}'
    names = ("api_key", "api_secret", "access_token", "access_token_secret")
    secrets = {
        "webhook": "a key of our own words",
        "x": json.dumps(dict.fromkeys(names, "token")),
        "youtube": account,
        "flickr": json.dumps(
            dict.fromkeys(("api_key", "api_secret", "oauth_token", "oauth_token_secret"), "token")
        ),
    }
    secret = secrets.get(member.kind, "token")
    source = opened(an_entry(member.kind, **options.get(member.kind, {})), secret=secret)
    assert isinstance(source, Replier) is (member.answers != "no")
    assert isinstance(source, PrivateReplier) is (member.answers_privately != "no")


def test_a_page_of_docs_is_of_a_member() -> None:
    assert {page.stem for page in DOCS.glob("*.md")} == {*KINDS, "README"}


def test_feedparser_is_loaded_only_where_a_feed_is_read() -> None:
    code = "import sys, chalicelib.sources; sys.exit('feedparser' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=DOCS.parents[1])


def test_only_the_members_that_are_asked_for_are_imported() -> None:
    """All of them take a tenth of a second, and a cold start waits for it."""
    says = "import sys; from chalicelib.sources import KINDS, member_of; member_of('yelp'); "
    says += "print(*[one for one in KINDS if f'chalicelib.sources.{one}' in sys.modules])"
    told = subprocess.run([sys.executable, "-c", says], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["yelp"]
