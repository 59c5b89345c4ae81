"""What the checks look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from infra.config.answering import AnsweringSetting
from infra.config.finance import FinanceSetting
from infra.config.judging import JudgingSetting
from infra.config.oncall import ScheduleSetting
from infra.config.opening import HoursSetting
from infra.config.policies import PolicySetting
from infra.config.problem import Path
from infra.config.responders import ResponderSetting
from infra.config.shape import BrandSetting, EmailSetting, SmsSetting, SourceSetting

Finding = tuple[Path, str]
"""Where, and what is wrong with its remedy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The entries of a file that are right in themselves, and the file as it stands."""

    raw: Mapping[str, object]
    now: datetime
    """The instant of the check (aware)."""
    kinds: tuple[str, ...]
    brands: Mapping[str, BrandSetting] = field(default_factory=dict)
    sources: Mapping[str, SourceSetting] = field(default_factory=dict)
    responders: Mapping[str, ResponderSetting] = field(default_factory=dict)
    schedules: Mapping[str, ScheduleSetting] = field(default_factory=dict)
    hours: Mapping[str, HoursSetting] = field(default_factory=dict)
    policies: Mapping[str, PolicySetting] = field(default_factory=dict)
    judging: JudgingSetting = field(default_factory=JudgingSetting)
    answering: AnsweringSetting | None = None
    """None when it cannot be read."""
    sms: SmsSetting = field(default_factory=SmsSetting)
    email: EmailSetting | None = None
    finance: FinanceSetting = field(default_factory=FinanceSetting)

    def section(self, name: str) -> Mapping[str, object]:
        """A section as it stands in the file, right or wrong."""
        found = self.raw.get(name)
        return found if isinstance(found, dict) else {}

    def role(self, name: str) -> str:
        """Who is the `fallback` or the `lead`; empty when it is not said rightly."""
        found = self.raw.get(name)
        return found if isinstance(found, str) else ""
