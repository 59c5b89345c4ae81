"""Cases of values: an item that fits into a kilobyte, and one that is a byte too much for it."""

from collections.abc import Mapping

from benchmarks.capacity.form import KILOBYTE, Arguments, Case, item, put


def _fill(size: int) -> int:
    """How long `fill` must be for an item with the attribute `v` of so many bytes to have 1,024;
    one byte more is a unit more."""
    return KILOBYTE - len("pkp" + "ska" + "v" + "fill") - size


_SIZES: Mapping[str, tuple[Arguments, int]] = {
    "text of two bytes a letter": ({"S": "ééé"}, 6),
    "text of four bytes a letter": ({"S": "😀"}, 4),
    "bytes": ({"B": b"12345"}, 5),
    "yes or no": ({"BOOL": True}, 1),
    "nothing": ({"NULL": True}, 1),
    "0": ({"N": "0"}, 1),
    "1": ({"N": "1"}, 2),
    "123": ({"N": "123"}, 3),
    "a number with zeros behind, in pairs": ({"N": "1795305600"}, 5),
    "a number with a zero behind, not in pairs": ({"N": "120"}, 3),
    "a number below zero": ({"N": "-12"}, 3),
    "a fraction": ({"N": "12.5"}, 3),
    "a small fraction": ({"N": "0.00012"}, 3),
    "a power of ten": ({"N": "1e100"}, 2),
    "38 digits": ({"N": "9" * 38}, 20),
    "an empty list": ({"L": []}, 3),
    "a list": ({"L": [{"S": "a"}, {"S": "b"}]}, 7),
    "a list in a list": ({"L": [{"L": []}]}, 7),
    "a map": ({"M": {"a": {"S": "b"}, "c": {"N": "12"}}}, 10),
    "a map in a map": ({"M": {"a": {"M": {"b": {"S": "c"}}}}}, 11),
    "a set of texts": ({"SS": ["a", "bc"]}, 3),
    "a set of numbers": ({"NS": ["1", "123"]}, 5),
    "a set of bytes": ({"BS": [b"a", b"bc"]}, 3),
}
"""A value, and its bytes."""


def _sized(name: str, value: Arguments, size: int) -> tuple[Case, Case]:
    fill = _fill(size)
    return (
        Case(
            name=f"{name}: fits into a kilobyte",
            act=put({**item(fill=fill), "v": value}),
            units={"table": 1.0},
        ),
        Case(
            name=f"{name}: is a byte too much for a kilobyte",
            act=put({**item(fill=fill + 1), "v": value}),
            units={"table": 2.0},
        ),
    )


SIZES = tuple(one for name, (value, size) in _SIZES.items() for one in _sized(name, value, size))
