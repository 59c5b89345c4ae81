"""Why nothing was packaged, and who is told of what happens."""

from collections.abc import Callable

Tell = Callable[[str], None]
"""Is told in a few words what happens next."""


class PackagingFailed(Exception):
    """Nothing was packaged; says why and what helps."""
