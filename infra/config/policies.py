"""The settings of whom an incident pages; see `shape.py`."""

from typing import Annotated

from infra.config import fields as form
from infra.config.fields import Setting, about


class StepSetting(Setting):
    """Whom to page, and when."""

    page: Annotated[
        tuple[form.TargetName, ...],
        about(
            "Schedules (whoever is on call then) and responders, by name; `everyone` is every "
            "responder of the file.",
            "[nights, carla]",
            min_length=1,
        ),
    ]
    after_minutes: Annotated[
        form.Whole,
        about(
            "Minutes since the step before without an acknowledgement. Every step but the "
            "first must say.",
            "10",
            ge=0,
            le=10_080,
        ),
    ] = 0
    during: Annotated[
        form.DuringName,
        about(
            "`open` or `closed`: only in or only out of the policy's business hours; else the "
            "step is passed over at once.",
            "closed",
        ),
    ] = "always"


class PolicySetting(Setting):
    """Whom to page in which order until somebody acknowledges."""

    steps: Annotated[
        tuple[StepSetting, ...], about("In order.", "[{page: [nights]}]", min_length=1)
    ]
    repeat_after_minutes: Annotated[
        form.Minutes,
        about(
            "The first pause: from a round's last step to the fallback and the lead, and from "
            "them to the second round. The pause before each further round is twice as long, "
            "up to two hours.",
            "15",
        ),
    ] = 15
    repeats: Annotated[
        form.Whole | None,
        about(
            "How often the steps are gone through again while nobody acknowledges; after that "
            "the fallback and the lead alone are paged, until somebody does. By default without "
            "end.",
            "3",
            ge=0,
            le=1000,
        ),
    ] = None
    ack_timeout_minutes: Annotated[
        form.Minutes,
        about("How long an acknowledgement silences an incident that nobody resolves.", "240"),
    ] = 240
    hours: Annotated[
        form.HoursName | None,
        about("Business hours that it goes by, for `during` and `pages_soon`.", "office"),
    ] = None
    pages_soon: Annotated[
        bool,
        about(
            "Whether what is only *soon* pages too: in business hours at once, outside them at "
            "opening (or hourly, for responders with `soon: hourly`). Else it is a ticket alone.",
            "true",
        ),
    ] = False
