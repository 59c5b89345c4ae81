"""How many bytes an item has, as DynamoDB counts them.

Source: "DynamoDB item sizes and formats", Amazon DynamoDB guide: names and texts are their UTF-8, a
number is about a byte for two significant digits and one more, lists and maps are three bytes and
one for each element.
"""

from collections.abc import Mapping
from typing import Any

_KB = 1024


def write_units(size: int) -> int:
    """What writing so many bytes takes: one for each KB, once begun."""
    return max(1, -(-size // _KB))


def item_size(item: Mapping[str, Any]) -> int:
    """Bytes of an item in the form of the API, such as `{"pk": {"S": "a"}}`."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(typed: Mapping[str, Any]) -> int:
    ((kind, held),) = typed.items()
    if kind == "M":
        return 3 + len(held) + item_size(held)
    if kind == "L":
        return 3 + sum(1 + _value_size(one) for one in held)
    if kind in ("SS", "NS", "BS"):
        return sum(_value_size({kind[0]: one}) for one in held)
    if kind == "S":
        return len(held.encode())
    if kind == "B":
        return len(held)
    if kind == "N":
        digits = held.lstrip("-").replace(".", "").strip("0")
        return (len(digits) + 1) // 2 + 1
    return 1  # true, false or null
