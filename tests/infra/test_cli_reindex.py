"""`nightdesk reindex`: tickets that the index does not know can be found again."""

import json
from collections.abc import Iterator

import pytest
from moto import mock_aws
from typer.testing import CliRunner

from chalicelib.domain.searching import postings_of, read_query
from infra.acting import acting_as
from infra.cli import app
from tests.builders import NOW, a_mention, a_ticket
from tests.infra.staging import deployed


@pytest.fixture(autouse=True)
def _cloud() -> Iterator[None]:
    with mock_aws():
        deployed("dev")
        yield


def found(asked: str) -> list[str]:
    with acting_as("dev") as wiring:
        return [one.id for one in wiring.searching().find(read_query(asked), "", 10, NOW).cards]


def test_tickets_that_the_index_has_missed_are_found_afterwards() -> None:
    ticket = a_ticket(a_mention(text="the ghent office is closed"))
    with acting_as("dev") as wiring:
        assert wiring.parts.tickets().add(ticket)
    assert found("ghent") == []
    for _ in range(2):
        told = CliRunner().invoke(app, ["reindex", "--stage", "dev"])
        assert (told.exit_code, told.stdout) == (
            0,
            f"dev: 1 ticket can be found, by {len(postings_of(ticket))} words.\n",
        )
        assert found("ghent") == found("brand:acme") == [ticket.id]


def test_without_a_ticket_there_is_nothing_to_do() -> None:
    told = CliRunner().invoke(app, ["reindex", "--stage", "dev", "--json"])
    assert json.loads(told.stdout) == {"tickets": 0, "words": 0}


def test_a_stage_that_is_not_deployed_is_told() -> None:
    told = CliRunner().invoke(app, ["reindex", "--stage", "prod"])
    assert told.exit_code == 1
    assert "nightdesk deploy --stage prod" in told.stderr
