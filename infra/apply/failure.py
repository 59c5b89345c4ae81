"""Why a desk could not be put in force."""

from chalicelib.domain.errors import NightdeskError


class ApplyFailed(NightdeskError):
    """The desk could not be put in force; says what stands now and what helps."""
