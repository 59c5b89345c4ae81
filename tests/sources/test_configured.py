"""The sources of a desk: opened with their credentials, and which of them reach the same posts."""

import pytest

from chalicelib.domain.desk import Desk, SourceEntry
from chalicelib.domain.errors import NotFound, SourceRefused
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
        (a_desk(sources=(ACCOUNT,)), "account", SourceRefused, "there is no secret token"),
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
