"""Quantities added up. A sheet is the same whatever the order of what was added to it, and
sheets of disjoint times add up to the sheet of all of them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from chalicelib.domain.cost.exact import ZERO, plus, total
from chalicelib.domain.cost.use import Feature, Purpose, Use


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """What is told apart when quantities are added up."""

    sku: str
    feature: Feature
    source: str = ""
    brand: str = ""
    about: str = ""
    """Ticket or incident."""
    country: str = ""

    @classmethod
    def of(cls, use: Use, purpose: Purpose) -> "Entry":
        return cls(
            use.sku, purpose.feature, purpose.source, purpose.brand, purpose.about, use.country
        )


class Sheet(Mapping[Entry, Decimal]):
    """Quantities by entry; never changed once made. What is zero is not in it."""

    __slots__ = ("_quantities",)

    def __init__(self, quantities: Iterable[tuple[Entry, int | Decimal]] = ()) -> None:
        """Entries that come several times are added up."""
        found: dict[Entry, Decimal] = {}
        for entry, quantity in quantities:
            found[entry] = plus(found.get(entry, ZERO), Decimal(quantity))
        self._quantities = {entry: found[entry] for entry in sorted(found) if found[entry]}

    @classmethod
    def total(cls, sheets: Iterable["Sheet"]) -> "Sheet":
        return cls(pair for sheet in sheets for pair in sheet.items())

    def __add__(self, other: "Sheet") -> "Sheet":
        return Sheet.total((self, other))

    def __getitem__(self, entry: Entry) -> Decimal:
        return self._quantities[entry]

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._quantities)

    def __len__(self) -> int:
        return len(self._quantities)

    def __repr__(self) -> str:
        return f"Sheet({list(self.items())!r})"

    def quantity(self, sku: str) -> Decimal:
        """Of one sku, whatever it was used for."""
        return total(quantity for entry, quantity in self.items() if entry.sku == sku)

    def without_about(self) -> "Sheet":
        """The same, tickets and incidents no longer told apart."""
        return Sheet((replace(entry, about=""), quantity) for entry, quantity in self.items())

    def by_about(self) -> Mapping[str, "Sheet"]:
        """What tickets and incidents took, each on a sheet of its own."""
        found: dict[str, list[tuple[Entry, Decimal]]] = {}
        for entry, quantity in self.items():
            if entry.about:
                found.setdefault(entry.about, []).append((entry, quantity))
        return {about: Sheet(pairs) for about, pairs in found.items()}
