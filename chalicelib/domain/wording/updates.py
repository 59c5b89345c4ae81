"""What is said without being asked: who has it, whose turn it is, that a phone is tried out."""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.domain.incident import Incident
from chalicelib.domain.sms import MOST_SEPTETS, septets
from chalicelib.domain.wording.phrases import (
    Named,
    clock,
    listed,
    moment,
    named,
    on_day,
    what_of,
    whole,
)


def taken_text(incident: Incident, *, brand_name: str, name: str, zone: str) -> str:
    """To who was paged and follows it: `name` has it now."""
    what = named(what_of(incident, brand_name), 80)
    at = clock(incident.acknowledged_at, zone)
    since = f" since {at}" if at else ""
    return whole(f"{what}: {named(name) or 'somebody'} has it{since}. Nothing to do.")


def ended_text(incident: Incident, *, brand_name: str, name: str, zone: str) -> str:
    """To who was paged and follows it: `name` has ended it."""
    what = named(what_of(incident, brand_name), 80)
    at = clock(incident.resolved_at, zone)
    when = f" at {at}" if at else ""
    return whole(f"{what} is over: resolved by {named(name) or 'somebody'}{when}. Nothing to do.")


def shift_begins_text(
    schedule: str,
    *,
    starts_at: datetime,
    ends_at: datetime | None,
    zone: str,
    incidents: Sequence[Named] = (),
    is_gap: bool = False,
    now: datetime | None = None,
) -> str:
    """To who comes on call, some time before; `incidents` are those that are open now.

    The day stands with the time where it is not that of `now`, by default of `starts_at`.

    `ends_at` None: nobody is known to come after. With `is_gap` nobody is named and it falls to
    them as the fallback.
    """
    span = f"from {on_day(starts_at, zone, now=now or starts_at)}"
    if ends_at is not None:
        span += f" to {moment(ends_at, zone, near=starts_at)}"
    name = named(schedule)
    text = f"You are on call ({name}) {span}."
    if is_gap:
        text = f"Nobody is on call ({name}) {span}: it falls to you as the fallback."
    return _with_open(text, incidents)


def shift_ends_text(
    schedule: str,
    *,
    ends_at: datetime,
    zone: str,
    next_name: str = "",
    incidents: Sequence[Named] = (),
    now: datetime | None = None,
) -> str:
    """To who goes off call; `next_name` is who comes after, empty in a gap."""
    at = on_day(ends_at, zone, now=now or ends_at)
    then = f"{named(next_name)} has it" if next_name else "the fallback has it"
    text = f"Your turn on call ({named(schedule)}) ends at {at}, then {then}."
    return _with_open(text, incidents)


def _with_open(text: str, incidents: Sequence[Named]) -> str:
    if not incidents:
        return whole(text)
    names = [named(what_of(incident, brand_name)) for incident, brand_name in incidents]
    lead = f"{text} Open now: "
    return whole(f"{lead}{listed(names, MOST_SEPTETS - septets(lead) - 1)}.")


def test_page_text(code: str, link: str, name: str, *, can_reply: bool = True) -> str:  # noqa: PT028
    """A page that tries out a contact: answering it proves that its owner can be woken.

    Without `can_reply` (e-mail, a webhook) the code is for typing, where the link cannot be
    opened. Empty `code` or `link`: that way to answer is left out.
    """
    why = "so that we know that you can be woken"
    if code:
        ask = f"Reply {code} {why}." if can_reply else f"Type {code} at the desk {why}."
        ask += f" Or {link}" if link else ""
    else:
        ask = f"Open this {why}: {link}" if link else f"Tell the desk that it came, {why}."
    said = f"is a test of Nightdesk, nothing has happened. {ask}"
    hello = f"{named(name, 30)}, this " if name.strip() else "This "
    return f"{hello if septets(hello + said) <= MOST_SEPTETS else 'This '}{said}"


def opted_out_text(name: str = "", *, lead: str = "") -> str:
    """To a person whose number the carrier serves no more, by another channel.

    `lead` is the name of who is told as well.
    """
    hello = f"{named(name, 20)}, " if name else ""
    told = f" {named(lead, 30)} knows." if lead else ""
    return whole(
        f"{hello}no SMS of ours reaches your phone any more: its number has opted out, as by a"
        " reply of STOP. Nothing wakes you by SMS until you text START to the number they came"
        f" from.{told}"
    )
