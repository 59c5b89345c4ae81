"""The readiness check: could the pager wake somebody tonight? It tells before the night does.

asking      everything that a check goes by
ringing     lead and fallback person, when tonight is not covered
readiness   the check of each hour, the report of each day
"""

from chalicelib.services.readiness.asking import Asking
from chalicelib.services.readiness.readiness import BY_DAY, Readiness

__all__ = ["BY_DAY", "Asking", "Readiness"]
