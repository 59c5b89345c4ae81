"""The API described by itself: the document is valid, complete, and true of what answers."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator
from openapi_spec_validator import validate

import app as product
from chalicelib.domain.customer import Customer, Profile
from chalicelib.domain.ticket import AgentId, ReplyState, Ticket, TicketState
from chalicelib.web.access import PUBLIC_ROUTES
from chalicelib.web.openapi import document
from chalicelib.web.openapi.examples import EXAMPLES
from chalicelib.web.openapi.table import table
from chalicelib.web.operations import OPERATIONS, Operation
from chalicelib.web.problems import STATUS_OF
from tests.builders import NOW, a_mention, a_reply
from tests.web.office import Browser, Office
from tests.web.oncall import OnCall

SPOKEN = {
    (method, path)
    for path, methods in product.app.routes.items()
    if path.startswith("/api/")
    for method in methods
}
CARLA = Profile(platform="mastodon", handle="carla@social.example")
REPLY = "0b8e3a2e-5f0e-4c39-9d8b-0d3c6c5a1f11"
ENTERING = {path for path in PUBLIC_ROUTES if path.startswith("/api/v1/session")}
"""They take what only a user pool can give; `test_session.py` sends that."""


def test_the_document_is_valid_openapi() -> None:
    found = document()
    assert found["openapi"] == "3.1.0"
    validate(found)


def test_every_route_of_the_api_is_in_the_document_and_no_other() -> None:
    listed = {
        (method.upper(), path) for path, found in document()["paths"].items() for method in found
    }
    assert listed == SPOKEN == set(OPERATIONS)


def test_every_operation_says_what_it_does_and_who_may() -> None:
    for path, found in document()["paths"].items():
        for method, one in found.items():
            assert one["summary"], f"{method} {path} has no docstring"
            assert one["security"] == [] if path in PUBLIC_ROUTES else one["x-roles"], path


def test_names_in_the_document_are_short_and_each_is_used_once() -> None:
    ids = [one["operationId"] for found in document()["paths"].values() for one in found.values()]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[A-Za-z]+", name) for name in document()["components"]["schemas"])


def test_whoever_is_signed_in_can_read_it(office: Office, gus: Browser, nobody: Browser) -> None:
    answer = gus.get("/api/v1/openapi.json")
    assert answer.json_body == json.loads(json.dumps(document()))
    assert nobody.get("/api/v1/openapi.json").status_code == 401


def test_words_beside_a_field_are_in_the_document() -> None:
    fields = document()["components"]["schemas"]["TicketView"]["properties"]
    assert fields["is_waiting"]["description"] == "Whether the customer waits for a word from us."
    assert fields["replies"]["description"].startswith("Ours")


# --- docs ---------------------------------------------------------------------------------

GUIDE = (Path(__file__).parents[2] / "docs/api.md").read_text(encoding="utf-8")


def test_the_table_of_routes_and_roles_in_the_docs_is_that_of_the_code() -> None:
    shown = GUIDE.partition("openapi table -->\n")[2].partition("<!-- end -->")[0]
    assert shown == table(), "run: python -m chalicelib.web.openapi table"


def test_the_docs_name_every_code_and_every_fate_of_a_reply() -> None:
    for kind, status in STATUS_OF.items():
        if status < 500:
            assert f"`{kind.__name__}`" in GUIDE, kind
            assert str(int(status)) in GUIDE, kind
    for state in ReplyState:
        assert f"| `{state.value}` |" in GUIDE, state


# --- examples ----------------------------------------------------------------------------


def test_everything_that_takes_something_has_an_example() -> None:
    taking = {key for key, one in OPERATIONS.items() if one.body or one.query}
    assert set(EXAMPLES) == taking


def set_up(office: Office, path: str) -> Ticket:
    """A desk on which the example of a path can be done."""
    office.come_on_duty("gus", "mia", "lea")
    holder = "gus" if path.endswith("/take-over") else "lea"
    reply: dict[str, Any] = {}
    if path.endswith(("/approve", "/send-back")):
        reply = {"by": "gus", "state": "proposed"}
    if path.endswith("/undo"):
        reply = {"by": "lea", "state": "queued", "send_at": NOW}
    ended = {"state": TicketState.CONTENT, "ended_at": NOW} if path.endswith("/reopen") else {}
    ticket = office.add_ticket(
        a_mention(),
        **{"holder": AgentId(holder), "state": TicketState.CLAIMED, "customer": CARLA.key, **ended},
        replies=(a_reply(**{"id": REPLY, **with_state(reply)}),) if reply else (),
    )
    office.customers.save(Customer(id=CARLA.key, profiles=(CARLA,), tickets=(ticket.id,)))
    office.index()
    return ticket


def with_state(reply: dict[str, Any]) -> dict[str, Any]:
    return {**reply, "state": ReplyState(reply["state"])}


@pytest.mark.parametrize(
    "one",
    [one for key, one in OPERATIONS.items() if one.body or one.query],
    ids=lambda one: f"{one.method} {one.path}",
)
def test_every_example_does_what_it_shows(office: Office, one: Operation) -> None:
    ticket = set_up(office, one.path)
    incident = office.add_incident()
    ids = {"tickets": ticket.id, "customers": CARLA.key, "incidents": incident.id}
    path = one.path.replace("{id}", ids.get(one.path.split("/")[3], "ana"))
    lea = Browser(office.token("lea", roles=("lead",)))
    if one.path.endswith("/grade"):
        lea.post(path.replace("/grade", "/resolve"))
    example = EXAMPLES[one.method, one.path]
    with OnCall(office).is_known():
        if one.body:
            send = lea.put if one.method == "PUT" else lea.post
            answer = send(path, dict(example.body or {}))
        else:
            asked = "&".join(f"{name}={value}" for name, value in example.query.items())
            answer = lea.get(f"{path}?{asked.replace(' ', '+')}")
    if one.path in ENTERING or one.path.endswith("/verify"):
        assert answer.status_code in (200, 400, 401, 409), answer.body
        return
    assert answer.status_code == 200, answer.body
    if not one.kind:
        conforms(answer.json_body, one)


def conforms(body: Any, one: Operation) -> None:
    """Raises when an answer is not what the document says of it."""
    whole = document()
    responses = whole["paths"][one.path][one.method.lower()]["responses"]
    schema = responses["200"]["content"]["application/json"]["schema"]
    Draft202012Validator({**schema, "components": whole["components"]}).validate(body)
