"""The tables of `docs/configuration.md`, written from the settings themselves.

`python -m infra.config.reference` writes them anew between the marks in that file.
"""

from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from infra.config import answering, finance, judging, oncall, opening, policies, responders, shape
from infra.config.fields import settings_of

DOCUMENT = Path(__file__).parents[2] / "docs" / "configuration.md"
BEGIN = "<!-- settings: written by `python -m infra.config.reference` -->\n"
END = "<!-- end of settings -->\n"

TABLES: tuple[tuple[str, type[BaseModel]], ...] = (
    ("The file", shape.FileSettings),
    ("`brands.<name>`", shape.BrandSetting),
    ("`sources.<name>`", shape.SourceSetting),
    ("`sources.<name>.budget`", shape.BudgetSetting),
    ("`responders.<name>`", responders.ResponderSetting),
    ("`responders.<name>.notify[]`", responders.NotifySetting),
    ("`responders.<name>.webhook`", responders.WebhookSetting),
    ("`schedules.<name>`", oncall.ScheduleSetting),
    ("`schedules.<name>.rotations[]`", oncall.RotationSetting),
    ("`schedules.<name>.overrides[]`", oncall.OverrideSetting),
    ("`schedules.<name>.temporary[]`", oncall.TemporarySetting),
    ("`schedules.<name>.temporary[].shifts[]`", oncall.TemporaryShiftSetting),
    ("`hours.<name>`", opening.HoursSetting),
    ("`hours.<name>.holidays`", opening.HolidaysSetting),
    ("`hours.<name>.closed_on[]`", opening.ClosedSetting),
    ("`hours.<name>.open_on[]`", opening.OpenSetting),
    ("`policies.<name>`", policies.PolicySetting),
    ("`policies.<name>.steps[]`", policies.StepSetting),
    ("`judging`", judging.JudgingSetting),
    ("`judging.second_reader`", judging.SecondReaderSetting),
    ("`answering`", answering.AnsweringSetting),
    ("`answering.promises.<urgency>`", answering.PromiseSetting),
    ("`answering.approval`", answering.ApprovalSetting),
    ("`answering.saved.<name>`", answering.SavedReplySetting),
    ("`answering.checklists.<brand>`", answering.ChecklistSetting),
    ("`answering.hooks.<name>`", answering.HookSetting),
    ("`sms`", shape.SmsSetting),
    ("`email`", shape.EmailSetting),
    ("`finance`", finance.FinanceSetting),
    ("`finance.budgets.<name>`", finance.FinanceBudgetSetting),
    ("`finance.prices[]`", finance.PriceSetting),
    ("`finance.bill`", finance.BillSetting),
    ("`finance.sms_reports`", finance.SmsReportsSetting),
)


def rows(model: type[BaseModel]) -> Iterator[str]:
    """One row of a table per setting: its name, meaning, form or default, an example."""
    for name, field in settings_of(model).items():
        example = f"`{name}: {field.examples[0]}`" if field.examples else ""
        yield f"| `{name}` | {field.description} | {_default(field)} | {example} |"


def tables() -> str:
    """All tables as Markdown."""
    parts = []
    for title, model in TABLES:
        parts += [f"### {title}", "", model.__doc__ or "", ""]
        parts += ["| setting | meaning | by default | example |", "| --- | --- | --- | --- |"]
        parts += [*rows(model), ""]
    return "\n".join(parts) + "\n"


def rewritten(document: str) -> str:
    """The document with its tables as they should be. Raises ValueError without the marks."""
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{DOCUMENT.name} lacks the marks that the tables stand between")
    return f"{before}{BEGIN}\n{tables()}{END}{after}"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**needed**"
    if field.default_factory is not None or field.default is None:
        return "none"
    if field.default in ("", ()) or _is_settings(field):
        return "none"
    if isinstance(field.default, bool):
        return "true" if field.default else "false"
    return f"{field.default:%H:%M}" if hasattr(field.default, "hour") else str(field.default)


def _is_settings(field: FieldInfo) -> bool:
    kind = field.annotation
    if isinstance(kind, UnionType) or get_origin(kind) is not None:
        return any(isinstance(one, type) and issubclass(one, BaseModel) for one in get_args(kind))
    return isinstance(kind, type) and issubclass(kind, BaseModel)


if __name__ == "__main__":
    DOCUMENT.write_text(rewritten(DOCUMENT.read_text("utf-8")), "utf-8")
