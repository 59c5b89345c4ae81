"""What each route uses is put to what it is for."""

import pytest

import app as product
from chalicelib.domain.cost import Feature
from chalicelib.web.purposes import ABOUT, FEATURES, feature_of, route_use

ROUTES = sorted(product.app.routes)


@pytest.mark.parametrize("path", ROUTES)
def test_every_route_is_for_something(path: str) -> None:
    assert feature_of(path) in Feature


def test_no_beginning_of_a_route_is_there_in_vain() -> None:
    used = {
        max((one for one in FEATURES if path.startswith(one)), key=len, default="/")
        for path in ROUTES
    }
    assert FEATURES.keys() <= used


def test_a_route_that_nobody_knows_is_refused() -> None:
    with pytest.raises(KeyError):
        feature_of("/elsewhere")


@pytest.mark.parametrize(
    ("path", "feature"),
    [
        ("/", Feature.VIEWING),
        ("/api/v1/queue", Feature.VIEWING),
        ("/api/v1/queue/counts", Feature.VIEWING),
        ("/api/v1/tickets/{id}/presence", Feature.VIEWING),
        ("/api/v1/tickets/{id}/reply", Feature.ANSWERING),
        ("/api/v1/search", Feature.ANSWERING),
        ("/api/v1/incidents", Feature.WAKING),
        ("/api/v1/incidents/{id}/acknowledge", Feature.WAKING),
        ("/api/v1/responders", Feature.VIEWING),
        ("/api/v1/responders/{id}/test-page", Feature.WAKING),
        ("/a/{key}", Feature.WAKING),
        ("/push/{source}", Feature.LISTENING),
        ("/api/v1/costs", Feature.ACCOUNTING),
        ("/api/v1/costs/about/{id}", Feature.ACCOUNTING),
    ],
)
def test_the_longest_beginning_that_fits_holds(path: str, feature: Feature) -> None:
    assert feature_of(path) is feature


@pytest.mark.parametrize("path", ROUTES)
def test_only_the_id_of_a_ticket_or_an_incident_says_what_it_is_about(path: str) -> None:
    places = {"id": "forum.118", "key": "secret", "name": "ana", "source": "forum"}
    event = {"requestContext": {"resourcePath": path}, "pathParameters": places}
    expected = "forum.118" if path.startswith(ABOUT) else ""
    assert route_use(event).about == expected
    assert path.startswith(ABOUT) == ("/tickets/{id}" in path or "/incidents/{id}" in path)


def test_an_id_that_is_none_is_cut_short() -> None:
    path = {"resourcePath": "/api/v1/tickets/{id}"}
    event = {"requestContext": path, "pathParameters": {"id": "x" * 10_000}}
    assert len(route_use(event).about) == 200
    assert route_use({"requestContext": path, "pathParameters": None}).about == ""
