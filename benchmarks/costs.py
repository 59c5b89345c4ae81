"""Dollars per 1,000 mentions, by what they are for and by what is paid, at three sizes.

Each act of a desk is measured alone (`acts`); a month is so many of each, priced by the list, as
`nightdesk cost whatif` does it. So a large month is no measurement: it is extrapolated, and says
so.
`python -m benchmarks.costs --profile` keeps the acts in `chalicelib/adapters/prices/profile.json`.
"""

import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from benchmarks.acts import ASSUMED, Used, measured
from chalicelib.adapters.price_book import FOLDER, PROFILE, price_book
from chalicelib.adapters.usage_profile import written
from chalicelib.domain.cost import Entry, Feature, Sheet
from chalicelib.domain.cost.exact import plus, total
from chalicelib.domain.cost.profile import Act, UsageProfile
from chalicelib.domain.cost.size import Size, SourceSize
from chalicelib.domain.cost.whatif import WhatIf, whatif

REGION = "us-east-1"

COMMAND = "python -m benchmarks.costs --profile"

_SOURCES = (
    SourceSize(name="mastodon", kind="mastodon", every=timedelta(minutes=2)),
    SourceSize(name="feed", kind="feed", every=timedelta(minutes=15)),
)
"""Two that charge nothing: what a platform takes for reading is no matter of ours."""

SIZES: Mapping[str, Size] = {
    "1,000 a month": Size(
        mentions_a_day=Decimal("33.3333"),
        agents=Decimal(1),
        hours_a_day=Decimal(1),
        countries=("DE",),
        sources=_SOURCES,
    ),
    "100,000 a month": Size(
        mentions_a_day=Decimal("3333.3333"),
        storms_a_month=Decimal(1),
        wake_share=Decimal("0.0005"),
        agents=Decimal(5),
        countries=("DE",),
        sources=_SOURCES,
    ),
    "10 million a month (extrapolated)": Size(
        mentions_a_day=Decimal("333333.3333"),
        storms_a_month=Decimal(10),
        mentions_a_storm=Decimal(5000),
        wake_share=Decimal("0.00005"),
        agents=Decimal(100),
        countries=("DE",),
        sources=_SOURCES,
    ),
}

UNITS_OF = {
    "a mention that is ignored": Act.MENTION,
    "a ticket, beyond its mention": Act.TICKET,
    "an incident that opens, its first page included, beyond its ticket": Act.OPENING,
    "a further page": Act.PAGE,
    "an acknowledgement by link": Act.ACKNOWLEDGEMENT,
    "a reply, from claim to content": Act.REPLY,
    "a poll of an agent's page": Act.AGENT_HOUR,
}


def measure() -> dict[str, Any]:
    """The table's figures; see `tables_of`."""
    return told(profile_of(measured()))


def profile_of(acts: Mapping[Act, Used], *, on: date | None = None) -> UsageProfile:
    """What was measured, in the shape in which it is kept."""
    return UsageProfile(
        command=COMMAND,
        measured_on=on or datetime.now(UTC).date(),
        assumed=ASSUMED,
        acts={
            act: Sheet((Entry(sku, feature), number) for (sku, feature), number in used.items())
            for act, used in acts.items()
        },
    )


def told(profile: UsageProfile) -> dict[str, Any]:
    """By size: dollars per 1,000 mentions by feature and group, and the share of metering; and the
    units of each act."""
    book = price_book(region=REGION)
    return {
        "sizes": {
            name: _of_size(whatif(size, profile, book, on=profile.measured_on))
            for name, size in SIZES.items()
        },
        "units": {name: _units(profile.acts[act], act) for name, act in UNITS_OF.items()},
        "assumed": list(profile.assumed),
    }


def _of_size(found: WhatIf) -> dict[str, Any]:
    thousands = total(found.size.by_source.values()) / 1000
    by_group: dict[str, Decimal] = {}
    for line in found.priced.lines:
        group = "sms" if line.entry.sku == "sns.sms-part" else line.entry.sku.partition(".")[0]
        by_group[group] = plus(by_group.get(group, Decimal(0)), line.amount)
    whole = found.amount
    own = found.by_feature.get(Feature.ACCOUNTING, Decimal(0))
    return {
        "usd_a_month": _dollars(whole),
        "usd_a_month_at_rest": _dollars(found.at_rest),
        "by_feature": {
            str(name): _dollars(amount / thousands) for name, amount in found.by_feature.items()
        },
        "by_group": {
            name: _dollars(amount / thousands)
            for name, amount in sorted(by_group.items(), key=lambda one: -one[1])
        },
        "usd_per_thousand": _dollars(whole / thousands),
        "metering_share": float((own / whole).quantize(Decimal("0.0001"))),
        "metering_share_without_sms": float(
            (own / (whole - by_group.get("sms", 0))).quantize(Decimal("0.0001"))
        ),
    }


def _units(sheet: Sheet, act: Act) -> dict[str, float]:
    """Read and write units, metering's own among them; of one poll where it is an hour."""
    number = sheet.quantity("done.poll") if act is Act.AGENT_HOUR else Decimal(1)
    return {
        kind: round(float(sheet.quantity(f"dynamodb.{kind}-unit") / number), 2)
        for kind in ("read", "write")
    }


def _dollars(amount: Decimal) -> str:
    return f"{amount:.4f}" if amount < 1 else f"{amount:,.2f}"


def tables_of(found: Mapping[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """Title to rows, for a terminal and for the page of figures."""
    made: dict[str, list[tuple[str, str]]] = {}
    for name, one in found["sizes"].items():
        made[f"Dollars per 1,000 mentions, {name}"] = [
            ("all", one["usd_per_thousand"]),
            ("a month, at rest", f"{one['usd_a_month']}, {one['usd_a_month_at_rest']}"),
            *((f"for {feature}", amount) for feature, amount in one["by_feature"].items()),
            *((f"to {group}", amount) for group, amount in one["by_group"].items()),
            (
                "share of metering itself (goal from 100,000 a month: under 5 %)",
                f"{one['metering_share']:.1%}, without SMS {one['metering_share_without_sms']:.1%}",
            ),
        ]
    made["Request units of DynamoDB, metering's own included"] = [
        (name, f"read {units['read']:g}, write {units['write']:g}")
        for name, units in found["units"].items()
    ]
    made["How costs were measured"] = [
        ("method", "each act measured alone on the local cloud, then multiplied and priced"),
        *(("assumed", one) for one in found["assumed"]),
    ]
    return made


def main() -> int:
    """Keep what acts use, where `cost whatif` finds it."""
    if sys.argv[1:] != ["--profile"]:
        print(__doc__)
        return 2
    path = FOLDER / PROFILE
    path.write_bytes(written(profile_of(measured())))
    print(f"written: {path.relative_to(FOLDER.parents[2])}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
