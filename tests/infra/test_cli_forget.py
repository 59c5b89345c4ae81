"""The verb `forget`, over a deployment on moto."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from moto import mock_aws

from chalicelib.domain.mention import Author
from chalicelib.domain.ticket import TicketId
from infra.acting import acting_as
from tests.builders import NOW, a_mention, a_pulled
from tests.infra.desk_file import FULL
from tests.infra.staging import deployed
from tests.infra.test_cli import nightdesk

HERS = a_mention(text="my parcel is lost, where is it")
HIS = a_mention(
    platform_id="7", text="where is my parcel", author=Author(handle="dan@social.example")
)


@pytest.fixture(autouse=True)
def _in_force(tmp_path: Path) -> Iterator[None]:
    file = tmp_path / "nightdesk.yaml"
    file.write_text(FULL.replace("2026-11-02", "2020-01-06"))
    with mock_aws():
        deployed("dev")
        assert nightdesk("apply", str(file)).exit_code == 0
        with acting_as("dev") as wiring:
            for mention in (HERS, HIS):
                wiring.parts.mentions().add(a_pulled(mention))
                wiring.triage().judge(mention, now=NOW)
        yield


def is_remembered(platform_id: str) -> tuple[bool, bool]:
    mention = replace(HERS, platform_id=platform_id)
    with acting_as("dev") as wiring:
        return (
            wiring.parts.mentions().get(mention.id) is not None,
            wiring.parts.tickets().get(TicketId(mention.id)) is not None,
        )


def test_who_is_forgotten_is_shown_and_asked_for_first() -> None:
    shown = nightdesk("forget", "mastodon", "@carla@social.example", typed="y\n")
    assert shown.exit_code == 0, shown.output
    assert "carla@social.example on mastodon" in shown.stderr
    assert "1 ticket, 1 mention" in shown.stderr
    assert "carla" not in shown.stdout
    assert is_remembered(HERS.platform_id) == (False, False)
    assert is_remembered(HIS.platform_id) == (True, True)


def test_whoever_says_no_has_removed_nothing() -> None:
    assert nightdesk("forget", "mastodon", "carla@social.example", typed="n\n").exit_code == 1
    assert is_remembered(HERS.platform_id) == (True, True)


def test_a_program_gets_the_proof() -> None:
    shown = nightdesk("forget", "mastodon", "carla@social.example", "--yes", "--json")
    assert shown.exit_code == 0, shown.output
    found = json.loads(shown.stdout)
    with acting_as("dev") as wiring:
        (proof,) = wiring.parts.erasures().all()
    assert found["person"] == proof.person
    assert (found["tickets"], found["mentions"]) == (1, 1)


def test_who_was_never_heard_of_is_told_in_a_line() -> None:
    shown = nightdesk("forget", "mastodon", "nobody@social.example", "--yes")
    assert shown.exit_code == 1
    assert "nothing is known of nobody@social.example on mastodon" in shown.stderr


@pytest.mark.parametrize(("platform", "handle"), [("Mast odon", "x"), ("mastodon", "a b")])
def test_what_is_no_profile_is_told_in_a_line(platform: str, handle: str) -> None:
    shown = nightdesk("forget", platform, handle, "--yes")
    assert shown.exit_code == 1
    assert "; " in shown.stderr
