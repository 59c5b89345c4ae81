from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from chalicelib.adapters.stream import (
    incident_from_image,
    is_past,
    mention_from_image,
    ticket_from_image,
)
from chalicelib.domain.errors import BadInput
from chalicelib.domain.mention import Mention
from tests import strategies
from tests.adapters.stores import Stores, item
from tests.builders import NOW, a_mention, a_pulled, a_ticket, an_incident


def image_of(dynamo: Stores, mention: Mention) -> dict[str, Any]:
    dynamo.mentions.add(a_pulled(mention))
    return item(dynamo, "mentions", mention.id, "mention")


@given(mention=strategies.mentions())
@settings(max_examples=15)
def test_the_image_of_a_stored_mention_is_that_mention(
    new_dynamo_stores: Any, mention: Mention
) -> None:
    assert mention_from_image(image_of(new_dynamo_stores(), mention)) == mention


def test_the_image_of_a_payload_is_no_mention(dynamo: Stores) -> None:
    image_of(dynamo, a_mention())
    with pytest.raises(BadInput, match="a mention item was expected"):
        mention_from_image(item(dynamo, "mentions", a_mention().id, "raw"))
    with pytest.raises(BadInput, match="a mention item was expected"):
        mention_from_image(image_of(dynamo, a_mention()) | {"sk": {"S": "raw"}})


@pytest.mark.parametrize(
    "image",
    [
        {},
        None,
        [],
        {"pk": {"S": "mastodon.1"}, "sk": {"S": "mention"}},
        {"pk": {"S": "mastodon.1"}, "sk": {"S": "mention"}, "mention": {"N": "1"}},
        {"pk": {"S": "mastodon.1"}, "sk": {"S": "mention"}, "mention": {"S": ""}},
        {"pk": {"S": "mastodon.1"}, "sk": {"S": "mention"}, "mention": {"S": "{"}},
        {"pk": {"S": "mastodon.1"}, "sk": {"S": "mention"}, "mention": {"S": "{}"}},
        {"pk": {"S": "mastodon.1"}, "sk": {"S": "mention"}, "mention": {"S": "[1]"}},
        {"pk": {"S": "mastodon.1"}, "sk": {"S": "mention"}, "mention": {"S": '{"text": 1}'}},
    ],
)
def test_what_cannot_be_parsed_is_refused_and_says_where(image: Any) -> None:
    with pytest.raises(BadInput, match="stream record"):
        mention_from_image(image)


def test_the_refusal_names_the_mention_and_the_field(dynamo: Stores) -> None:
    image = image_of(dynamo, a_mention())
    image["mention"]["S"] = image["mention"]["S"].replace('"en"', "7")
    with pytest.raises(BadInput, match=rf"{a_mention().id}.*Expected .*language"):
        mention_from_image(image)


# --- tickets and incidents -----------------------------------------------------------------


def raw_image(**attributes: str) -> dict[str, Any]:
    return {name: {"S": value} for name, value in attributes.items()}


def test_a_ticket_is_read_from_what_its_store_has_written(dynamo: Stores) -> None:
    ticket = a_ticket()
    dynamo.tickets.add(ticket)
    assert ticket_from_image(item(dynamo, "conversations", ticket.id, "ticket")) == ticket


def test_an_incident_is_read_wherever_it_stands(dynamo: Stores) -> None:
    first, second = an_incident(), an_incident(opened_at=NOW + timedelta(days=3))
    dynamo.incidents.open(first, instead_of=None)
    dynamo.incidents.open(second, instead_of=first)
    current = item(dynamo, "incidents", "acme.outage", "current")
    past = item(dynamo, "incidents", "acme.outage", f"past#{first.id}")
    assert (incident_from_image(current), is_past(current)) == (second, False)
    assert (incident_from_image(past), is_past(past)) == (first, True)


@pytest.mark.parametrize(
    "image",
    [
        {},
        raw_image(pk="a", sk="ticket"),
        raw_image(pk="a", sk="ticket", ticket="{"),
        raw_image(pk="a", sk="looking#mia", ticket="{}"),
    ],
)
def test_what_is_no_ticket_is_refused(image: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        ticket_from_image(image)
    with pytest.raises(BadInput):
        incident_from_image(image)
