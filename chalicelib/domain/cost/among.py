"""What sources, or brands, took: each for itself, and what they share."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from chalicelib.domain.cost.exact import ZERO, plus
from chalicelib.domain.cost.line import CostLine
from chalicelib.domain.cost.sheet import Sheet
from chalicelib.domain.cost.use import Done, Feature


@dataclass(frozen=True, slots=True)
class Among:
    """What sources (or brands) took, each, and what they share."""

    direct: Mapping[str, Decimal]
    read: Mapping[str, Decimal]
    """Mentions, of the same names."""
    pulls: Decimal
    """Listening for none of them alone."""
    rest: Decimal
    """Everything else for none of them alone."""

    @classmethod
    def of(
        cls, lines: Iterable[CostLine], sheet: Sheet, whose: Callable[[str, str], str]
    ) -> "Among":
        """`whose` names one by the source and the brand that something was used for."""
        direct: dict[str, Decimal] = {}
        read: dict[str, Decimal] = {}
        pulls = rest = ZERO
        for line in lines:
            if name := whose(line.entry.source, line.entry.brand):
                direct[name] = plus(direct.get(name, ZERO), line.amount)
            elif line.entry.feature is Feature.LISTENING:
                pulls = plus(pulls, line.amount)
            else:
                rest = plus(rest, line.amount)
        for entry, quantity in sheet.items():
            name = whose(entry.source, entry.brand)
            if entry.sku == Done.MENTION_READ and name:
                read[name] = plus(read.get(name, ZERO), quantity)
        names = sorted({*direct, *read})
        return cls(
            direct={name: direct.get(name, ZERO) for name in names},
            read={name: read.get(name, ZERO) for name in names},
            pulls=pulls,
            rest=rest,
        )

    @property
    def instead(self) -> str:
        """What weighs where no mention was read."""
        return "" if any(self.read.values()) else " (none was: by direct amounts)"
