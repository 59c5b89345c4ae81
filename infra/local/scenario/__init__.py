"""The scenario format: what happens, each at its instant, one JSON object a line.

`post`, `edit`, `delete`, `down` and `up` belong to the platforms and are read by the sources of
the kind `replay`; the other events are acted by the player. `docs/scenarios.md` describes all of
them.
"""

from infra.local.scenario.events import (
    CODE,
    Act,
    AgentAct,
    Deletion,
    Duty,
    Edit,
    Incidents,
    OpenLink,
    Outage,
    PhoneLine,
    PhoneReply,
    Post,
    ResolveIncident,
    TryOut,
)
from infra.local.scenario.reading import QUIET, SAID_EVERY, Scenario, ScenarioRefused, load

__all__ = [
    "CODE",
    "QUIET",
    "SAID_EVERY",
    "Act",
    "AgentAct",
    "Deletion",
    "Duty",
    "Edit",
    "Incidents",
    "OpenLink",
    "Outage",
    "PhoneLine",
    "PhoneReply",
    "Post",
    "ResolveIncident",
    "Scenario",
    "ScenarioRefused",
    "TryOut",
    "load",
]
