"""How often sources are read, and what that may take."""

from collections.abc import Iterator

from chalicelib.sources import member_of
from infra.config.checks.parts import Finding, Parts

MINUTES_OF_A_MONTH = 31 * 24 * 60


def doubts(parts: Parts) -> Iterator[Finding]:
    """Budgets that cannot do what they are for."""
    for name, source in parts.sources.items():
        budget = source.budget
        if budget is None:
            continue
        at = ("sources", name, "budget")
        member = member_of(source.kind)
        if member is not None and not member.is_pulled:
            yield at, "limits nothing: this source is pushed to and never read; take it out"
            continue
        floor = source.at_least_every_minutes or source.usual_minutes
        if floor == source.usual_minutes:
            yield (
                at,
                "has nothing to save by: when it runs short the source cannot be read less often, "
                "only stopped; add at_least_every_minutes: "
                f"{min(4 * source.usual_minutes, 10_080)}",
            )
        least = MINUTES_OF_A_MONTH // floor
        if budget.calls is not None and budget.calls < least:
            yield (
                at,
                f"of {budget.calls:,} calls will not last through a month: to read every {floor} "
                f"minutes takes {least:,} at least",
            )
