"""What a second reader answers, and what of it is taken: exactly the form asked for, or nothing."""

import json
import re
from collections.abc import Mapping
from typing import Any

from chalicelib.adapters.second_reader.request import TOOL
from chalicelib.domain.errors import Unanswered
from chalicelib.domain.opinion import Opinion
from chalicelib.domain.signal import Urgency

LONGEST_WHY = 300
"""Characters; whoever writes more was asked for a sentence and did something else."""

_ENDED = ("end_turn", "tool_use", "stop_sequence")
"""Reasons to stop by which the answer is whole and the model's own. Source: "Converse" in the
Amazon Bedrock API Reference."""

_FENCED = re.compile(r"```(?:json)?\s*(\{.*\})\s*```", re.DOTALL)
_ENTICING = re.compile(r"https?:|www\.|@|\d[\d\s().-]{6,}", re.IGNORECASE)


def opinion_in(answer: Mapping[str, Any], *, reader: str) -> Opinion:
    """The opinion in an answer of Converse. Raises Unanswered for anything else.

    The words of an answer never stand in the error: they may be a stranger's.
    """
    if answer.get("stopReason") not in _ENDED:
        raise Unanswered("the answer is not whole")
    found = _found(answer)
    if not isinstance(found, dict) or found.keys() != {"urgency", "why"}:
        raise Unanswered("the answer has another form")
    urgency, why = found["urgency"], found["why"]
    if not isinstance(urgency, str) or urgency not in {one.value for one in Urgency}:
        raise Unanswered("the answer is none of the four")
    return Opinion(urgency=Urgency(urgency), why=_sentence(why), reader=reader)


def _found(answer: Mapping[str, Any]) -> Any:
    """The tool's input, or else what the text alone says."""
    message = (answer.get("output") or {}).get("message") or {}
    content = [one for one in message.get("content") or () if isinstance(one, dict)]
    uses = [one["toolUse"] for one in content if "toolUse" in one]
    if uses:
        (use, *others) = uses
        if others or use.get("name") != TOOL:
            raise Unanswered("the answer has another form")
        return use.get("input")
    texts = [str(one["text"]) for one in content if "text" in one]
    text = "".join(texts).strip()
    fenced = _FENCED.fullmatch(text)
    try:
        return json.loads(fenced[1] if fenced else text, object_pairs_hook=_unrepeated)
    except (ValueError, RecursionError):
        raise Unanswered("the answer is not JSON") from None


def _unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands there twice")
    return found


def _sentence(why: Any) -> str:
    """One line that can be shown to a tired person, with nothing in it to follow or to call."""
    if not isinstance(why, str):
        raise Unanswered("the reason is no sentence")
    bare = why.strip()
    if not bare or len(bare) > LONGEST_WHY or not bare.isprintable() or _ENTICING.search(bare):
        raise Unanswered("the reason is no sentence")
    return bare
