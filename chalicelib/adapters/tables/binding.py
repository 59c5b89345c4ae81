"""Ties models to the tables of one deployment."""

from functools import cache
from threading import Lock
from typing import Any, TypeVar, cast

from pynamodb.connection import Connection

from chalicelib.adapters.metering.aws import heard
from chalicelib.adapters.tables.base import Table

T = TypeVar("T", bound=Table)

_lock = Lock()


def bound(model: type[T], table_name: str, region: str | None = None) -> type[T]:
    """The model of one deployment's table; `region` None means the environment's.

    pynamodb ties a model to one table, and opens a connection for each. Here each deployment
    has models of its own, and all of a region share one connection, since making a client
    costs a cold start some 40 ms.
    """
    with _lock:
        return cast(type[T], _bound(model, table_name, region))


def forget() -> None:
    """Let go of every model and connection made so far."""
    with _lock:
        _bound.cache_clear()
        _connection.cache_clear()


@cache
def _bound(model: type[Table], table_name: str, region: str | None) -> type[Table]:
    meta = {name: value for name, value in vars(model.Meta).items() if name[0] != "_"}
    meta |= {"table_name": table_name, "region": region}
    named: Any = type(model)
    of_deployment: type[Table] = named(
        model.__name__, (model,), {"Meta": type("Meta", (), meta), "__module__": __name__}
    )
    own = of_deployment._get_connection()
    shared = _connection(region)
    shared.add_meta_table(own.get_meta_table())
    own.connection = shared
    return of_deployment


class _Connection(Connection):
    """One whose calls are metered; pynamodb makes its client late, and anew without credentials."""

    _heard: Any = None

    @property
    def client(self) -> Any:
        client = super().client
        if client is not self._heard:
            self._heard = heard(client)
        return client


@cache
def _connection(region: str | None) -> Connection:
    """Two retries with jitter (botocore's standard mode), so that a call ends within 21 s."""
    return _Connection(
        region=region, connect_timeout_seconds=2, read_timeout_seconds=5, max_retry_attempts=2
    )
