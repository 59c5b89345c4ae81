"""What must be so, and what must be found."""

import re

from infra.accept.processes import Unaccepted


def expect(what: str, is_so: bool) -> None:
    """Raises Unaccepted when it is not so."""
    if not is_so:
        raise Unaccepted(f"not so: {what}")


def found_in(text: str, pattern: str) -> str:
    """The first group of a pattern in a text, or all of the match when it has no group."""
    if not (match := re.search(pattern, text)):
        raise Unaccepted(f"{pattern} is not in: {text}")
    return match.group(match.lastindex or 0)
