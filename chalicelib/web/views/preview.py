"""An answer before it is sent, as JSON."""

from dataclasses import dataclass

from chalicelib.services.answering import Previewed


@dataclass(frozen=True, slots=True, kw_only=True)
class HintView:
    """What the house tone has to say of it."""

    id: str
    says: str
    is_problem: bool
    """Whether it is more than a hint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewView:
    """An answer as it would go out."""

    text: str
    """With what is filled in, signed, and what the platform adds."""
    length: int
    """As the platform counts."""
    limit: int
    problems: tuple[str, ...]
    """Why it cannot be sent as it is, for people."""
    hints: tuple[HintView, ...]
    can_send: bool
    why_not: str
    """Empty when it can be sent."""
    needs_approval: bool
    """Whether it then waits for a lead's word."""


def preview_view(one: Previewed) -> PreviewView:
    return PreviewView(
        text=one.text,
        length=one.length,
        limit=one.limit,
        problems=one.problems,
        hints=tuple(
            HintView(id=hint.id, says=hint.says, is_problem=hint.is_problem) for hint in one.hints
        ),
        can_send=one.can_send,
        why_not=one.why_not,
        needs_approval=one.needs_approval,
    )
