"""A Mastodon server for the run: the company's account and those of two angry customers."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import urllib3

from infra.accept.processes import Unaccepted, free_port, server

COMPANY, CUSTOMER, ANOTHER = "acme", "dana", "emil"

_CONFIG = """
[[seed.accounts]]
username = "{0}"
display_name = "Acme"
access_token = "token-of-{0}"

[[seed.accounts]]
username = "{1}"
display_name = "Dana"
access_token = "token-of-{1}"

[[seed.accounts]]
username = "{2}"
display_name = "Emil"
access_token = "token-of-{2}"
"""


@dataclass(frozen=True, slots=True)
class Mastodon:
    """A server and its API, as far as people use it that night."""

    address: str

    def post(self, account: str, text: str) -> str:
        """Publish as `account`; the status' id."""
        status = self._ask("POST", "/api/v1/statuses", account, {"status": text})
        return str(status["id"])

    def replies_to(self, status: str) -> list[dict[str, Any]]:
        """Statuses beneath one, as the customer sees them."""
        context = self._ask("GET", f"/api/v1/statuses/{status}/context", CUSTOMER)
        found: list[dict[str, Any]] = context["descendants"]
        return found

    def _ask(self, method: str, path: str, account: str, body: Any = None) -> dict[str, Any]:
        answer = urllib3.request(
            method,
            self.address + path,
            json=body,
            headers={"Authorization": f"Bearer {password(account)}"},
            timeout=10,
        )
        if answer.status != 200:
            raise Unaccepted(
                f"Mastodon: {method} {path} gave {answer.status}: {answer.data[:300]!r}"
            )
        found: dict[str, Any] = answer.json()
        return found


def password(account: str) -> str:
    """What an account signs in with."""
    return f"token-of-{account}"


@contextmanager
def mastodon(folder: Path) -> Iterator[Mastodon]:
    """A Mastodon server (mastodon_mock) on loopback, for as long as the block runs."""
    config = folder / "mastodon.toml"
    config.write_text(_CONFIG.format(COMPANY, CUSTOMER, ANOTHER))
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [str(Path(sys.executable).with_name("mastodon_mock")), "serve", "--in-memory"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--config", str(config)]
    with server(
        "mastodon_mock",
        command,
        health=f"{address}/api/v1/instance",
        log=folder / "mastodon.log",
        environment=os.environ,
    ):
        yield Mastodon(address)
