"""Every setting of the user's file: its name, its form, what it means and what it is by default.

`docs/configuration.md` is written from here (`python -m infra.config.reference`).
"""

from datetime import timedelta
from typing import Annotated, Self

from pydantic import ConfigDict, Field, ValidationInfo, field_validator, model_validator

from infra.config import fields as form
from infra.config.answering import AnsweringSetting
from infra.config.fields import Setting, about
from infra.config.finance import FinanceSetting
from infra.config.judging import TOPICS, JudgingSetting
from infra.config.oncall import ScheduleSetting
from infra.config.opening import HoursSetting
from infra.config.policies import PolicySetting
from infra.config.responders import ResponderSetting

MINUTE = timedelta(minutes=1)


class BrandSetting(Setting):
    """A name under which customers know the company."""

    name: Annotated[form.Word, about("As people read it in an SMS.", "Acme Mobile")]
    terms: Annotated[
        tuple[form.Term, ...],
        about(
            "Words by which people speak of it, in any case. A brand needs terms, handles or both.",
            "[acme, acme mobile]",
        ),
    ] = ()
    handles: Annotated[
        tuple[form.Handle, ...],
        about("Its own accounts; what they write is never a mention.", "[acmehelp]"),
    ] = ()
    policy: Annotated[
        form.PolicyName | None,
        about(
            "Escalation policy of its incidents. By default the first in the file.", "first-line"
        ),
    ] = None
    policies: Annotated[
        dict[form.TopicName, form.PolicyName],
        about(
            f"Another escalation policy for some topics: {TOPICS}.",
            "{press: press}",
        ),
    ] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _can_be_found(self) -> Self:
        if not self.terms and not self.handles:
            raise ValueError("has neither terms nor handles; add terms: [words people use]")
        return self


class BudgetSetting(Setting):
    """What reading a source may take in a month (UTC): see [listening](listening.md#the-budget)."""

    calls: Annotated[
        form.Whole | None,
        about("Requests.", "10000", ge=1, le=1_000_000_000),
    ] = None
    usd: Annotated[
        form.Dollars | None,
        about("US dollars, by the prices that come with the release.", "50"),
    ] = None
    stops: Annotated[
        bool,
        about(
            "Whether what is said to you is not read either once it is used up. By default it is "
            "read on at its floor, over the budget, and you are told.",
            "true",
        ),
    ] = False

    @model_validator(mode="after")
    def _limits_something(self) -> Self:
        if self.calls is None and self.usd is None:
            raise ValueError("limits nothing; add calls: 10000 or usd: 50, or take it out")
        return self


class SourceSetting(Setting):
    """What to read, as whom, how often. All further settings go to its kind: see `sources/`."""

    model_config = ConfigDict(extra="allow")

    kind: Annotated[form.Kind, about("Which platform.", "hackernews")]
    brand: Annotated[form.BrandName, about("The brand it is read for.", "acme")]
    every_minutes: Annotated[
        form.Minutes | None,
        about(
            "How often it is read as a rule. By default each minute; where requests are few or "
            "cost money, as the page of its kind says.",
            "5",
        ),
    ] = None
    at_least_every_minutes: Annotated[
        form.Minutes | None,
        about(
            "Its floor: it is never read less often as long as it answers. Longer than "
            "`every_minutes`, it is read less at hours in which it hardly ever brings anything, "
            "and to save its budget. By default as `every_minutes`: never less.",
            "30",
        ),
    ] = None
    quickest_minutes: Annotated[
        form.Minutes | None,
        about(
            "It is never read more often, whatever goes on. By default each minute, or as its "
            "kind asks, while a crowd grows, somebody is on an incident of its brand, or another "
            "source of it is blind.",
            "2",
        ),
    ] = None
    budget: Annotated[
        BudgetSetting | None,
        about("What reading it may take in a month.", "{calls: 10000, usd: 50}"),
    ] = None
    secret: Annotated[
        form.SecretName | None,
        about(
            "Name of the secret with its credentials, as in `nightdesk secret set NAME`. "
            "Never the secret itself.",
            "mastodon",
        ),
    ] = None

    @property
    def usual_minutes(self) -> int:
        """How often it is read, said or not."""
        return self.every_minutes or _usual(self.kind)[0]

    @property
    def soonest_minutes(self) -> int:
        """How often it is read when it matters most, said or not."""
        return self.quickest_minutes or min(_usual(self.kind)[1], self.usual_minutes)

    @model_validator(mode="after")
    def _is_a_pace(self) -> Self:
        floor = self.at_least_every_minutes
        if floor is not None and floor < self.usual_minutes:
            raise ValueError(
                f"is read every {self.usual_minutes} minutes and at least every {floor}; "
                "let at_least_every_minutes be the longer of the two"
            )
        if self.soonest_minutes > self.usual_minutes:
            raise ValueError(
                f"is read every {self.usual_minutes} minutes and at its quickest every "
                f"{self.quickest_minutes}; let quickest_minutes be the shorter of the two"
            )
        return self


