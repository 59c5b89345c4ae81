"""The environment, read once into one frozen value and refused early when something is missing."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a deployment sets. Each field is the variable `NIGHTDESK_<FIELD>`."""

    stage: str
    """Name of the deployment, such as `dev`; part of every resource's name."""
    mentions_table: str
    incidents_table: str
    tickets_table: str
    desk_table: str
    search_table: str
    costs_table: str
    pulls_queue_url: str
    outbox_queue_url: str
    deliveries_queue_url: str
    deliveries_dead_queue_url: str
    notices_topic_arn: str
    parameter_path: str
    """Where secrets and the public address stand in SSM, such as `/nightdesk/dev`."""
    retention_days: int = 400
    """Days until mentions, tickets and incidents expire."""
    trust_loopback: bool = False
    """True in the local cloud only: sources may then be read from 127.0.0.0/8 and ::1."""
    deep_model: Path | None = None
    """Folder of the deep model, such as `/opt/nightdesk/deep` of a layer; None without one."""


def settings_from(environment: Mapping[str, str]) -> Settings:
    """Settings from a mapping like `os.environ`. Raises ValueError that names what is missing."""

    def need(name: str) -> str:
        if not (value := environment.get(f"NIGHTDESK_{name}", "")):
            raise ValueError(f"NIGHTDESK_{name} is not set; infra/template.yaml sets it")
        return value

    retention = environment.get("NIGHTDESK_RETENTION_DAYS", "400")
    if not retention.isdecimal() or int(retention) < 1:
        raise ValueError(f"NIGHTDESK_RETENTION_DAYS is {retention!r}; use a number of days")
    return Settings(
        stage=need("STAGE"),
        mentions_table=need("MENTIONS_TABLE"),
        incidents_table=need("INCIDENTS_TABLE"),
        tickets_table=need("TICKETS_TABLE"),
        desk_table=need("DESK_TABLE"),
        search_table=need("SEARCH_TABLE"),
        costs_table=need("COSTS_TABLE"),
        pulls_queue_url=need("PULLS_QUEUE_URL"),
        outbox_queue_url=need("OUTBOX_QUEUE_URL"),
        deliveries_queue_url=need("DELIVERIES_QUEUE_URL"),
        deliveries_dead_queue_url=need("DELIVERIES_DEAD_QUEUE_URL"),
        notices_topic_arn=need("NOTICES_TOPIC_ARN"),
        parameter_path=need("PARAMETER_PATH"),
        retention_days=int(retention),
        trust_loopback=environment.get("NIGHTDESK_TRUST_LOOPBACK", "") == "1",
        deep_model=Path(deep) if (deep := environment.get("NIGHTDESK_DEEP_MODEL", "")) else None,
    )


@cache
def settings() -> Settings:
    """The settings of this process."""
    return settings_from(os.environ)
