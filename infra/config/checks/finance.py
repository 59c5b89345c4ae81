"""Checks of budgets, prices and who is told of them."""

from collections.abc import Iterator
from datetime import date

from chalicelib.adapters.price_book import list_prices
from chalicelib.domain.finance import SMS, WHOLE
from chalicelib.sources import KINDS, member_of
from infra.config.checks.parts import Finding, Parts
from infra.config.problem import suggest


def faults(parts: Parts) -> Iterator[Finding]:
    """What must be put right."""
    for name, budget in parts.finance.budgets.items():
        if budget.stops and name != SMS:
            yield (
                ("finance", "budgets", name, "stops"),
                "can be of sms alone; take it out"
                + (f", and see sources.{name}.budget.stops" if name != WHOLE else ""),
            )
    seen: dict[tuple[str, str, str, date], int] = {}
    for number, price in enumerate(parts.finance.prices):
        key = (price.sku, price.country, price.region, price.since)
        if (first := seen.setdefault(key, number)) != number:
            yield (
                ("finance", "prices", number),
                f"is a price of {price.sku} from {price.since} on, as prices[{first}] is; "
                "keep one of them",
            )


def doubts(parts: Parts) -> Iterator[Finding]:
    """What is hardly meant."""
    finance = parts.finance
    if finance.tell and not parts.email:
        yield (
            ("finance", "tell"),
            "gets nothing, since no e-mail leaves without email.sender",
        )
    for name, budget in finance.budgets.items():
        at = ("finance", "budgets", name)
        if budget.confirmed_by and not budget.stops:
            yield (*at, "confirmed_by"), "confirms nothing: SMS go on, since stops is not true"
        if name in (WHOLE, SMS) and name in parts.section("sources"):
            yield at, f"is not the budget of your source {name}; rename the source to give it one"
        if budget.stops:
            alone = [
                one
                for one, person in parts.responders.items()
                if person.phone and not person.webhook and not (person.email and parts.email)
            ]
            if alone:
                yield (
                    (*at, "stops"),
                    f"leaves no way to page {', '.join(alone)} once it is used up; give them an "
                    "email, with email.sender, or a webhook",
                )
    known = _charged()
    for number, price in enumerate(finance.prices):
        if price.sku not in known and not price.sku.startswith("bedrock."):
            yield (
                ("finance", "prices", number, "sku"),
                f"{price.sku!r} is nothing that is charged; {suggest(price.sku, known)}",
            )


def _charged() -> list[str]:
    """Everything that may have a price, but for models of Bedrock."""
    listed = {price.sku for price in list_prices()}
    members = filter(None, map(member_of, KINDS))
    return sorted(listed | {charge.sku for member in members for charge in member.charges})
