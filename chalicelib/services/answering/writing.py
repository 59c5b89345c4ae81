"""A reply as it would go out: filled in, signed, looked over."""

from dataclasses import dataclass

from chalicelib.domain.answering.saved import Filling, check_personal_part, fill, sameness
from chalicelib.domain.answering.tone import Hint, hints
from chalicelib.domain.desk import Desk
from chalicelib.domain.errors import BadInput, SourceRefused
from chalicelib.domain.mention import Mention
from chalicelib.domain.signal import Mood
from chalicelib.domain.ticket import (
    MAX_REPLY,
    TRACE_REPLY,
    ReplyState,
    Ticket,
    trace_in,
)
from chalicelib.ports import Desks, Preview, Replier
from chalicelib.services.answering.reaching import Reaching, why_not_public

FELT = 0.3
"""A mood this strong or stronger is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A reply that was looked over."""

    text: str
    """Filled in and signed."""
    is_private: bool
    beneath: Mention
    """What it answers."""
    shown: Preview
    hints: tuple[Hint, ...]
    problems: tuple[str, ...]
    """What must be put right first."""
    why_not: str
    """Why no source can send it; empty when one can."""
    sameness: str
    """Equal for replies that differ in names alone; empty for one like no other."""
    trace: str
    """What is said in public of a private one; empty: nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Previewed:
    """A text as the customer would read it, and what stands against sending it."""

    text: str
    length: int
    """As the platform counts."""
    limit: int
    problems: tuple[str, ...]
    """What must be put right first."""
    hints: tuple[Hint, ...]
    """What to look at; problems among them too."""
    can_send: bool
    why_not: str
    """Empty when it can be sent."""
    needs_approval: bool = False
    """Whether a lead's word is needed before it goes out."""


class Writing:
    """Makes of an agent's words what would go out."""

    def __init__(self, *, desks: Desks, reaching: Reaching) -> None:
        self._desks = desks
        self._reaching = reaching

    def written(
        self, ticket: Ticket, first_name: str, text: str, *, is_private: bool, saved: str
    ) -> Written:
        """Raises BadInput for a saved reply that does not exist or cannot be filled in."""
        desk = self._desks.current()
        rules, brand = desk.answering, ticket.mention.brand
        brand_name = desk.brand_name(brand)
        filling = Filling(
            customer_name=_name(ticket.mention),
            brand=brand_name,
            agent=first_name,
            ticket=ticket.id,
        )
        problems = []
        if saved:
            template = rules.saved_reply(saved)
            if template is None:
                raise BadInput(f"saved: there is no saved reply {saved[:40]!r}")
            text = fill(text, filling)
            try:
                check_personal_part(text, template.text, filling)
            except BadInput as error:
                problems.append(str(error).removeprefix("text: "))
        signed = (
            rules.signed(text.strip(), first_name, brand=brand, brand_name=brand_name)
            if text.strip()
            else ""
        )
        beneath, why_not = self._beneath(ticket, is_private=is_private)
        shown, unreachable = self._shown(beneath, signed, is_private=is_private)
        found = hints(
            signed,
            checklist=rules.checklist(brand),
            customer_name=filling.customer_name,
            agent=first_name,
            limit=shown.limit,
            length=shown.length,
            urgency=ticket.urgency,
            mood=_mood(ticket),
            language=ticket.language,
            is_private=is_private,
            known=(ticket.id,),
        )
        signature = rules.signature_of(first_name, brand=brand, brand_name=brand_name)
        return Written(
            text=signed,
            is_private=is_private,
            beneath=beneath,
            shown=shown,
            hints=found,
            problems=(*problems, *(one.says for one in found if one.is_problem)),
            why_not=why_not or unreachable,
            sameness=sameness(
                signed, names=(filling.customer_name, first_name), signature=signature
            ),
            trace=self._trace(ticket, desk, first_name, filling) if is_private else "",
        )

    def _beneath(self, ticket: Ticket, *, is_private: bool) -> tuple[Mention, str]:
        """What is answered: the newest word that was said in the same way; and why not so."""
        found = ticket.latest(is_private=is_private)
        if found is not None:
            return found, ""
        newest = next(reversed(ticket.standing), ticket.mention)
        return newest, "" if is_private else why_not_public(ticket)

    def _shown(self, beneath: Mention, text: str, *, is_private: bool) -> tuple[Preview, str]:
        """As the platform will show it; as it is, and why, where no source can send it."""
        plain = Preview(text=text, length=len(text), limit=MAX_REPLY)
        try:
            source = (
                self._reaching.private_replier(beneath)
                if is_private
                else self._reaching.replier(beneath)
            )
        except SourceRefused as error:
            return plain, str(error)
        if isinstance(source, Replier):
            plain = source.preview(beneath, text, is_private=is_private)
        return plain, ""

    def _trace(self, ticket: Ticket, desk: Desk, first_name: str, filling: Filling) -> str:
        """What the public reads of it: once, where the talk began in public."""
        is_first = not any(
            one.is_private and one.state is ReplyState.SENT for one in ticket.replies
        )
        beneath = ticket.latest(is_private=False)
        if not is_first or beneath is None:
            return ""
        try:
            self._reaching.replier(beneath)
        except SourceRefused:
            return ""
        own = desk.answering.saved_reply(TRACE_REPLY)
        words = fill(own.text, filling) if own else trace_in(ticket.language)
        return desk.answering.signed(
            words, first_name, brand=ticket.mention.brand, brand_name=filling.brand
        )


def _name(mention: Mention) -> str:
    return mention.author.name if mention.author else ""


def _mood(ticket: Ticket) -> Mood:
    """How the customer felt when they last wrote."""
    mood = ticket.moods[-1].mood
    if abs(mood) < FELT:
        return Mood.NEUTRAL
    return Mood.POSITIVE if mood > 0 else Mood.NEGATIVE
