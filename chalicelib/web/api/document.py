"""The API described by itself."""

from typing import Any

from chalicelib.web.access import EVERYBODY
from chalicelib.web.blueprint import endpoint


@endpoint("/api/v1/openapi.json", roles=EVERYBODY)
def openapi() -> dict[str, Any]:
    """This document (OpenAPI 3.1), made from the code that answers."""
    from chalicelib.web.openapi import document  # here, since hardly anybody asks for it

    return document()
