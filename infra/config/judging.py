"""The settings of judging: the company's own rules, and a second reader; see `shape.py`."""

import math
import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from chalicelib.domain.rules import SHIPPED
from chalicelib.domain.signal import Topic
from infra.config import fields as form
from infra.config.fields import Setting, about
from infra.config.problem import suggest

ELSE = "else"
"""Stands for all topics that `wake_at` does not name."""

_NUMBER = re.compile(r"[0-9]{0,9}\.?[0-9]{1,18}")
_MODEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,2047}")
"""A model, an inference profile, or the ARN of one (Amazon Bedrock API reference, Converse)."""

TOPICS = ", ".join(Topic)
"""Every topic, as texts of settings list them."""


def _chance(found: object) -> float:
    """A number from 0 to 1; the file's reader leaves what has a point as text."""
    is_number = type(found) in (int, float) or (isinstance(found, str) and _NUMBER.fullmatch(found))
    value = float(found) if is_number else math.nan  # type: ignore[arg-type]
    if not 0 <= value <= 1:
        told = "a list" if isinstance(found, list) else repr(found)[:60]
        raise ValueError(f"{told} is not a number from 0 (wake always) to 1 (never); write 0.6")
    return value


def _by_topic(found: object) -> object:
    """`wake_at: 0.6` means all topics."""
    if isinstance(found, Mapping):
        return found
    if found is None:
        raise ValueError("is empty; write wake_at: 0.6, or wake_at: {billing: 0.9, else: 0.5}")
    return {ELSE: _chance(found)}


def _topic_or_else(found: str) -> str:
    known = (*Topic, ELSE)
    if found not in known:
        raise ValueError(f"{found!r} is not a topic; {suggest(found, known)}")
    return found


def _model(found: str) -> str:
    if not _MODEL.fullmatch(found):
        raise ValueError(
            f"{found[:60]!r} is not a model of Amazon Bedrock; write the id of a model or of an "
            "inference profile, such as eu.amazon.nova-micro-v1:0"
        )
    return found


def _each_once(found: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))


Chance = Annotated[Any, BeforeValidator(_chance)]
TopicOrElse = Annotated[str, AfterValidator(_topic_or_else)]
Words = Annotated[tuple[form.Word, ...], AfterValidator(_each_once)]
Handles = Annotated[tuple[form.Handle, ...], AfterValidator(_each_once)]


class SecondReaderSetting(Setting):
    """A small language model in your own AWS account that reads once more what may be urgent."""

    model: Annotated[
        str,
        AfterValidator(_model),
        about(
            "Model or inference profile of Amazon Bedrock that your account may use; you pay for "
            "each reading.",
            '"eu.amazon.nova-micro-v1:0"',
        ),
    ]
    most_per_day: Annotated[
        form.Whole,
        about(
            "Readings in a day (UTC); what comes after is judged without.",
            "200",
            ge=1,
            le=100_000,
        ),
    ] = 200


class JudgingSetting(Setting):
    """Your own rules, for all brands: they are applied after all else, each with its reason."""

    page: Annotated[
        Words,
        about(
            "Words or phrases that always wake, in any case, wherever they stand as whole words.",
            "[gas leak, product recall]",
        ),
    ] = ()
    never_page: Annotated[
        Words,
        about(
            "Words or phrases with which a mention never wakes; `page` and VIPs win over it.",
            "[acme records]",
        ),
    ] = ()
    vips: Annotated[
        Handles,
        about(
            "Handles as the platform shows them, without `@`: what they write is answered soon, "
            "and wakes when it is negative.",
            "[bigcritic, bigcritic@mastodon.social]",
        ),
    ] = ()
    ignored: Annotated[
        Handles,
        about(
            "Handles of own staff and partners: what they write is ignored, whatever it says.",
            "[acme_anna]",
        ),
    ] = ()
    wake_at: Annotated[
        dict[TopicOrElse, Chance],
        BeforeValidator(_by_topic),
        about(
            "How sure judging must be to wake, from 0 (always) to 1 (never): one number, or one "
            f"by topic, and `else` for the others; {SHIPPED:g} where nothing is said. "
            f"Topics: {TOPICS}.",
            "{billing: 0.9, else: 0.5}",
        ),
    ] = Field(default_factory=lambda: {ELSE: SHIPPED})
    quiet_topics: Annotated[
        tuple[form.TopicName, ...],
        AfterValidator(_each_once),
        about("Topics that never page: their mentions wait in the queue.", "[praise, spam]"),
    ] = ()
    second_reader: Annotated[
        SecondReaderSetting | None,
        about("A language model that reads once more what may be urgent. By default none does."),
    ] = None
