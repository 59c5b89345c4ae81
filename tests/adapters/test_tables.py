import os
import sys
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.adapters.tables import TABLES, MentionsTable, bound, forget
from chalicelib.domain.signal import Topic
from tests.adapters.stores import Stores, race, table_name
from tests.builders import a_ticket, an_incident


def test_models_of_one_region_share_one_connection(cloud: None) -> None:
    connections = {
        id(bound(model, f"nightdesk-shared-{name}")._get_connection().connection)
        for name, model in TABLES.items()
    }
    assert len(connections) == 1


def test_a_table_is_bound_once_however_many_ask_at_once(cloud: None) -> None:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # threads take turns as often as can be
    try:
        for number in range(20):
            models = race(*[lambda name=f"nightdesk-{number}": bound(MentionsTable, name)] * 8)
            assert len(set(models)) == 1
    finally:
        sys.setswitchinterval(interval)


def test_a_record_is_read_as_it_is_at_this_instant(dynamo: Stores) -> None:
    model = bound(TABLES["incidents"], table_name(dynamo.stage, "incidents"))
    events: Any = model._get_connection().connection.client.meta.events
    asked: list[Any] = []

    def note(params: dict[str, Any], **_: Any) -> None:
        asked.append(params["ConsistentRead"])

    events.register("provide-client-params.dynamodb", note)
    try:
        dynamo.incidents.current("acme", Topic.OUTAGE)
        dynamo.incidents.loudness(an_incident().id)
        dynamo.pages.of_incident(an_incident().id)
        dynamo.tickets.get(a_ticket().id)
    finally:
        events.unregister("provide-client-params.dynamodb", note)
    assert asked == [True, True, True, True]


def test_waiting_for_dynamodb_is_bounded(cloud: None) -> None:
    model = bound(MentionsTable, "nightdesk-timed-mentions")
    config = model._get_connection().connection.client.meta.config
    assert (config.connect_timeout, config.read_timeout) == (2, 5)
    assert config.retries == {"total_max_attempts": 3, "mode": "standard"}


def test_a_table_that_people_must_not_wait_for_is_asked_once_and_briefly(cloud: None) -> None:
    both = [bound(MentionsTable, "nightdesk-brief", is_brief=brief) for brief in (True, False)]
    brief, patient = [model._get_connection().connection for model in both]
    config = brief.client.meta.config
    assert (config.connect_timeout, config.read_timeout) == (0.4, 0.8)
    assert config.retries == {"total_max_attempts": 1, "mode": "standard"}
    assert brief.session is patient.session, "a session of its own costs a cold start 0.1 s"


@pytest.mark.parametrize("name", TABLES)
def test_a_model_unbound_reaches_no_table(name: str) -> None:
    with pytest.raises(AttributeError, match="table_name"):
        TABLES[name].exists()


def test_the_schema_can_be_created_as_often_as_there_are_stages(
    new_dynamo_stores: Callable[[], Stores],
) -> None:
    assert new_dynamo_stores().stage != new_dynamo_stores().stage


def test_what_is_forgotten_is_made_anew_for_the_region_of_then() -> None:
    before = bound(MentionsTable, "nightdesk-any-mentions")
    assert bound(MentionsTable, "nightdesk-any-mentions") is before

    forget()
    os.environ["AWS_DEFAULT_REGION"] = os.environ["AWS_REGION"] = "ap-southeast-2"
    after = bound(MentionsTable, "nightdesk-any-mentions")

    try:
        assert after is not before
        assert after._get_connection().connection.client.meta.region_name == "ap-southeast-2"
    finally:
        forget()
