"""What somebody asks for, read from what they typed, and whether a ticket answers it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from chalicelib.domain.errors import BadInput
from chalicelib.domain.searching.words import (
    LEAST_LETTERS,
    is_unspaced,
    passages_of,
    sequence,
    words_of,
)
from chalicelib.domain.signal import Topic
from chalicelib.domain.ticket import Ticket, TicketState

FILTERS = ("author", "brand", "source", "topic", "state", "since", "until")
"""What narrows a search, typed as `brand:acme` or `author:"Ann Lee"`, or chosen beside it."""

MOST_ASKED = 10
"""Words and phrases in one search; each is counted before the rarest is read."""

LONGEST_ASKED = 300
"""Characters of one search."""

_QUOTES = str.maketrans(dict.fromkeys("“”„«»‟＂", '"'))
_PART = re.compile(
    rf'(?P<name>{"|".join(FILTERS)}):(?:"(?P<quoted>[^"]*)"|(?P<value>[^\s"]+))'
    r'|"(?P<phrase>[^"]*)"|(?P<open>")|(?P<bare>[^\s"]+)',
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is asked for; all of it must be true of a ticket."""

    words: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    """Words that stand beside each other in one post, reply, note or name."""
    author: str = ""
    """Handle or name of the customer, without a leading `@`; empty: anybody."""
    brand: str = ""
    source: str = ""
    topic: Topic | None = None
    state: TicketState | None = None
    since: datetime | None = None
    """Opened then or later."""
    until: datetime | None = None
    """Opened before that."""

    @property
    def needed(self) -> tuple[str, ...]:
        """Every word that a ticket has which answers it, each once."""
        asked = [*self.words, *sequence(self.author)]
        asked += [word for phrase in self.phrases for word in phrase]
        return tuple(dict.fromkeys(one for one in asked if len(one) >= LEAST_LETTERS))

    @property
    def is_plain(self) -> bool:
        """Whether every ticket that stands under its one word answers it."""
        return len(self.words) == 1 and self == Query(
            words=self.words, since=self.since, until=self.until
        )


def read_query(
    text: str = "",
    *,
    author: str = "",
    brand: str = "",
    source: str = "",
    topic: str = "",
    state: str = "",
    since: str = "",
    until: str = "",
) -> Query:
    """What was typed and chosen. Raises BadInput that names the part (`q` or the filter's name).

    Days are those of UTC, `until` with its day; instants need an offset, and `until` ends there.
    """
    text = text.translate(_QUOTES).strip()
    if len(text) > LONGEST_ASKED:
        raise BadInput(f"q: {len(text)} characters; at most {LONGEST_ASKED} are taken")
    chosen = {
        "author": author,
        "brand": brand,
        "source": source,
        "topic": topic,
        "state": state,
        "since": since,
        "until": until,
    }
    given = {name: value.strip() for name, value in chosen.items() if value.strip()}
    terms: list[tuple[str, ...]] = []
    for part in _PART.finditer(text):
        if part["open"]:
            raise BadInput('q: a quote is opened and not closed; end it with "')
        if name := (part["name"] or "").lower():
            value = (part["quoted"] or part["value"] or "").strip()
            if not value:
                raise BadInput(f"{name}: empty; write {name}:something")
            if given.setdefault(name, value) != value:
                raise BadInput(f"{name}: asked for twice; one at a time")
        else:
            asked = part["phrase"] if part["phrase"] is not None else part["bare"]
            if words := sequence(asked):
                terms.append(words)
    if len(terms) > MOST_ASKED:
        raise BadInput(f"q: {len(terms)} words and phrases; at most {MOST_ASKED} are taken")
    if not terms and not given:
        if text:
            raise BadInput("q: there is no letter or digit in it; write a word")
        raise BadInput("q: empty; write a word, or choose a filter")
    for name, value in given.items():
        if len(value) > LONGEST_ASKED:
            raise BadInput(f"{name}: {len(value)} characters; at most {LONGEST_ASKED} are taken")
    is_word = [len(one) == 1 and len(one[0]) >= LEAST_LETTERS for one in terms]
    query = Query(
        words=tuple(
            dict.fromkeys(one[0] for one, is_one in zip(terms, is_word, strict=True) if is_one)
        ),
        phrases=tuple(
            dict.fromkeys(one for one, is_one in zip(terms, is_word, strict=True) if not is_one)
        ),
        author=_author(given.get("author", "")),
        brand=given.get("brand", ""),
        source=given.get("source", ""),
        topic=_topic(given.get("topic", "")),
        state=_state(given.get("state", "")),
        since=_instant("since", given.get("since", ""), timedelta(0)),
        until=_instant("until", given.get("until", ""), timedelta(days=1)),
    )
    if query.since and query.until and query.since >= query.until:
        raise BadInput("until: before since; nothing lies between them")
    return query


def matches(ticket: Ticket, query: Query) -> bool:
    """Whether a ticket answers a query."""
    mention = ticket.mention
    if query.brand and mention.brand != query.brand:
        return False
    if query.source and query.source not in {one.source for one in ticket.mentions}:
        return False
    if query.topic is not None and ticket.topic is not query.topic:
        return False
    if query.state is not None and ticket.state is not query.state:
        return False
    if query.since is not None and ticket.opened_at < query.since:
        return False
    if query.until is not None and ticket.opened_at >= query.until:
        return False
    if (needed := query.needed) and not set(needed) <= set(words_of(ticket)):
        return False
    if query.author and not _is_by(ticket, query.author):
        return False
    if not query.phrases:
        return True
    passages = [sequence(one) for one in passages_of(ticket)]
    return all(any(_has(one, phrase) for one in passages) for phrase in query.phrases)


def _is_by(ticket: Ticket, asked: str) -> bool:
    """By the handle, with or without its server, or by words of the name."""
    for mention in ticket.mentions:
        if mention.author is None:
            continue
        handle = mention.author.handle.casefold()
        if asked.casefold() in (handle, handle.partition("@")[0]):
            return True
        if (words := sequence(asked)) and _has(sequence(mention.author.name), words):
            return True
    return False


def _has(passage: Sequence[str], phrase: Sequence[str]) -> bool:
    if len(phrase) == 1 and len(phrase[0]) == 1 and is_unspaced(phrase[0]):
        return any(phrase[0] in word for word in passage)
    length = len(phrase)
    return any(
        tuple(passage[at : at + length]) == tuple(phrase) for at in range(len(passage) - length + 1)
    )


def _author(text: str) -> str:
    return text.removeprefix("@")


def _topic(text: str) -> Topic | None:
    if not text:
        return None
    try:
        return Topic(text.casefold())
    except ValueError:
        raise BadInput(f"topic: {text[:40]!r} is none; use one of {', '.join(Topic)}") from None


def _state(text: str) -> TicketState | None:
    if not text:
        return None
    try:
        return TicketState(text.casefold().replace("-", "_"))
    except ValueError:
        raise BadInput(
            f"state: {text[:40]!r} is none; use one of {', '.join(TicketState)}"
        ) from None


def _instant(name: str, text: str, of_day: timedelta) -> datetime | None:
    """An instant, or a day: its beginning and `of_day` more."""
    if not text:
        return None
    try:
        if len(text) == len("2026-11-21"):
            day = date.fromisoformat(text)
            return datetime.combine(day, time(0), UTC) + of_day
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is not None:
            return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise BadInput(
        f"{name}: {text[:40]!r} is no day; write it like 2026-11-21 or 2026-11-21T19:30:00Z"
    )
