"""A page where there is room: e-mail, and the text form of webhooks. In any script."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.signal import Urgency
from chalicelib.domain.sms import disarmed
from chalicelib.domain.wording.page import SOON
from chalicelib.domain.wording.phrases import Sounding, clock

LONGEST_SUBJECT = 120
LONGEST_NAME = 80
LONGEST_QUOTE_OF_SEVERAL = 140
MOST_TOLD = 10
"""Incidents that are told one by one; of the others only how many they are."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What a page says, in parts that each channel lays out in its own way."""

    subject: str
    """One line, without a customer's words."""
    paragraphs: tuple[str, ...]
    """One line each; a customer's words in them are harmless as text, and not yet as markup."""
    ask: str
    """What opening the link leads to, such as `I have it`."""
    link: str = ""


def letter(soundings: Sequence[Sounding], *, link: str, zone: str) -> Letter:
    """A page about one incident or several, gravest first. Empty `link`: no address is known."""
    is_one = len(soundings) == 1
    paragraphs: list[str] = []
    for sounding in soundings[:MOST_TOLD]:
        longest = 500 if is_one else LONGEST_QUOTE_OF_SEVERAL
        paragraphs += _told(sounding, longest=longest, zone=zone)
    if len(soundings) > MOST_TOLD:
        paragraphs.append(f"And {len(soundings) - MOST_TOLD} more.")
    if not link:
        paragraphs.append("Say at the desk that you have it.")
    ask = "I have it" if is_one else f"I have all {len(soundings)}"
    return Letter(
        subject=subject(_headline(soundings)), paragraphs=tuple(paragraphs), ask=ask, link=link
    )


def subject(text: str) -> str:
    """The first sentence of a text, fit for the subject of a letter: one line, not too long."""
    line = one_line(text.strip().partition("\n")[0])
    sentence = line.partition(". ")[0].rstrip(".")
    return _cut(sentence, LONGEST_SUBJECT) or "Nightdesk"


def one_line(text: str) -> str:
    """The text on one line, without what is invisible or turns the direction of writing."""
    plain = unicodedata.normalize("NFKC", text)
    return " ".join(
        "".join(" " if one.isspace() else one for one in plain if _is_seen(one)).split()
    )


def _is_seen(character: str) -> bool:
    return character.isspace() or unicodedata.category(character)[0] != "C"


def _headline(soundings: Sequence[Sounding]) -> str:
    """What a person reads first: what, how loud, and that it can wait when it can."""
    is_wake = any(one.incident.urgency is Urgency.WAKE for one in soundings)
    lead = "" if is_wake else SOON
    if len(soundings) == 1:
        return f"{lead}{_what(soundings[0])}"
    return f"{lead}{len(soundings)} incidents: {', '.join(map(_what, soundings))}"


def _what(sounding: Sounding) -> str:
    name = _cut(one_line(sounding.brand_name).replace(". ", " "), LONGEST_NAME)
    loud = f" ({sounding.loudness} posts)" if sounding.loudness > 1 else ""
    if surge := sounding.incident.surge:
        loud = f" ({surge})"
    return f"{name} {sounding.incident.topic.value}{loud}"


def _told(sounding: Sounding, *, longest: int, zone: str) -> list[str]:
    incident = sounding.incident
    soon = "" if incident.urgency is Urgency.WAKE else SOON
    since = f", since {clock(incident.opened_at, zone)} ({zone})"
    author = _said(incident.author, 60)
    where = f"@{author} on {incident.platform}" if author else f"on {incident.platform}"
    quote = _said(incident.quote, longest)
    lines = [f"{soon}{_what(sounding)}{since}", f'"{quote}" {where}' if quote else where]
    if why := _said("; ".join(incident.reasons[:3]), 300):
        lines.append(f"Why: {why}")
    return lines


def _said(text: str, most: int) -> str:
    """A stranger's words on one line: nothing in them opens, dials or ends our quotation marks."""
    return _cut(" ".join(disarmed(one_line(text)).replace('"', "'").split()), most)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 2].rstrip(' .,')}.."
