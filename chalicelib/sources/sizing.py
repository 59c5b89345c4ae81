"""What reading a platform takes, for the question what a month would cost."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from chalicelib.domain.cost.size import SourceSize
from chalicelib.domain.errors import BadInput
from chalicelib.sources import KINDS, member_of


def source_size(
    kind: str,
    *,
    name: str = "",
    every: timedelta | None = None,
    mentions_a_day: Decimal | None = None,
    options: Mapping[str, object] | None = None,
) -> SourceSize:
    """A source of that kind, by its defaults where nothing else is said.

    `mentions_a_day` None: an equal part of what the other sources leave. Raises BadInput for an
    unknown kind.
    """
    member = member_of(kind)
    if member is None:
        raise BadInput(f"sources: {kind!r} is unknown; use one of {', '.join(KINDS)}")
    complete = member.complete(options or {})
    return SourceSize(
        name=name or kind,
        kind=kind,
        every=(every or member.every) if member.is_pulled else None,
        mentions_a_day=mentions_a_day,
        calls_a_pull=member.calls_per_pull(complete),
        charges=(*member.charges, *member.per_mention(complete)),
    )
