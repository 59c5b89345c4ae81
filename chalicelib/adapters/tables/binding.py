"""Ties models to the tables of one deployment."""

from functools import cache
from threading import Lock
from typing import Any, TypeVar, cast

from pynamodb.connection import Connection

from chalicelib.adapters.metering.aws import heard
from chalicelib.adapters.tables.base import Table

T = TypeVar("T", bound=Table)

_lock = Lock()


def bound(
    model: type[T], table_name: str, region: str | None = None, *, is_brief: bool = False
) -> type[T]:
    """The model of one deployment's table; `region` None means the environment's.

    `is_brief`: a call ends within 1.2 s, answered or not, and is not sent again: for what people
    must not wait for.

    pynamodb ties a model to one table, and opens a connection for each. Here each deployment
    has models of its own, and all of a region share one connection, since making a client
    costs a cold start some 40 ms.
    """
    with _lock:
        return cast(type[T], _bound(model, table_name, region, is_brief))


def forget() -> None:
    """Let go of every model and connection made so far."""
    with _lock:
        _bound.cache_clear()
        _connection.cache_clear()
        _brief_connection.cache_clear()


@cache
def _bound(model: type[Table], table_name: str, region: str | None, is_brief: bool) -> type[Table]:
    meta = {name: value for name, value in vars(model.Meta).items() if name[0] != "_"}
    meta |= {"table_name": table_name, "region": region}
    named: Any = type(model)
    of_deployment: type[Table] = named(
        model.__name__, (model,), {"Meta": type("Meta", (), meta), "__module__": __name__}
    )
    own = of_deployment._get_connection()
    shared = _brief_connection(region) if is_brief else _connection(region)
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


class _BriefConnection(_Connection):
    """One beside another, whose session it has: a client is then made in 3 ms, not in 100."""

    def __init__(self, beside: Connection, **given: Any) -> None:
        super().__init__(**given)
        self._beside = beside

    @property
    def session(self) -> Any:
        return self._beside.session


@cache
def _brief_connection(region: str | None) -> Connection:
    return _BriefConnection(
        _connection(region),
        region=region,
        connect_timeout_seconds=0.4,
        read_timeout_seconds=0.8,
        max_retry_attempts=0,
    )


@cache
def _connection(region: str | None) -> Connection:
    """Two retries with jitter (botocore's standard mode), so that a call ends within 21 s."""
    return _Connection(
        region=region, connect_timeout_seconds=2, read_timeout_seconds=5, max_retry_attempts=2
    )
