"""The settings of answering: promises, claims, saved replies, tone, hooks; see `shape.py`."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, model_validator

from chalicelib.domain.answering.rules import HookEvent
from infra.config import fields as form
from infra.config.answering import forms
from infra.config.answering.forms import PROMISED
from infra.config.fields import Setting, about
from infra.config.judging import TOPICS, Words

__all__ = [
    "PROMISED",
    "AnsweringSetting",
    "ApprovalSetting",
    "ChecklistSetting",
    "HookSetting",
    "PromiseSetting",
    "SavedReplySetting",
]


class PromiseSetting(Setting):
    """Within which time a customer has an answer; a number alone is minutes on the wall clock."""

    within_minutes: Annotated[
        form.Whole, about("Minutes from the customer's word.", "60", ge=1, le=43_200)
    ]
    in_hours: Annotated[
        bool,
        about(
            "Whether only business hours count. The wait on the wall clock is shown all the same.",
            "true",
        ),
    ] = False

    @model_validator(mode="before")
    @classmethod
    def _from_minutes(cls, found: object) -> object:
        """`wake: 15` means minutes on the wall clock."""
        if isinstance(found, Mapping):
            return found
        return {"within_minutes": forms.whole(found, "15, or {within_minutes: 15, in_hours: true}")}


class ApprovalSetting(Setting):
    """Which replies need a lead's word before they go out."""

    urgencies: Annotated[
        forms.Urgencies, about("Urgencies: `wake`, `soon`, `answer`.", "[wake]")
    ] = ()
    topics: Annotated[forms.Topics, about(f"Topics: {TOPICS}.", "[press, safety]")] = ()


class SavedReplySetting(Setting):
    """Words to begin with; an agent must add some of their own."""

    text: Annotated[
        forms.SavedText,
        about(
            "With variables: `{name}` and `{first_name}` of the customer, `{agent}`, `{brand}`, "
            "`{ticket}`, and `{personal}` where words of one's own go. Quote it, or begin it "
            "with `|` on a line of its own.",
            '"Hi {first_name}, {personal} – we are on it."',
        ),
    ]
    brands: Annotated[forms.Brands, about("Brands that it is for. By default all.", "[acme]")] = ()
    topics: Annotated[
        forms.Topics, about("Topics that it is for. By default all.", "[outage]")
    ] = ()
    language: Annotated[
        forms.Language | None,
        about("Language that it is written in (ISO 639-1). By default it is not said.", "en"),
    ] = None


class ChecklistSetting(Setting):
    """The house tone of a brand; English words are built in, those of other languages go here."""

    greetings: Annotated[
        Words, about("Further words that a reply may begin with.", "[servus, guten tag]")
    ] = ()
    banned: Annotated[
        Words, about("Words or phrases that never go out.", "[unfortunately, per our policy]")
    ] = ()
    blame: Annotated[
        Words,
        about("Further words or phrases that blame the customer.", "[wie gesagt]"),
    ] = ()
    apologies: Annotated[
        Words, about("Further words or phrases that say sorry.", "[tut mir leid]")
    ] = ()
    most_characters: Annotated[
        form.Whole | None,
        about(
            "Characters of a public reply that the house likes at most. By default the "
            "platform's limit alone counts.",
            "280",
            ge=20,
            le=5_000,
        ),
    ] = None
    wants_greeting: Annotated[bool, about("Whether a reply begins with a greeting.", "false")] = (
        True
    )
    wants_name: Annotated[bool, about("Whether it calls the customer by name.", "false")] = True
    ours: Annotated[
        Words,
        about(
            "Your own phone numbers and addresses, which may stand in public.",
            '["+43 1 234 5678", help@acme.example]',
        ),
    ] = ()
    lines: Annotated[
        Words,
        about(
            "What agents are to ask themselves before they send; shown as it stands.",
            '["Would you say it to a face?"]',
        ),
    ] = ()


class HookSetting(Setting):
    """A webhook out to another desk, told of what happens to tickets and incidents."""

    secret: Annotated[
        form.WebhookSecret,
        about(
            "Name of the secret that holds its address and, on a second line, the key its "
            "requests are signed with; begins with `webhook-`. Never the address itself.",
            "webhook-crm",
        ),
    ]
    events: Annotated[
        forms.Events,
        about(
            "What it is told of; `ticket` and `incident` mean all of their kind. By default "
            f"everything: {', '.join(HookEvent)}.",
            "[ticket.opened, incident]",
        ),
    ] = ()


class AnsweringSetting(Setting):
    """How customers are answered; see [answering](answering.md)."""

    hours: Annotated[
        form.HoursName | None,
        about(
            "Business hours by which waits are told beside the wall clock, and by which promises "
            "may be made. By default the first in the file.",
            "office",
        ),
    ] = None
    promises: Annotated[
        dict[forms.UrgencyName, PromiseSetting],
        about(
            "Within how many minutes a customer has an answer, by urgency; 15, 60 and 1440 where "
            "nothing is said.",
            "{wake: 15, soon: 60, answer: {within_minutes: 480, in_hours: true}}",
        ),
    ] = Field(default_factory=dict)
    claim_returns_minutes: Annotated[
        form.Whole,
        about(
            "Minutes without a sign of its holder after which a claimed ticket returns to the "
            "queue.",
            "20",
            ge=5,
            le=1_440,
        ),
    ] = 20
    follow_up_hours: Annotated[
        forms.Hours,
        about(
            "Hours after an answer at which its ticket returns, to ask whether all is well; "
            "`never`: not by itself.",
            "48",
        ),
    ] = 48
    joins_within_days: Annotated[
        form.Whole,
        about(
            "Days in which a further post of the same author belongs to their ticket.",
            "5",
            ge=1,
            le=30,
        ),
    ] = 5
    approval: Annotated[
        ApprovalSetting, about("Which replies need a lead's word before they go out.")
    ] = ApprovalSetting()
    signature: Annotated[
        forms.Signature,
        about(
            'What stands beneath each reply: `{first_name}` of the agent, `{brand}`; `""` for '
            "none.",
            '"– {first_name}"',
        ),
    ] = "– {first_name}"
    signatures: Annotated[
        dict[form.BrandName, forms.Signature],
        about("Another signature for some brands.", '{acme: "^{first_name}"}'),
    ] = Field(default_factory=dict)
    saved: Annotated[
        dict[form.Slug, SavedReplySetting], about("Saved replies, by name.", max_length=100)
    ] = Field(default_factory=dict)
    checklists: Annotated[
        dict[form.BrandName, ChecklistSetting], about("The house tone, by brand.")
    ] = Field(default_factory=dict)
    hooks: Annotated[
        dict[form.Slug, HookSetting],
        about("Webhooks out to other desks, by name.", max_length=10),
    ] = Field(default_factory=dict)
