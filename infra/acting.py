"""The services of a deployment, run on this machine with the AWS rights of whoever asks.

For verbs that do what a function does: send a test page, check whether all is ready.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from infra.apply import stage_of
from infra.local.patching import environment, replaced


@contextmanager
def acting_as(stage: str, *, session: Any = None) -> Iterator[ModuleType]:
    """`chalicelib.wiring`, wired to a deployment while open.

    Nothing is logged meanwhile and no metric is written: what a person asked for by hand is
    told to them, and counts for no alarm. Raises ApplyFailed when nothing was deployed there.
    """
    deployment = stage_of(stage, session=session)
    tables = {
        "MENTIONS": "mentions",
        "INCIDENTS": "incidents",
        "TICKETS": "conversations",
        "DESK": "desk",
        "SEARCH": "search",
        "COSTS": "costs",
    }
    variables = {
        "NIGHTDESK_STAGE": stage,
        **{f"NIGHTDESK_{one}_TABLE": f"nightdesk-{stage}-{name}" for one, name in tables.items()},
        # Only functions pull, publish replies and call hooks.
        **{
            f"NIGHTDESK_{one}_QUEUE_URL": "none"
            for one in ("PULLS", "OUTBOX", "DELIVERIES", "DELIVERIES_DEAD")
        },
        "NIGHTDESK_NOTICES_TOPIC_ARN": deployment.notices_topic,
        "NIGHTDESK_PARAMETER_PATH": deployment.parameter_path,
        "NIGHTDESK_RETENTION_DAYS": str(deployment.retention_days),
        "POWERTOOLS_METRICS_DISABLED": "true",
    }
    logger = logging.getLogger("nightdesk")
    with (
        environment(variables),
        replaced(logger, "handlers", [logging.NullHandler()]),
        replaced(logger, "propagate", False),
    ):
        from chalicelib import wiring

        wiring.reset()
        try:
            yield wiring
        finally:
            wiring.reset()
