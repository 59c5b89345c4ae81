"""How many bytes an item of DynamoDB has.

Amazon DynamoDB developer guide, "DynamoDB item sizes and formats": names and texts are their
UTF-8, a number about a byte for two digits and one more, a list or map 3 bytes and one for each
element. Where the guide says "about", bytes are those that DynamoDB Local counts: pairs of digits
begin at the decimal point, pairs of zeros at either end are left out, a minus is a byte.
"""

from collections.abc import Mapping
from typing import Any


def item_size(attributes: Mapping[str, Any]) -> int:
    """Bytes of an item of moto's, by name of attribute."""
    return sum(_text_size(name) + value_size(value) for name, value in attributes.items())


def value_size(value: Any) -> int:
    """Bytes of one value of moto's (`DynamoType`)."""
    kind, held = value.type, value.value
    if kind == "S":
        return _text_size(held)
    if kind == "N":
        return number_size(held)
    if kind in ("BOOL", "NULL"):
        return 1
    if kind == "B":
        return _bytes_size(held)
    if kind == "L":
        return 3 + sum(1 + value_size(one) for one in held)
    if kind == "M":
        return 3 + sum(1 + _text_size(name) + value_size(one) for name, one in held.items())
    of_each = {"SS": _text_size, "NS": number_size, "BS": _bytes_size}[kind]
    return sum(of_each(one) for one in held)


def number_size(number: str) -> int:
    """Bytes of a number as it is written, such as `-12.5`."""
    mantissa, _, exponent = str(number).lower().partition("e")
    whole, _, part = mantissa.lstrip("+-").partition(".")
    point = len(whole) + int(exponent or 0)
    digits = whole + part
    if point % 2:  # pairs begin at the decimal point
        digits, point = "0" + digits, point + 1
    digits += "0" * (len(digits) % 2)
    pairs = [digits[at : at + 2] for at in range(0, len(digits), 2)]
    while pairs and pairs[-1] == "00":
        pairs.pop()
    while pairs and pairs[0] == "00":
        pairs.pop(0)
    return 1 + len(pairs) + (bool(pairs) and mantissa.startswith("-"))


def _text_size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


def _bytes_size(held: str | bytes) -> int:
    """moto keeps bytes as they came: in base64."""
    if isinstance(held, bytes):
        return len(held)
    return len(held) * 3 // 4 - held[-2:].count("=")
