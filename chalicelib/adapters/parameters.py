"""Secrets and the public address, from SSM Parameter Store.

Under the deployment's path: `/token-key`, `/code-key` and `/secrets/<name>` (SecureString),
`/public-url`, `/sign-in`.
"""

import json
import logging
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters.clients import client
from chalicelib.domain.errors import NotFound
from chalicelib.ports import UserPool

log = logging.getLogger("nightdesk.parameters")

KEPT_FOR = 300.0
"""Seconds for which a warm Lambda does not ask again; so long a change takes to be heeded."""


MISSING_FOR = 10.0
"""Seconds for which a secret that nobody has stored is not asked for again: whoever knows the name
of a source can make us ask."""


class SsmParameters:
    """Parameters of one deployment; values never appear in a log, an error or a repr."""

    def __init__(
        self, path: str, *, seconds: Callable[[], float], region: str | None = None
    ) -> None:
        """`path` such as `/nightdesk/dev`; `seconds` counts up, from anywhere (monotonic)."""
        self._path = path.rstrip("/")
        self._seconds = seconds
        self._ssm = client("ssm", region)
        self._known: dict[str, tuple[float, str]] = {}
        self._missing: dict[str, float] = {}

    def secret(self, name: str) -> str:
        """The credentials of a source. Raises NotFound when nobody has stored them."""
        return self._value(f"secrets/{name}")

    def token_key(self) -> str:
        """What makes the secret addresses of calendars: base64, as stored."""
        return self._value("token-key")

    def code_key(self) -> str:
        """What keys the digests of reply codes: base64, as stored."""
        return self._value("code-key")

    def public_url(self) -> str:
        """Where links in SMS lead, without a slash at its end."""
        return self._value("public-url").rstrip("/")

    def user_pool(self) -> UserPool:
        """Where people sign in. Raises NotFound when that is not stored, or not as it must be.

        JSON with `issuer`, `client_id` and `pages`; `keys` where these are not at the issuer.
        """
        try:
            said = json.loads(self._value("sign-in"))
            issuer, client_id, pages = said["issuer"], said["client_id"], said["pages"]
            keys = said.get("keys") or f"{issuer}/.well-known/jwks.json"
        except (ValueError, LookupError, TypeError, AttributeError):
            raise NotFound(f"the SSM parameter {self._path}/sign-in names no user pool") from None
        return UserPool(
            issuer=str(issuer),
            client_id=str(client_id),
            keys_url=str(keys),
            pages_url=str(pages).rstrip("/"),
        )

    def _value(self, name: str) -> str:
        """The value, at most `KEPT_FOR` old; older only while SSM does not answer."""
        now = self._seconds()
        known = self._known.get(name)
        if known is not None and now - known[0] < KEPT_FOR:
            return known[1]
        if name in self._missing and now - self._missing[name] < MISSING_FOR:
            raise self._not_found(name)
        try:
            value = self._ask(name)
        except (ClientError, BotoCoreError):
            if known is None:
                raise
            log.warning("parameter_stale", extra={"parameter": name})
            return known[1]
        self._known[name] = now, value
        return value

    def _ask(self, name: str) -> str:
        try:
            answer: Any = self._ssm.get_parameter(Name=f"{self._path}/{name}", WithDecryption=True)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") != "ParameterNotFound":
                raise
            self._known.pop(name, None)
            if name.startswith("secrets/"):
                self._missing[name] = self._seconds()
            raise self._not_found(name) from None
        self._missing.pop(name, None)
        return str(answer["Parameter"]["Value"])

    def _not_found(self, name: str) -> NotFound:
        return NotFound(f"there is no SSM parameter {self._path}/{name}")
