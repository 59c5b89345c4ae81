"""The sources of a desk: opened with their credentials, and which of them reach the same posts."""

import pytest

from chalicelib.domain.desk import Desk, SourceEntry
from chalicelib.domain.errors import NotFound, SourceRefused
from chalicelib.domain.recheck import costs_a_look
from chalicelib.http import HttpClient
from chalicelib.ports import Replier
from chalicelib.sources.configured import ConfiguredSources
from tests.builders import a_desk, a_mention
from tests.fakes import FakeParameters
from tests.fakes.allowances import FakeAllowances
from tests.sources.contract import NOW

SERVER = "https://social.example"


def _sources(**secrets: str) -> ConfiguredSources:
    return ConfiguredSources(
        secret=FakeParameters(secrets).secret,
        http=HttpClient(),
        allowances=FakeAllowances(),
        now=lambda: NOW,
    )


def _entry(
    name: str,
    *,
    kind: str = "mastodon",
    brand: str = "acme",
    secret: str = "",
    **options: str | list[str],
) -> SourceEntry:
    return SourceEntry(name=name, kind=kind, brand=brand, secret=secret, options=dict(options))


ACCOUNT = _entry("account", secret="token", base_url=SERVER)
HASHTAG = _entry("hashtag", hashtags=["acme"], base_url=f"{SERVER}/")


def _reaching(source: str, *entries: SourceEntry) -> tuple[str, ...]:
    return _sources().reaching(a_desk(sources=entries), a_mention(source=source))


@pytest.mark.parametrize("entries", [(ACCOUNT, HASHTAG), (HASHTAG, ACCOUNT)])
def test_account_and_hashtag_of_one_server_reach_the_same_posts_the_own_one_first(
    entries: tuple[SourceEntry, ...],
) -> None:
    assert _reaching("hashtag", *entries) == ("hashtag", "account")
    assert _reaching("account", *entries) == ("account", "hashtag")
    desk = a_desk(sources=entries)
    sources = _sources(token="t0ken")
    assert not isinstance(sources.open(desk, "hashtag"), Replier)
    assert isinstance(sources.open(desk, "account"), Replier)


def test_the_server_that_is_meant_when_none_is_said_is_the_same_as_that_one_said() -> None:
    silent = _entry("silent", secret="token")
    said = _entry("said", hashtags=["acme"], base_url="https://Mastodon.social")

    assert _reaching("said", silent, said) == ("said", "silent")


@pytest.mark.parametrize(
    "other",
    [
        _entry("other", secret="token", base_url="https://elsewhere.example"),
        _entry("other", secret="token"),
        _entry("other", secret="token", base_url=SERVER, brand="umbra"),
        _entry("other", kind="hackernews", base_url=SERVER),
        _entry("other", kind="forgotten", base_url=SERVER),
    ],
    ids=["elsewhere", "at the default server", "of another brand", "another platform", "unknown"],
)
def test_a_source_elsewhere_or_of_another_brand_does_not_speak_to_the_post(
    other: SourceEntry,
) -> None:
    assert _reaching("hashtag", HASHTAG, other) == ("hashtag",)


@pytest.mark.parametrize("kind", ["replay", "feed", "forgotten"])
def test_where_no_server_gives_the_ids_each_source_stands_alone(kind: str) -> None:
    one, two = (_entry(name, kind=kind, path=name, url=SERVER) for name in ("one", "two"))

    assert _reaching("one", one, two) == ("one",)


def test_whose_ids_a_removed_source_gave_nobody_knows() -> None:
    with pytest.raises(NotFound, match="hashtag"):
        _reaching("hashtag", ACCOUNT)


@pytest.mark.parametrize(
    ("desk", "name", "error", "words"),
    [
        (a_desk(sources=(ACCOUNT,)), "unknown", NotFound, "no source is configured as unknown"),
        (a_desk(sources=(ACCOUNT,)), "account", SourceRefused, "its secret token is not stored"),
        (a_desk(sources=(ACCOUNT,), brands=()), "account", SourceRefused, "is not configured"),
        (
            a_desk(sources=(_entry("wrong", base_url="ftp://x"),)),
            "wrong",
            SourceRefused,
            "base_url",
        ),
    ],
    ids=["unknown", "no secret", "no brand", "wrong option"],
)
def test_a_source_that_cannot_be_opened_says_why(
    desk: Desk, name: str, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        _sources().open(desk, name)


@pytest.mark.parametrize(
    ("entry", "platform"),
    [
        (ACCOUNT, "mastodon"),
        (_entry("shop", kind="webhook"), "shop"),
        (_entry("shop", kind="webhook", platform="forum"), "forum"),
        (_entry("reviews", kind="feed", url="https://blog.example/feed"), "feed"),
        (_entry("reviews", kind="feed", url="https://www.reddit.com/r/acme/.rss"), "reddit"),
        (
            _entry("lj", kind="feed", url="https://x.example/", platform="livejournal"),
            "livejournal",
        ),
    ],
)
def test_on_which_network_the_mentions_of_a_source_stand(entry: SourceEntry, platform: str) -> None:
    desk = a_desk(sources=(entry,))
    assert _sources().traits(desk, entry.name).platform == platform


def test_what_a_post_costs_to_read_it_costs_to_look_at_again() -> None:
    """By this the posts of X are looked at rarely (`domain/recheck.py`)."""
    desk = a_desk(sources=(_entry("x", kind="x", secret="token"), ACCOUNT))
    assert costs_a_look(_sources().traits(desk, "x").charges)
    assert not costs_a_look(_sources().traits(desk, "account").charges)


def test_a_webhook_is_pushed_to_and_never_asked() -> None:
    traits = _sources().traits(a_desk(sources=(_entry("shop", kind="webhook"),)), "shop")
    assert (traits.is_pulled, traits.can_receive, traits.can_reply) == (False, True, False)


def test_what_a_source_can_answer_is_known_without_opening_it() -> None:
    desk = a_desk(sources=(_entry("social", kind="mastodon"), _entry("news", kind="hackernews")))
    social, news = (_sources().traits(desk, name) for name in ("social", "news"))
    assert (social.can_reply, social.can_reply_privately) == (True, True)
    assert (news.can_reply, news.can_reply_privately) == (False, False)
