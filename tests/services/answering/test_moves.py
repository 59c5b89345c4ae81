"""Whatever agents, customers, platforms and the clock do to a ticket, in whatever order."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chalicelib.domain.attendance import Presence
from chalicelib.domain.errors import NightdeskError
from chalicelib.domain.signal import Urgency
from chalicelib.domain.ticket import (
    ENDED,
    MOVES,
    PENDING,
    REPLY_MOVES,
    AgentId,
    Lane,
    Post,
    ReplyState,
    Ticket,
    TicketActKind,
    TicketState,
    answered_elsewhere,
    approved,
    card_of,
    claimed,
    given_back,
    handed_over,
    joined,
    noted,
    released,
    reopened,
    replying,
    resolved,
    sent_back,
    snoozed,
    taken_over,
    undone,
    waiting,
    with_reply,
)
from chalicelib.services.answering import QueueClock
from tests.builders import NOW, a_desk, a_score, a_ticket, mention_number
from tests.fakes import FakeDesks, FakeMeter, FakePresences, FakeTickets

LEASE = timedelta(minutes=20)
agents = st.sampled_from([AgentId(name) for name in ("gus", "hal", "ida")])
lengths = st.sampled_from([timedelta(minutes=one) for one in (1, 10, 30, 180, 60 * 24 * 3)])
fates = st.sampled_from(ReplyState)


class CheckedTickets(FakeTickets):
    """Shows every change to `check` before it takes it."""

    def __init__(self, check: Callable[[Ticket, Ticket], None]) -> None:
        super().__init__()
        self._check = check

    def save(self, ticket: Ticket) -> None:
        before = self.get(ticket.id)
        assert before is not None
        self._check(before, ticket)
        super().save(ticket)


class Conversation(RuleBasedStateMachine):
    """One ticket, in a store with its clock."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.number = 0
        self.presences = FakePresences()
        self.tickets = CheckedTickets(self.check)
        self.clock = QueueClock(
            desks=FakeDesks(a_desk()),
            tickets=self.tickets,
            presences=self.presences,
            meter=FakeMeter(),
        )
        self.tickets.add(a_ticket())

    @property
    def ticket(self) -> Ticket:
        (only,) = self.tickets.all()
        return only

    def change(self, move: Callable[[Ticket], Ticket]) -> Ticket:
        """Make a move, unless it is refused; check what holds for every move."""
        before = self.ticket
        try:
            after = move(before)
        except NightdeskError:
            assert self.ticket is before
            return before
        if after is not before:
            self.tickets.save(after)
        return after

    def check(self, before: Ticket, after: Ticket) -> None:
        assert after.version == before.version + 1
        if after.state is not before.state:
            assert after.state in MOVES[before.state]
            assert len(after.acts) > len(before.acts), "a move that nobody can read about"
        if len(after.acts) > len(before.acts):
            assert after.acts[: len(before.acts)] == before.acts
            act = after.acts[-1]
            assert act.at <= self.now
            assert act.by or act.kind in BY_ITSELF
        for old in before.replies:
            new = after.reply(old.id)
            assert new is not None, "a reply is never forgotten"
            if new.state is not old.state:
                assert new.state in REPLY_MOVES[old.state]
            if old.state not in PENDING:
                assert new == old
        assert {one.id for one in before.mentions} <= {one.id for one in after.mentions}

    # --- agents ---------------------------------------------------------------------------

    @rule(by=agents)
    def claim(self, by: AgentId) -> None:
        before = self.ticket
        after = self.change(lambda one: claimed(one, by, now=self.now, until=self.now + LEASE))
        if after is not before:
            assert before.holder in (None, by)
            assert after.holder == by

    @rule(by=agents)
    def release(self, by: AgentId) -> None:
        self.change(lambda one: released(one, by, now=self.now))

    @rule(by=agents, to=agents)
    def hand_over(self, by: AgentId, to: AgentId) -> None:
        until = self.now + LEASE
        self.change(lambda one: handed_over(one, by, to, note="", now=self.now, until=until))

    @rule(by=agents)
    def take_over(self, by: AgentId) -> None:
        until = self.now + LEASE
        self.change(lambda one: taken_over(one, by, reason="ill", now=self.now, until=until))

    @rule(by=agents, is_private=st.booleans(), needs_approval=st.booleans())
    def reply(self, by: AgentId, is_private: bool, needs_approval: bool) -> None:
        self.number += 1
        before = self.ticket
        after = self.change(
            lambda one: replying(
                one,
                by,
                "Hi!",
                reply_id=f"reply-{self.number:04d}",
                now=self.now,
                needs_approval=needs_approval,
                is_private=is_private,
                trace="We've sent you a private message." if is_private else "",
            )
        )
        if after is not before:
            assert before.holder == by
            assert before.state not in ENDED

    @rule(by=agents)
    def undo(self, by: AgentId) -> None:
        for reply in self.ticket.pending_replies:
            id = reply.id
            self.change(lambda one, id=id: undone(one, id, by, now=self.now))  # type: ignore[misc]

    @rule(by=agents, is_good=st.booleans())
    def judge(self, by: AgentId, is_good: bool) -> None:
        for reply in self.ticket.pending_replies:
            if reply.state is not ReplyState.PROPOSED:
                continue
            if is_good:
                self.change(lambda one, id=reply.id: approved(one, id, by, now=self.now))  # type: ignore[misc]
            else:
                self.change(
                    lambda one, id=reply.id: sent_back(one, id, by, note="no", now=self.now)  # type: ignore[misc]
                )

    @rule(by=agents)
    def answer_elsewhere(self, by: AgentId) -> None:
        self.number += 1
        id = f"elsewhere-{self.number:04d}"
        self.change(lambda one: answered_elsewhere(one, by, url="", reply_id=id, now=self.now))

    @rule(by=agents, length=lengths)
    def snooze(self, by: AgentId, length: timedelta) -> None:
        self.change(lambda one: snoozed(one, by, until=self.now + length, now=self.now))

    @rule(by=agents, length=lengths)
    def promise(self, by: AgentId, length: timedelta) -> None:
        until = self.now + length
        self.change(lambda one: waiting(one, by, until=until, what="call", now=self.now))

    @rule(by=agents, outcome=st.sampled_from(sorted(ENDED)))
    def resolve(self, by: AgentId, outcome: TicketState) -> None:
        self.change(lambda one: resolved(one, by, outcome, now=self.now))

    @rule(by=agents)
    def reopen(self, by: AgentId) -> None:
        self.change(lambda one: reopened(one, by, now=self.now))

    @rule(by=agents)
    def note(self, by: AgentId) -> None:
        self.change(lambda one: noted(one, by, "asked the driver", now=self.now))

    @rule(by=agents)
    def look(self, by: AgentId) -> None:
        self.presences.put(self.ticket.id, Presence(agent=by, name=by, seen_at=self.now))

    @rule()
    def go_off_duty(self) -> None:
        self.change(lambda one: given_back(one, why="went off duty", now=self.now))

    # --- the others -----------------------------------------------------------------------

    @rule(urgency=st.sampled_from(Urgency), is_thanks=st.booleans(), is_private=st.booleans())
    def customer_writes(self, urgency: Urgency, is_thanks: bool, is_private: bool) -> None:
        self.number += 1
        at = self.now
        mention = mention_number(
            self.number, posted_at=at, pulled_at=at, text="and?", is_private=is_private
        )
        due_at = at + timedelta(hours=1)
        after = self.change(
            lambda one: joined(
                one,
                Post(mention=mention),
                a_score(urgency),
                now=at,
                due_at=due_at,
                is_thanks=is_thanks,
            )
        )
        assert after.is_in_queue, "who writes is seen"
        assert after.is_waiting or is_thanks

    @precondition(lambda self: self.ticket.pending_replies)
    @rule(fate=fates, length=lengths)
    def platform_answers(self, fate: ReplyState, length: timedelta) -> None:
        for reply in self.ticket.pending_replies:
            self.change(
                lambda one, reply=reply: with_reply(  # type: ignore[misc]
                    one,
                    replace(reply, state=fate),
                    now=self.now,
                    returns_at=self.now + length,
                    returns_for="ask",
                )
            )

    @rule(length=lengths)
    def time_passes(self, length: timedelta) -> None:
        promised = self.ticket.returns_at if self.ticket.has_promise else None
        self.now += length
        before = self.ticket
        self.clock.tick(self.now)
        after = self.ticket
        assert after.next_at is None or after.next_at > self.now
        assert after.holder in (before.holder, None), "the clock gives nobody anything"
        if promised is not None and promised <= self.now:
            assert TicketActKind.CAME_BACK in [one.kind for one in after.acts if one.at == self.now]
            assert after.is_waiting or after.is_thanks

    # --- what always holds ------------------------------------------------------------------

    @invariant()
    def whoever_is_at_it_holds_it(self) -> None:
        ticket = self.ticket
        if ticket.state is TicketState.OPEN:
            assert ticket.holder is None
        else:
            assert ticket.holder is not None
        assert (ticket.held_until is not None) or ticket.state is not TicketState.CLAIMED

    @invariant()
    def an_end_is_an_end(self) -> None:
        ticket = self.ticket
        assert (ticket.ended_at is not None) is (ticket.state in ENDED)
        if ticket.state in ENDED:
            assert (ticket.next_at, ticket.returns_at, ticket.lane) == (None, None, None)

    @invariant()
    def what_waits_has_its_time(self) -> None:
        ticket = self.ticket
        assert not (ticket.is_waiting and ticket.state in ENDED)
        if ticket.is_owed:
            assert ticket.due_at is not None
            assert ticket.breached_at is not None or ticket.next_at is not None
        if ticket.state in (TicketState.WAITING, TicketState.SNOOZED):
            assert ticket.returns_at is not None
        if ticket.is_thanks:
            assert ticket.lane in (Lane.THANKS, *Lane, None)
            assert not ticket.is_owed

    @invariant()
    def one_reply_of_a_kind_is_under_way(self) -> None:
        written = [one.is_private for one in self.ticket.pending_replies if not one.is_trace]
        assert len(written) == len(set(written))

    @invariant()
    def a_card_says_the_same(self) -> None:
        ticket, card = self.ticket, card_of(self.ticket)
        assert (card.lane, card.is_owed) == (ticket.lane, ticket.is_owed)
        assert card.holder == ticket.holder


BY_ITSELF = {
    TicketActKind.OPENED,
    TicketActKind.JOINED,
    TicketActKind.RETURNED,
    TicketActKind.CAME_BACK,
    TicketActKind.BREACHED,
}
"""What the clock and the customer do."""

Conversation.TestCase.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)
TestConversation = Conversation.TestCase
