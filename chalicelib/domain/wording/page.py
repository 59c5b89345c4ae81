"""The SMS of a page: it must be understood and answered from a lock screen."""

from collections.abc import Sequence

from chalicelib.domain.signal import Urgency
from chalicelib.domain.sms import MOST_SEPTETS, gsm7, septets, shortened
from chalicelib.domain.wording.phrases import Sounding, clock, listed, named, quoted, what_of

SHORTEST_QUOTE = 40
"""Septets of the customer's words that are worth more than a second reason."""

LONGEST_QUOTE_OF_SEVERAL = 60
"""Septets of the gravest one's words in a page of several."""

SOON = "Soon, no emergency: "
"""Begins a page about what can wait until somebody has had a coffee."""


def page_text(soundings: Sequence[Sounding], *, code: str, link: str, zone: str) -> str:
    """The SMS of a page about one incident or several, gravest first.

    One code and one link are for all of them. Empty `code`: no replies reach us; empty `link`:
    no address is known. Times are on the wall of `zone`.
    """
    if len(soundings) == 1:
        return _of_one(soundings[0], code=code, link=link, zone=zone)
    return _of_several(soundings, code=code, link=link, zone=zone)


def _of_one(sounding: Sounding, *, code: str, link: str, zone: str) -> str:
    incident = sounding.incident
    what = what_of(incident, sounding.brand_name)
    if incident.urgency is not Urgency.WAKE:
        what = f"{SOON}{what}"
    if incident.surge:
        # How many have joined says less than how many there were, and would contradict it.
        what += f": {gsm7(incident.surge)}"
    elif sounding.loudness > 1:
        what += f", {sounding.loudness} posts since {clock(incident.opened_at, zone)}"
    where = _where(sounding)
    loudest = "Loudest: " if incident.surge else ""
    reasons = () if incident.surge else incident.reasons[:2]
    # Ours stands first: whatever a stranger's words ask for, what to reply was said before.
    reply = f" Reply {code} = I have it." if code else ""
    open_link = _where_to_answer("it", code, link)
    room = MOST_SEPTETS - septets(f'{what}.{reply} {loudest}"" {where}. Why: .{open_link}')
    why = quoted("; ".join(reasons), max(0, room - SHORTEST_QUOTE))
    quote = quoted(incident.quote, room - septets(why))
    said = f'{loudest}"{quote}" {where}' if quote else f"{loudest}{where}"
    because = f" Why: {why}." if why else ""
    text = f"{what}.{reply} {said}.{because}{open_link}"
    if septets(text) <= MOST_SEPTETS:
        return text
    room = MOST_SEPTETS - septets(f".{reply}{open_link}")
    return f"{shortened(what, max(0, room))}.{reply}{open_link}"


def _of_several(soundings: Sequence[Sounding], *, code: str, link: str, zone: str) -> str:
    count = len(soundings)
    is_wake = any(one.incident.urgency is Urgency.WAKE for one in soundings)
    lead = f"{'' if is_wake else SOON}{count} incidents"
    reply = f" Reply {code} = I have all {count}." if code else ""
    open_link = _where_to_answer(f"all {count}", code, link)
    room = MOST_SEPTETS - septets(f"{lead}: .{reply}{open_link}")
    names = listed([_in_a_row(one, are_others_grave=is_wake) for one in soundings], room)
    text = lead if names == f"{count} incidents" else f"{lead}: {names}"
    room -= septets(names) + septets(f' First: "" {_where(soundings[0])}.')
    quote = quoted(soundings[0].incident.quote, min(room, LONGEST_QUOTE_OF_SEVERAL))
    first = f' First: "{quote}" {_where(soundings[0])}.' if quote and room >= SHORTEST_QUOTE else ""
    return f"{text}.{reply}{first}{open_link}"


def _in_a_row(sounding: Sounding, *, are_others_grave: bool) -> str:
    """`Acme outage (340 posts)`, or `(soon)` beside others that are worth waking for."""
    marks = [f"{sounding.loudness} posts"] if sounding.loudness > 1 else []
    if sounding.incident.surge:
        marks = [gsm7(sounding.incident.surge.partition(",")[0])]
    if are_others_grave and sounding.incident.urgency is not Urgency.WAKE:
        marks.append("soon")
    what = named(what_of(sounding.incident, sounding.brand_name), 60)
    return f"{what} ({', '.join(marks)})" if marks else what


def _where(sounding: Sounding) -> str:
    where = f"on {gsm7(sounding.incident.platform)}"
    author = quoted(sounding.incident.author, 30)
    return f"@{author} {where}" if author else where


def _where_to_answer(them: str, code: str, link: str) -> str:
    if link:
        return f" Or {link}" if code else f" I have {them}: {link}"
    return "" if code else f" Say that you have {them} on the page."
