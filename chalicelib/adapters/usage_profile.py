"""The usage profile that comes with this release: `prices/profile.json`, beside the prices.

An object of `command`, `measured` (a date), `assumed` (texts) and `acts`: for each `Act` by its
words a list of `sku`, `feature` and `quantity`, of which none is negative. Quantities are texts,
so that no digit is lost. `python -m benchmarks.costs --profile` writes it.
"""

from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated

import msgspec

from chalicelib.adapters.price_book import FOLDER, PROFILE
from chalicelib.domain.cost import Entry, Feature, Sheet
from chalicelib.domain.cost.profile import Act, UsageProfile
from chalicelib.domain.errors import BadInput

_Sku = Annotated[str, msgspec.Meta(min_length=1)]


class _Quantity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    sku: _Sku
    feature: Feature
    quantity: Decimal


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    command: str
    measured: date
    assumed: list[str]
    acts: dict[str, list[_Quantity]]


@cache
def usage_profile(path: Path = FOLDER / PROFILE) -> UsageProfile:
    """Raises BadInput, naming file, act and sku."""
    try:
        told = msgspec.json.decode(path.read_bytes(), type=_File)
    except msgspec.MsgspecError as error:
        raise BadInput(f"{path.name}: {error}") from None
    if unknown := sorted(set(told.acts) - set(Act)):
        raise BadInput(f"{path.name}: {unknown[0]!r} is no act; use one of {', '.join(Act)}")
    if missing := [act for act in Act if act not in told.acts]:
        raise BadInput(f"{path.name}: {missing[0].value!r} is missing")
    for act, quantities in told.acts.items():
        for one in quantities:
            if not one.quantity.is_finite() or one.quantity < 0:
                raise BadInput(f"{path.name}: {act}: {one.sku}: quantity {one.quantity}")
    return UsageProfile(
        command=told.command,
        measured_on=told.measured,
        assumed=tuple(told.assumed),
        acts={
            act: Sheet((Entry(one.sku, one.feature), one.quantity) for one in told.acts[act])
            for act in Act
        },
    )


def written(profile: UsageProfile) -> bytes:
    """The file of a profile, one quantity a line, so that a change is seen where it is."""
    acts = (
        f"  {_json(str(act))}: [\n"
        + ",\n".join(
            "   " + _json(_Quantity(entry.sku, entry.feature, quantity))
            for entry, quantity in profile.acts[act].items()
        )
        + "\n  ]"
        for act in Act
    )
    head = {
        "command": profile.command,
        "measured": profile.measured_on,
        "assumed": list(profile.assumed),
    }
    lines = [f" {_json(name)}: {_json(told)}," for name, told in head.items()]
    return "\n".join(["{", *lines, ' "acts": {', ",\n".join(acts), " }", "}", ""]).encode()


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
