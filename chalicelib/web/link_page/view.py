"""The incidents of a message, or the test of a contact; what we are blind to meanwhile."""

from collections.abc import Sequence
from datetime import datetime
from html import escape

from chalicelib.domain.incident import Incident
from chalicelib.domain.standing import SourceStanding
from chalicelib.services.link_view import LinkView, Seen
from chalicelib.web.link_page.course import course
from chalicelib.web.link_page.frame import QUEUE, page
from chalicelib.web.link_page.state import Looker, form, state
from chalicelib.web.link_page.words import name, since, when
from chalicelib.web.views import web_address

_CONTACTS = {"sms": "phone", "email": "mailbox", "webhook": "address"}


def view_page(view: LinkView, *, blind: Sequence[SourceStanding] = (), now: datetime) -> str:
    """What the link is about, who has it, and what can be done.

    `blind`: sources of which nothing is heard now; there may be more of it than is known.
    """
    looker = Looker(responder=view.responder, people=view.people, now=now)
    if view.is_test:
        return _test(view, looker)
    refusal = f'<p class="refusal" role="alert">{escape(view.refusal)}</p>' if view.refusal else ""
    takeable = sum(one.can_be_taken for one in view.seen)
    if len(view.seen) == 1:
        (seen,) = view.seen
        title = _title(seen)
        standing = refusal + state(seen, looker)
        body = _details(seen, looker)
    else:
        title = f"{len(view.seen)} incidents"
        standing = refusal + _summary(view)
        body = "".join(
            _section(one, looker, can_choose=one.can_be_taken and takeable > 1) for one in view.seen
        )
    return page(
        title=title,
        kind=_kind(view),
        state=standing,
        body=_blindness(blind, looker) + body + ("" if takeable else QUEUE),
        action=form(looker, f"<button>{_take(takeable, len(view.seen))}</button>")
        if takeable
        else "",
    )


def _test(view: LinkView, looker: Looker) -> str:
    contact = _CONTACTS.get(view.channel, "address")
    if view.is_verified:
        said = "<p><strong>Thank you.</strong> We know now that you can be woken this way.</p>"
        return page(title=f"This {contact} works", kind="mine", state=said, body="")
    said = "<p>This is a test: nothing has happened.</p>"
    if view.refusal:
        said = f'<p class="refusal" role="alert">{escape(view.refusal)}</p>'
    return page(
        title=f"Does this {contact} work?",
        kind="calm",
        state=said,
        body="<p>Press the button, and we know that a page reaches you here.</p>",
        action=form(looker, f"<button>This {contact} works</button>"),
    )


def _blindness(blind: Sequence[SourceStanding], looker: Looker) -> str:
    """In a line: why is for those who sit at a desk."""
    if not blind:
        return ""
    names = ", ".join(
        name(one.name) + since(one.since, looker.zone, now=looker.now) for one in blind
    )
    return f'<p class="blind">We are blind to {names}. There may be more of it.</p>'


def _take(takeable: int, all: int) -> str:
    if all == 1:
        return "I have it"
    if takeable == all:
        return f"I have all {all}"
    return "I have the other one" if takeable == 1 else f"I have the other {takeable}"


def _kind(view: LinkView) -> str:
    if any(one.can_be_taken for one in view.seen):
        return "loud"
    return "mine" if any(one.is_of(view.responder) for one in view.seen) else "calm"


def _summary(view: LinkView) -> str:
    """How several stand."""
    all = len(view.seen)
    ringing = sum(one.can_be_taken for one in view.seen)
    mine = sum(one.is_of(view.responder) for one in view.seen)
    said = []
    if ringing:
        said.append(f"Nobody has {'them' if ringing == all else f'{ringing} of them'} yet.")
    if mine:
        said.append(
            f"<strong>You have {'them all' if mine == all else f'{mine} of them'}.</strong>"
        )
    return f"<p>{' '.join(said) or 'There is nothing for you to do.'}</p>"


def _title(seen: Seen) -> str:
    return f"{seen.brand_name}: {seen.incident.topic.value}"


def _section(seen: Seen, looker: Looker, *, can_choose: bool) -> str:
    """One of several; with `can_choose` it is not the only one that can be taken."""
    kind = "mine" if seen.is_of(looker.responder) else "loud" if seen.can_be_taken else "calm"
    take = form(looker, "<button>I have this one</button>", seen=seen) if can_choose else ""
    return (
        f'<section class="{kind}"><h2>{escape(_title(seen))}</h2>'
        f'<div class="state">{state(seen, looker)}{take}</div>{_story(seen, looker)}'
        f"<details><summary>What was done</summary>{course(seen, looker)}</details></section>"
    )


def _details(seen: Seen, looker: Looker) -> str:
    """Of the only one."""
    done = course(seen, looker)
    return _story(seen, looker) + (f"<h2>What was done</h2>{done}" if done else "")


def _story(seen: Seen, looker: Looker) -> str:
    incident = seen.incident
    return (
        f'<blockquote dir="auto">{escape(incident.quote)}</blockquote>'
        f'<p class="where">{_where(incident)}</p>'
        f"<dl><dt>How loud</dt><dd>{_loudness(seen, looker)}</dd>"
        f"<dt>Why it woke you</dt><dd>{_reasons(incident)}</dd></dl>"
    )


def _where(incident: Incident) -> str:
    author = f"<bdi>@{escape(incident.author)}</bdi>" if incident.author else "Somebody"
    where = f"{author} on {escape(incident.platform)}"
    if url := web_address(incident.url):
        where += f' · <a href="{escape(url)}" rel="noreferrer noopener">open the post</a>'
    return where


def _loudness(seen: Seen, looker: Looker) -> str:
    since = when(seen.incident.opened_at, looker.zone, now=looker.now)
    if seen.loudness <= 1:
        return f"one mention, at {since}"
    return f"{seen.loudness} mentions since {since}"


def _reasons(incident: Incident) -> str:
    if not incident.reasons:
        return "no reason was kept"
    items = "".join(f'<li dir="auto">{escape(reason)}</li>' for reason in incident.reasons)
    return f"<ul>{items}</ul>"
