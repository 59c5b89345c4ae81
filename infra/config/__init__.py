"""The user's YAML file: read, checked as a whole, told about by line, made into a `Desk`.

The steps: `lines` (text to values and their lines); `shape` and what it holds (`responders`,
`oncall`, `opening`, `policies`, `judging`, `answering`, `finance`), with the forms of `fields` and
`times` (what may stand there); `explain` (faults in words); `checks` (what no single setting
shows); `build` (the desk).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path as FilePath
from typing import TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from chalicelib.domain.desk import Desk
from infra.config import checks
from infra.config.answering import AnsweringSetting
from infra.config.build import desk_of
from infra.config.explain import explain, path_of, told
from infra.config.fields import Names
from infra.config.finance import FinanceSetting
from infra.config.judging import JudgingSetting
from infra.config.lines import Document, read
from infra.config.oncall import ScheduleSetting
from infra.config.opening import HoursSetting
from infra.config.policies import PolicySetting
from infra.config.problem import ConfigRefused, Problem, field_name
from infra.config.responders import ResponderSetting
from infra.config.shape import BrandSetting, EmailSetting, FileSettings, SmsSetting, SourceSetting

__all__ = ["Checked", "ConfigRefused", "Problem", "check", "load"]

SECTIONS = ("brands", "sources", "responders", "schedules", "hours", "policies")

_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A file that can be in force."""

    desk: Desk
    warnings: tuple[Problem, ...]
    """What is allowed and yet hardly meant, by line."""


def load(path: FilePath, *, now: datetime) -> Checked:
    """The desk in a file. Raises ConfigRefused with every problem; `now` is aware."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        message = "there is no such file; copy nightdesk.example.yaml and change it"
        raise ConfigRefused(str(path), [Problem(1, "", message)]) from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        message = "is not UTF-8 text; save the file as UTF-8"
        raise ConfigRefused(str(path), [Problem(line, "", message)]) from error
    except OSError as error:
        message = f"cannot be opened: {error.strerror}"
        raise ConfigRefused(str(path), [Problem(1, "", message)]) from error
    return check(text, file=path.name, now=now)


def check(text: str, *, file: str, now: datetime) -> Checked:
    """The desk in a text; `file` is its name in messages. Raises ConfigRefused."""
    # Imported here, since sources pull in parsers and HTTP that `--help` need not wait for.
    from chalicelib.sources import KINDS, check_options

    document = read(text, file)
    raw = document.value
    if not isinstance(raw, dict):
        found = "is empty" if raw is None else "is not a list of settings"
        message = f"{found}; copy nightdesk.example.yaml and change it"
        raise ConfigRefused(file, [*document.problems, Problem(1, "", message)])

    problems = set(document.problems)
    names = _names(raw, KINDS)
    settings: FileSettings | None = None
    try:
        settings = FileSettings.model_validate(raw, context=names)
    except ValidationError as error:
        for fault in told(error):
            problems.add(_problem(document, path_of(fault), explain(fault)))
    parts = _parts(raw, names, now)
    for path, message in checks.faults(parts, check_options=check_options):
        problems.add(_problem(document, path, message))
    if problems or settings is None:
        raise ConfigRefused(file, problems)
    warnings = [_problem(document, path, message) for path, message in checks.doubts(parts)]
    return Checked(desk=desk_of(settings, now=now), warnings=tuple(sorted(warnings)))


def _problem(document: Document, path: tuple[str | int, ...], message: str) -> Problem:
    return Problem(document.line(path), field_name(path), message)


def _section(raw: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = raw.get(name)
    return found if isinstance(found, dict) else {}


def _names(raw: Mapping[str, object], kinds: tuple[str, ...]) -> Names:
    schedules = _section(raw, "schedules").values()
    zones = (one.get("zone") for one in schedules if isinstance(one, dict))
    return Names(
        sections={name: tuple(_section(raw, name)) for name in SECTIONS},
        kinds=kinds,
        zones=tuple(zone for zone in zones if isinstance(zone, str)),
    )


def _parts(raw: dict[str, object], names: Names, now: datetime) -> checks.Parts:
    def entries(section: str, model: type[_Model]) -> dict[str, _Model]:
        found = {}
        for name, value in _section(raw, section).items():
            if (entry := _valid(value, model, names)) is not None:
                found[name] = entry
        return found

    return checks.Parts(
        raw=raw,
        now=now,
        kinds=names.kinds,
        brands=entries("brands", BrandSetting),
        sources=entries("sources", SourceSetting),
        responders=entries("responders", ResponderSetting),
        schedules=entries("schedules", ScheduleSetting),
        hours=entries("hours", HoursSetting),
        policies=entries("policies", PolicySetting),
        judging=_valid(raw.get("judging", {}), JudgingSetting, names) or JudgingSetting(),
        answering=_valid(raw.get("answering", {}), AnsweringSetting, names),
        sms=_valid(raw.get("sms", {}), SmsSetting, names) or SmsSetting(),
        email=_valid(raw.get("email"), EmailSetting, names),
        finance=_valid(raw.get("finance", {}), FinanceSetting, names) or FinanceSetting(),
    )


def _valid(value: object, model: type[_Model], names: Names) -> _Model | None:
    try:
        return TypeAdapter(model).validate_python(value, context=names)
    except ValidationError:
        return None
