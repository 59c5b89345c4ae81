"""Ids in paths."""

import re

from chalicelib.domain.errors import NotFound

_ID = re.compile(r"[\w.~-]{1,200}", re.ASCII)


def checked(id: str, what: str) -> str:
    """Our ids are safe in a path; what is not (percent-encoded, say) is none of them."""
    if not _ID.fullmatch(id):
        raise NotFound(f"there is no such {what}")
    return id
