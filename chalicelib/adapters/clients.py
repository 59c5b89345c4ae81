"""Clients of AWS services: one of each for a warm Lambda, metered, with bounded waiting."""

from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from chalicelib.adapters.metering.aws import heard


def client(
    service: str,
    region: str | None = None,
    *,
    attempts: int = 3,
    connect_seconds: float = 2,
    read_seconds: float = 5,
) -> Any:
    """The client of a service; `region` None means the environment's.

    A call ends within some 21 seconds: three attempts of 2 s to connect and 5 s to answer. Who
    waits while people are to be woken asks for fewer.
    """
    return _client(service, region, attempts, connect_seconds, read_seconds)


def forget() -> None:
    """Let go of every client made so far."""
    _client.cache_clear()


@cache
def _client(
    service: str, region: str | None, attempts: int, connect_seconds: float, read_seconds: float
) -> Any:
    return heard(
        boto3.client(
            service,
            region_name=region,
            config=Config(
                connect_timeout=connect_seconds,
                read_timeout=read_seconds,
                retries={"mode": "standard", "total_max_attempts": attempts},
            ),
        )
    )
