"""Who may do what: every role at every route."""

from collections.abc import Set

import pytest

import app as product
from chalicelib.web.access import PUBLIC_ROUTES, Role
from tests.web.office import Browser, Office
from tests.web.test_access import address

EVERYBODY = frozenset(Role)
ANSWERING = frozenset({Role.AGENT, Role.LEAD, Role.ADMIN})
DECIDING = frozenset({Role.LEAD, Role.ADMIN})
COUNTING = frozenset({Role.FINANCE, Role.LEAD, Role.ADMIN})

WHO_MAY: dict[str, Set[Role]] = {
    "GET /api/v1/me": EVERYBODY,
    "GET /api/v1/openapi.json": EVERYBODY,
    "GET /api/v1/sources": EVERYBODY,
    # the queue
    "GET /api/v1/queue": ANSWERING,
    "GET /api/v1/queue/counts": ANSWERING,
    "GET /api/v1/search": ANSWERING,
    "GET /api/v1/desk": ANSWERING,
    "GET /api/v1/team": ANSWERING,
    "PUT /api/v1/me/duty": ANSWERING,
    "GET /api/v1/export/tickets.csv": DECIDING,
    # money
    "GET /api/v1/costs": COUNTING,
    "GET /api/v1/costs/rows": COUNTING,
    "GET /api/v1/costs/about/{id}": COUNTING,
    "GET /api/v1/costs/export": COUNTING,
    "GET /api/v1/costs/what-if": COUNTING,
    # tickets
    "GET /api/v1/tickets/{id}": ANSWERING,
    "POST /api/v1/tickets/{id}/claim": ANSWERING,
    "POST /api/v1/tickets/{id}/release": ANSWERING,
    "POST /api/v1/tickets/{id}/hand-over": ANSWERING,
    "POST /api/v1/tickets/{id}/take-over": ANSWERING,
    "POST /api/v1/tickets/{id}/snooze": ANSWERING,
    "POST /api/v1/tickets/{id}/wait": ANSWERING,
    "POST /api/v1/tickets/{id}/note": ANSWERING,
    "PUT /api/v1/tickets/{id}/presence": ANSWERING,
    "GET /api/v1/tickets/{id}/customer": ANSWERING,
    "POST /api/v1/tickets/{id}/link": ANSWERING,
    "POST /api/v1/customers/{id}/note": ANSWERING,
    "POST /api/v1/tickets/{id}/preview": ANSWERING,
    "POST /api/v1/tickets/{id}/reply": ANSWERING,
    "POST /api/v1/tickets/{id}/undo": ANSWERING,
    "POST /api/v1/tickets/{id}/approve": DECIDING,
    "POST /api/v1/tickets/{id}/send-back": DECIDING,
    "POST /api/v1/tickets/{id}/answered-elsewhere": ANSWERING,
    "POST /api/v1/tickets/{id}/look-up": ANSWERING,
    "POST /api/v1/tickets/{id}/resolve": ANSWERING,
    "POST /api/v1/tickets/{id}/reopen": ANSWERING,
    "POST /api/v1/tickets/{id}/correct": ANSWERING,
    # incidents
    "GET /api/v1/incidents": ANSWERING,
    "GET /api/v1/incidents/{id}": ANSWERING,
    "POST /api/v1/incidents/{id}/acknowledge": ANSWERING,
    "POST /api/v1/incidents/{id}/resolve": ANSWERING,
    "POST /api/v1/incidents/{id}/escalate": ANSWERING,
    "POST /api/v1/incidents/{id}/snooze": ANSWERING,
    "POST /api/v1/incidents/{id}/hand-over": ANSWERING,
    "POST /api/v1/incidents/{id}/grade": ANSWERING,
    # who is on call
    "GET /api/v1/on-call": ANSWERING,
    "GET /api/v1/responders": ANSWERING,
    "POST /api/v1/responders/{id}/test-page": ANSWERING,
    "POST /api/v1/responders/{id}/verify": ANSWERING,
    "GET /api/v1/readiness": ANSWERING,
}
"""By method and template. A route that is not here fails the first test below."""

CLOSED = [
    f"{method} {path}"
    for path, methods in product.app.routes.items()
    if path not in PUBLIC_ROUTES
    for method in methods
]


def test_every_route_that_needs_a_token_is_in_the_table_and_no_other() -> None:
    assert sorted(CLOSED) == sorted(WHO_MAY)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("route", CLOSED)
def test_a_role_opens_what_the_table_says_and_nothing_else(
    office: Office, role: Role, route: str
) -> None:
    method, path = route.split()
    somebody = Browser(office.token("finn", roles=(role.value,)))
    answer = somebody.request(
        method, address(path), headers={"content-type": "application/json"}, body=b"{}"
    )
    is_refused = answer.status_code == 403 and b"this is for" in answer.body
    assert is_refused == (role not in WHO_MAY[route]), answer.body


def test_who_is_refused_hears_whom_it_is_for(office: Office) -> None:
    finn = Browser(office.token("finn", roles=("finance",)))
    answer = finn.get("/api/v1/queue")
    assert answer.json_body["detail"] == "this is for admin or agent or lead; your roles: finance"
    assert finn.get("/api/v1/me").json_body["roles"] == ["finance"]


@pytest.mark.parametrize("roles", [(), ("somebody-elses-group",)])
def test_who_has_no_role_gets_nowhere_and_hears_whom_to_ask(
    office: Office, roles: tuple[str, ...]
) -> None:
    answer = Browser(office.token("new", roles=roles)).get("/api/v1/me")
    assert answer.status_code == 403
    assert answer.json_body["detail"] == "you have no role at this desk yet; ask your lead for one"


def test_two_roles_open_what_either_opens(office: Office) -> None:
    both = Browser(office.token("finn", roles=("finance", "agent")))
    assert both.get("/api/v1/queue").status_code == 200
