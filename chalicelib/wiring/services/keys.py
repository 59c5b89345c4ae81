"""Where the page is, and the keys of a deployment."""

from chalicelib.ports import UserPool
from chalicelib.settings import settings
from chalicelib.wiring import parts
from chalicelib.wiring.warm import once


def public_url() -> str:
    """Where the page is, without a slash at its end; a new value is heeded within minutes."""
    return parts.parameters().public_url()


def user_pool() -> UserPool:
    """Where people sign in; a new value is heeded within minutes."""
    return parts.parameters().user_pool()


@once
def stage() -> str:
    """Name of this deployment."""
    return settings().stage


@once
def token_key() -> bytes:
    """What makes the secret addresses of calendars; only the API may read it."""
    return parts.parameters().token_key().encode()


@once
def code_key() -> bytes:
    """What keys the digests of reply codes; who knows it still cannot sign in as an agent."""
    return parts.parameters().code_key().encode()
