"""How the sources stand, over JSON: as a list, beside the counts, and by the link of an SMS."""

import logging
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from chalicelib import wiring
from chalicelib.domain.read_budget import ReadBudget, Scope
from chalicelib.domain.standing import Condition, Missed, SourceStanding
from chalicelib.ports import ReadUsage, Traits
from tests.builders import NOW, a_desk, a_source_entry
from tests.web.office import Browser, Office

SOURCES = "/api/v1/sources"
COUNTS = "/api/v1/queue/counts"
TRAITS = Traits(
    is_by_keyword=False,
    is_pulled=True,
    can_receive=True,
    can_check_deletions=True,
    charges=(),
    can_reply=True,
    can_reply_privately=True,
)


def troubles(browser: Browser) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = browser.get(COUNTS).json_body["sources_in_trouble"]
    return found


def test_a_source_tells_how_it_stands_and_what_it_has_taken(office: Office, gus: Browser) -> None:
    entry = a_source_entry(budget=ReadBudget(calls=100, usd=Decimal("12.50")))
    office.desks.put(a_desk(sources=(entry,)), now=NOW)
    office.sources.traits_of[entry.name] = TRAITS
    office.read_usages.add(
        entry.name, "2026-11", ReadUsage(calls=81, posts=12, spent=Decimal("0.105"))
    )
    missed = Missed(since=NOW - timedelta(hours=2), back_at=NOW, posts=3)
    office.set_source(
        condition=Condition.BACK,
        since=NOW,
        missed=missed,
        scope=Scope.SLOWED,
        not_read="read half as often by day",
        not_read_since=NOW - timedelta(days=1),
    )
    office.source_states.put_off(entry.name, NOW + timedelta(seconds=40))
    (seen,) = gus.get(SOURCES).json_body["sources"]
    calls, money = seen.pop("limits")
    assert (calls["unit"], calls["most"], calls["used"]) == ("calls", "100", "81")
    assert calls["share"] == 0.81
    assert Decimal(calls["forecast"]) > 81
    assert (money["unit"], money["most"], money["used"]) == ("USD", "12.50", "0.105")
    assert (money["share"], money["forecast"]) == (0.0084, None)
    assert seen.pop("says").startswith("It answers again; 3 posts")
    assert seen == {
        "name": "mastodon-acme",
        "kind": "mastodon",
        "brand": "acme",
        "brand_name": "Acme",
        "condition": "back",
        "since": "2026-11-21T19:30:00Z",
        "due_at": "2026-11-21T19:30:40Z",
        "every_seconds": 60,
        "succeeded_at": "2026-11-21T19:30:00Z",
        "calls": 81,
        "posts": 12,
        "spent_usd": "0.105",
        "not_read": "read half as often by day",
        "not_read_since": "2026-11-20T19:30:00Z",
        "late": 3,
        "is_pulled": True,
        "is_by_keyword": False,
        "can_reply": True,
        "can_reply_privately": True,
        "can_receive": True,
        "sees_deletions": True,
    }


def test_a_source_that_was_never_read_is_there_too(office: Office, gus: Browser) -> None:
    (seen,) = gus.get(SOURCES).json_body["sources"]
    assert (seen["condition"], seen["since"], seen["succeeded_at"]) == ("watching", None, None)
    assert (seen["calls"], seen["spent_usd"], seen["limits"]) == (0, "0", [])


def test_the_list_carries_a_tag_and_comes_again_only_when_something_changed(
    office: Office, gus: Browser
) -> None:
    first = gus.get(SOURCES)
    known = {"if-none-match": first.headers["ETag"]}
    assert gus.get(SOURCES, headers=known).status_code == 304
    office.blind()
    assert gus.get(SOURCES, headers=known).json_body["sources"][0]["condition"] == "blind"


def test_whoever_pays_may_see_the_sources_too(office: Office) -> None:
    finn = Browser(office.token("finn", roles=("finance",)))
    assert finn.get(SOURCES).status_code == 200


def test_a_source_that_the_newest_configuration_lacks_promises_nothing(office: Office) -> None:
    """Two reads of the desk stand between the list and what each of its sources can do."""
    gone = SourceStanding(
        name="gone",
        kind="mastodon",
        brand="nobody",
        condition=Condition.WATCHING,
        since=None,
        says="Not read yet.",
        due_at=None,
        every=timedelta(minutes=1),
        succeeded_at=None,
        calls=0,
        posts=0,
        spent=Decimal(0),
        limits=(),
        not_read="",
        not_read_since=None,
        late=0,
    )

    class Standing:
        def sources(self, **_: object) -> tuple[SourceStanding, ...]:
            return (gone,)

    with wiring.override(standing=Standing(), now=lambda: NOW):
        (seen,) = Browser(office.token("gus")).get(SOURCES).json_body["sources"]
    assert (seen["can_reply"], seen["can_receive"], seen["sees_deletions"]) == (False, False, False)


