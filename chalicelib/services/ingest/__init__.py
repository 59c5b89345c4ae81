"""Listening: which sources are due, reading one from where it was left, keeping what it gave.

pulling  which sources are due, and a pull
keeping  what was pulled or pushed is stored, each mention once
"""

from chalicelib.services.ingest.keeping import Keeping
from chalicelib.services.ingest.pulling import EARLY, LONGEST_WAIT, TELL_AT_FAILURE, Ingest

__all__ = ["EARLY", "LONGEST_WAIT", "TELL_AT_FAILURE", "Ingest", "Keeping"]
