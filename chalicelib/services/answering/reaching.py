"""The source that can answer a ticket: the one that heard it, else one beside it."""

from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.domain.desk import Desk
from chalicelib.domain.errors import NotFound, SourceRefused
from chalicelib.domain.mention import Mention
from chalicelib.domain.ticket import MAX_REPLY, Reply, Ticket
from chalicelib.domain.withdrawal import NOT_SENT
from chalicelib.ports import Desks, Meter, PrivateReplier, Published, Replier, Source, Sources


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """How a ticket can be answered from here."""

    can_reply: bool
    """In public."""
    why_not: str
    """Empty when it can be answered in public."""
    can_reply_privately: bool
    limit: int
    """Characters of a public reply, as the platform counts; of a private one where there is no
    other."""


class Reaching:
    """Opens the source that can answer."""

    def __init__(self, *, desks: Desks, sources: Sources, meter: Meter) -> None:
        self._desks = desks
        self._meter = meter
        self._sources = sources

    def ways(self, ticket: Ticket) -> Ways:
        """How a ticket can be answered; asks no platform."""
        why_not = ""
        public = private = None
        beneath = ticket.latest(is_private=False)
        if beneath is None:
            why_not = why_not_public(ticket)
        else:
            try:
                public = self.replier(beneath)
            except SourceRefused as error:
                why_not = str(error)
        newest = next(reversed(ticket.standing), ticket.mention)
        try:
            private = self.private_replier(newest)
        except SourceRefused:
            private = None
        limit = MAX_REPLY
        if public is not None and beneath is not None:
            limit = public.preview(beneath, "", is_private=False).limit
        elif isinstance(private, Replier):
            limit = private.preview(newest, "", is_private=True).limit
        return Ways(
            can_reply=public is not None,
            why_not=why_not,
            can_reply_privately=private is not None,
            limit=min(limit, MAX_REPLY),
        )

    def replier(self, mention: Mention) -> Replier:
        """Raises SourceRefused, with what to do, when none can answer."""
        _check_stands(mention)
        return self._replier(mention)

    def private_replier(self, mention: Mention) -> PrivateReplier:
        """Raises SourceRefused when none can answer in private."""
        _check_stands(mention)
        return self._private_replier(mention)

    def publish(self, mention: Mention, reply: Reply) -> Published:
        """In public or in private, as the reply is meant; see `ports.Replier.reply`."""
        if reply.is_private:
            apart = self.private_replier(mention)
            return self._paid(_named(apart), apart.reply_privately(mention, reply))
        source = self.replier(mention)
        return self._paid(_named(source), source.reply(mention, reply))

    def _paid(self, source: str, published: Published) -> Published:
        """What the platform charges for it, put down to the source."""
        with self._meter.within(source=source):
            self._meter.used(*published.uses)
        return published

    def find(self, mention: Mention, reply: Reply) -> Published | None:
        """See `ports.Replier.find_reply`; beneath a post that is gone a reply may stand too."""
        if reply.is_private:
            source = self._private_replier(mention)
            if isinstance(source, Replier):
                return source.find_reply(mention, reply)
        return self._replier(mention).find_reply(mention, reply)

    def _replier(self, mention: Mention) -> Replier:
        trouble = _takes_none(mention)
        for source in self._open(mention):
            if isinstance(source, SourceRefused):
                trouble = source
            elif isinstance(source, Replier):
                return source
        raise trouble

    def _private_replier(self, mention: Mention) -> PrivateReplier:
        trouble = SourceRefused(f"{mention.platform} takes no private replies from us")
        for source in self._open(mention):
            if isinstance(source, SourceRefused):
                trouble = source
            elif isinstance(source, PrivateReplier):
                return source
        raise trouble

    def _open(self, mention: Mention) -> Iterator[Source | SourceRefused]:
        desk: Desk = self._desks.current()
        try:
            names = self._sources.reaching(desk, mention)
        except NotFound as error:
            raise SourceRefused(f"the source is not configured any more: {error}") from error
        for name in names:
            try:
                yield self._sources.open(desk, name)
            except SourceRefused as error:
                yield error


def why_not_public(ticket: Ticket) -> str:
    """Why there is nothing of the customer's beneath which to answer in public."""
    if any(one.withdrawn_at is not None and not one.is_private for one in ticket.mentions):
        return f"{NOT_SENT}; nothing can be said beneath it"
    return "all of it was said in private; answer there"


def _check_stands(mention: Mention) -> None:
    if mention.withdrawn_at is not None:
        raise SourceRefused(NOT_SENT)


def _takes_none(mention: Mention) -> SourceRefused:
    return SourceRefused(
        f"{mention.platform} takes no replies from us; answer there, then say so here"
    )


def _named(source: object) -> str:
    """The configured name of a source, whatever it can do."""
    return str(getattr(source, "name", ""))
