"""What each route is for: what it uses is put to that."""

from collections.abc import Mapping
from typing import Any

from chalicelib import wiring
from chalicelib.domain.cost import Feature

FEATURES: Mapping[str, Feature] = {
    **dict.fromkeys(
        (
            "/static/",
            "/calendar/",
            "/api/v1/desk",
            "/api/v1/health",
            "/api/v1/me",
            "/api/v1/on-call",
            "/api/v1/openapi.json",
            "/api/v1/queue",
            "/api/v1/readiness",
            "/api/v1/responders",
            "/api/v1/session",
            "/api/v1/sign-in",
            "/api/v1/sources",
            "/api/v1/team",
            "/api/v1/tickets/{id}/presence",
        ),
        Feature.VIEWING,
    ),
    "/a/": Feature.WAKING,
    "/api/v1/incidents": Feature.WAKING,
    "/api/v1/responders/": Feature.WAKING,
    "/push/": Feature.LISTENING,
    "/api/v1/tickets/": Feature.ANSWERING,
    "/api/v1/customers/": Feature.ANSWERING,
    "/api/v1/export/tickets": Feature.ANSWERING,
    "/api/v1/search": Feature.ANSWERING,
    "/api/v1/costs": Feature.ACCOUNTING,
}
"""By the beginning of its template; the longest that fits holds. The page's shell is at `/`."""

ABOUT = ("/api/v1/tickets/{id}", "/api/v1/incidents/{id}")
"""Beginnings of templates whose `id` is that of a ticket or an incident."""

LONGEST_ID = 200


def route_use(event: Mapping[str, Any]) -> wiring.RouteUse:
    """Of a request, as the gateway hands it over. Secret addresses stand in no template."""
    path = event["requestContext"]["resourcePath"]
    about = ""
    if path.startswith(ABOUT):
        about = str((event.get("pathParameters") or {}).get("id", ""))[:LONGEST_ID]
    return wiring.RouteUse(feature=feature_of(path), about=about)


def feature_of(path: str) -> Feature:
    """Of a route by its template. Raises KeyError for one that nobody knows."""
    if path == "/":
        return Feature.VIEWING
    return FEATURES[max((one for one in FEATURES if path.startswith(one)), key=len, default=path)]


wiring.routes_are_for(route_use)
