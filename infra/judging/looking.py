"""The history of a deployment, and what is in force there; of the demo, too."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.desk import Desk
from chalicelib.domain.errors import BadInput, NotFound
from chalicelib.ports import JudgedHistory
from chalicelib.ports.hindsight import Watch

LOCAL = "local"
"""The stage of the demo: its weekend is played through on this machine, no account needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """A deployment that is looked back at."""

    in_force: Desk | None
    """None where nothing is, or what is cannot be read."""
    history: JudgedHistory
    now: datetime
    """The instant to look back from (aware)."""


@contextmanager
def looking_at(
    stage: str, *, now: datetime, watch: Watch = lambda share: None, session: Any = None
) -> Iterator[Looking]:
    """What was judged in a deployment. `watch` is told how far the demo has been played.

    Raises ApplyFailed when nothing was deployed there.
    """
    if stage != LOCAL:
        import boto3

        from infra.apply import stage_of

        session = session or boto3.session.Session()
        desks = stage_of(stage, session=session).desks
        history = history_of(stage, region=session.region_name)
        yield Looking(in_force=desk_of(desks), history=history, now=now)
        return
    from chalicelib import wiring
    from infra.local.run import WEEKEND, played

    with ExitStack() as opening:
        desk = opening.enter_context(played(WEEKEND, watch=watch)).desk
        yield Looking(
            in_force=desk_of(wiring.parts.desks()),
            history=history_of(LOCAL, region=None),
            now=desk.clock.now(),
        )


def history_of(stage: str, *, region: str | None) -> JudgedHistory:
    """What was judged in the deployment of that name."""
    from chalicelib.adapters.judged_history import DynamoJudgedHistory

    prefix = f"nightdesk-{stage}-"
    return DynamoJudgedHistory(
        mentions=prefix + "mentions",
        incidents=prefix + "incidents",
        tickets=prefix + "conversations",
        region=region,
    )


def desk_of(desks: Any) -> Desk | None:
    """What is in force; None where nothing is, or what is cannot be read."""
    try:
        found: Desk = desks.current()
    except (NotFound, BadInput):
        return None
    return found