# --- on every screen ---------------------------------------------------------------------


def test_the_counts_tell_what_we_are_blind_to_and_since_when(office: Office, gus: Browser) -> None:
    assert troubles(gus) == []
    office.blind(trouble="it answers 503")
    office.pass_time(seconds=20)
    assert troubles(gus) == [
        {
            "name": "mastodon-acme",
            "condition": "blind",
            "since": "2026-11-21T19:10:00Z",
            "says": "it answers 503.",
            "may_hold_replies": False,
        }
    ]


def test_who_has_the_counts_gets_them_again_when_a_source_goes_blind_and_comes_back(
    office: Office, gus: Browser
) -> None:
    known = {"if-none-match": gus.get(COUNTS).headers["ETag"]}
    assert gus.get(COUNTS, headers=known).status_code == 304
    office.blind()
    office.pass_time(seconds=20)
    blind = gus.get(COUNTS, headers=known)
    assert blind.status_code == 200
    office.set_source(condition=Condition.WATCHING, since=office.now, failures=0, trouble="")
    office.pass_time(seconds=20)
    assert troubles(gus) == []
    assert gus.get(COUNTS, headers=known).status_code == 304


def test_replies_may_have_to_wait_where_one_can_reply_and_nothing_answers(
    office: Office, gus: Browser
) -> None:
    office.blind()
    for can_reply in (False, True):
        office.sources.traits_of["mastodon-acme"] = replace(TRAITS, can_reply=can_reply)
        office.pass_time(seconds=20)
        assert [one["may_hold_replies"] for one in troubles(gus)] == [can_reply]


def test_what_is_not_read_for_want_of_budget_is_answered_all_the_same(
    office: Office, gus: Browser
) -> None:
    office.sources.traits_of["mastodon-acme"] = TRAITS
    office.set_source(
        condition=Condition.BLIND, since=NOW, scope=Scope.STOPPED, not_read="not read until it ends"
    )
    (found,) = troubles(gus)
    assert (found["says"], found["may_hold_replies"]) == ("it is not read until it ends.", False)


def test_a_platform_that_says_a_lot_is_quoted_short_on_every_screen_and_whole_in_the_list(
    office: Office, gus: Browser
) -> None:
    office.blind(trouble="W" * 500)
    (found,) = troubles(gus)
    assert found["says"] == "W" * 159 + "…"
    assert gus.get(SOURCES).json_body["sources"][0]["says"] == "W" * 500 + "."


def test_hostile_words_of_a_platform_travel_as_text(office: Office, gus: Browser) -> None:
    office.blind(trouble="<script>alert(1)</script>\u202e")
    (found,) = troubles(gus)
    assert found["says"] == "<script>alert(1)</script>\u202e."


# --- by the link of an SMS ---------------------------------------------------------------


def test_whoever_opens_the_link_of_an_sms_learns_what_we_are_blind_to(
    office: Office, nobody: Browser
) -> None:
    path = office.add_link(office.add_incident())
    assert "blind" not in nobody.get(path).body.decode().partition("</style>")[2]
    office.blind(trouble="<b>503</b>")
    office.pass_time(seconds=20)
    page = nobody.get(path).body.decode()
    assert "We are blind to <bdi>mastodon-acme</bdi>, since <time" in page
    assert ">20:10</time>. There may be more of it." in page  # in Vienna, where Ana lives
    assert "503" not in page


def test_the_link_says_nothing_of_sources_that_are_heard_less_well(
    office: Office, nobody: Browser
) -> None:
    office.set_source(condition=Condition.DEGRADED, since=NOW)
    page = nobody.get(office.add_link(office.add_incident())).body.decode()
    assert "We are blind" not in page


def test_the_link_works_when_it_cannot_be_told_what_we_are_blind_to(
    office: Office, nobody: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        def now(self, **_: object) -> None:
            raise ConnectionError("no answer")

    path = office.add_link(office.add_incident())
    with (
        wiring.override(troubles=Broken(), now=lambda: NOW),
        caplog.at_level(logging.ERROR),
    ):
        answer = nobody.submit(path, act="acknowledge")
    assert answer.status_code == 200
    assert "You have it" in answer.body.decode()
    assert [record.message for record in caplog.records] == ["blindness_unknown"]
