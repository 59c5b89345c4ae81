"""What was done to an incident, and when: oldest first."""

from collections.abc import Callable, Mapping
from html import escape

from chalicelib.services.link_view import Entry, Seen
from chalicelib.web.link_page.state import Looker
from chalicelib.web.link_page.words import name, when

MOST_ENTRIES = 40
"""A night that rang on and on: the beginning and the newest."""

_CHANNELS = {"sms": "SMS", "email": "e-mail", "webhook": "webhook"}
_STATES = {
    "sending": "being sent",
    "sent": "sent",
    "delivered": "delivered",
    "failed": "not delivered",
    "refused": "not sent",
}
_WAYS = {"sms": " by SMS", "link": " by the link", "desk": " at the desk"}


def course(seen: Seen, looker: Looker) -> str:
    """The timeline as a list; empty when nothing is known."""
    entries = seen.timeline
    left_out = len(entries) - MOST_ENTRIES
    if left_out > 0:
        shown = (*entries[:5], *entries[5 - MOST_ENTRIES :])
        items = [_item(entry, looker) for entry in shown]
        items.insert(5, f"<li>{left_out} more</li>")
    else:
        items = [_item(entry, looker) for entry in entries]
    return f'<ol class="course">{"".join(items)}</ol>' if items else ""


def _item(entry: Entry, looker: Looker) -> str:
    at = when(entry.at, looker.zone, now=looker.now)
    return f"<li>{at} {_what(entry, looker)}</li>"


def _what(entry: Entry, looker: Looker) -> str:
    if entry.kind == "page":
        return _page(entry, looker)
    said = _ACTS.get(entry.kind)
    if said is None:
        return escape(entry.kind)
    way = _WAYS.get(entry.via, "") if entry.by else ""
    return f"{said(entry, looker)}{way}{_until(entry, looker)}"


def _page(entry: Entry, looker: Looker) -> str:
    who = _who(entry.responder, entry.responder_name, looker, if_me="you")
    channel = _CHANNELS.get(entry.channel, escape(entry.channel))
    fate = _STATES.get(entry.state, escape(entry.state))
    settled = ""
    if entry.settled_at is not None:
        settled = f" at {when(entry.settled_at, looker.zone, now=looker.now)}"
    return f"{channel} to {who}: {fate}{settled}"


def _who(id: str, known_as: str, looker: Looker, *, if_me: str) -> str:
    return if_me if id == looker.responder.id else name(known_as or id)


def _by(entry: Entry, looker: Looker) -> str:
    return _who(entry.by, entry.by_name, looker, if_me="You")


def _until(entry: Entry, looker: Looker) -> str:
    return f", until {when(entry.until, looker.zone, now=looker.now)}" if entry.until else ""


def _handed(entry: Entry, looker: Looker) -> str:
    to = _who(entry.to, entry.to_name, looker, if_me="you")
    return f"{_by(entry, looker)} handed it to {to}"


def _graded(entry: Entry, looker: Looker) -> str:
    worth = "worth it" if entry.is_worth_it else "not worth it"
    return f"{_by(entry, looker)} found it {worth}"


_ACTS: Mapping[str, Callable[[Entry, Looker], str]] = {
    "opened": lambda entry, looker: "It began",
    "raised": lambda entry, looker: "It became worth waking for",
    "acknowledged": lambda entry, looker: f"{_by(entry, looker)} took it",
    "snoozed": lambda entry, looker: f"{_by(entry, looker)} put it off",
    "ack-timed-out": lambda entry, looker: "It rings again: nobody had resolved it in time",
    "escalated": lambda entry, looker: f"{_by(entry, looker)} asked for the next person",
    "handed-over": _handed,
    "resolved": lambda entry, looker: f"{_by(entry, looker)} resolved it",
    "graded": _graded,
}