def _usual(kind: str) -> tuple[int, int]:
    """Minutes between two readings of a kind, as a rule and at its quickest."""
    from chalicelib.sources import member_of

    member = member_of(kind)
    if member is None:
        return 1, 1
    return member.every // MINUTE, member.quickest // MINUTE


class SmsSetting(Setting):
    """How SMS leave and come back."""

    sender_id: Annotated[
        form.SenderId,
        about(
            "Shown as the sender where the country allows it: up to 11 letters and digits.", "ACME"
        ),
    ] = ""
    origination_number: Annotated[
        form.Number,
        about("The number SMS leave from, in E.164, where you lease one.", '"+12025550100"'),
    ] = ""
    two_way: Annotated[
        bool,
        about(
            "Whether replies to that number reach the stage's replies topic: then an SMS can be "
            "acknowledged by answering it.",
            "true",
        ),
    ] = False
    takes_bare_letters: Annotated[
        bool,
        about(
            "Whether `a` or `ok` without the code acknowledges, while one incident alone is open "
            "for that phone. Off by default, since the sender of an SMS can be forged: whoever "
            "knows a responder's number could then silence a page.",
            "true",
        ),
    ] = False
    most_per_hour: Annotated[
        form.Whole,
        about(
            "SMS of repeats and reminders to all phones together; the first page of an incident "
            "to a person is never held back.",
            "200",
            ge=1,
            le=100_000,
        ),
    ] = 200

    @field_validator("two_way")
    @classmethod
    def _replies_need_a_number(cls, two_way: bool, info: ValidationInfo) -> bool:
        if two_way and info.data.get("origination_number") == "":
            raise ValueError(
                "is true without an origination_number; add the number that people reply to, "
                "or set it to false"
            )
        return two_way

    @field_validator("takes_bare_letters")
    @classmethod
    def _letters_need_replies(cls, takes_bare_letters: bool, info: ValidationInfo) -> bool:
        if takes_bare_letters and info.data.get("two_way") is False:
            raise ValueError("is true without two_way, so no reply comes; set one as the other")
        return takes_bare_letters


class EmailSetting(Setting):
    """How e-mail leaves."""

    sender: Annotated[
        form.Sender,
        about(
            "Address, or name and address, of an identity that is verified in Amazon SES.",
            "Nightdesk <night@acme.example>",
        ),
    ]


class FileSettings(Setting):
    """The whole file."""

    brands: Annotated[
        dict[form.Slug, BrandSetting], about("What is listened for, by name.", min_length=1)
    ]
    sources: Annotated[
        dict[form.Slug, SourceSetting],
        about("Where, by name. `{}` stops listening; what is open still escalates."),
    ]
    responders: Annotated[
        dict[form.Slug, ResponderSetting], about("Who can be paged, by name.", min_length=1)
    ]
    schedules: Annotated[
        dict[form.Slug, ScheduleSetting], about("Who is on call when, by name.")
    ] = Field(default_factory=dict)
    hours: Annotated[
        dict[form.Slug, HoursSetting], about("Business hours, by name; policies go by them.")
    ] = Field(default_factory=dict)
    policies: Annotated[
        dict[form.Slug, PolicySetting],
        about("Escalation policies, by name; the first is the default.", min_length=1),
    ]
    fallback: Annotated[
        form.ResponderName,
        about(
            "The responder paged, with the lead, when nobody acknowledged a round, at once when "
            "it reached nobody; and who covers a gap.",
            "carla",
        ),
    ]
    lead: Annotated[
        form.ResponderName,
        about(
            "The responder told what is wrong with the desk, and paged with the fallback.", "dana"
        ),
    ]
    judging: Annotated[JudgingSetting, about("Your own rules of what wakes and what does not.")] = (
        JudgingSetting()
    )
    answering: Annotated[
        AnsweringSetting,
        about("How customers are answered: promises, saved replies, tone, approval, hooks."),
    ] = AnsweringSetting()
    sms: Annotated[SmsSetting, about("How SMS leave and come back.")] = SmsSetting()
    email: Annotated[EmailSetting | None, about("How e-mail leaves. Without it none does.")] = None
    finance: Annotated[
        FinanceSetting, about("Budgets, who is told what it costs, prices of your own, the bill.")
    ] = FinanceSetting()
