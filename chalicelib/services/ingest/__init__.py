"""Listening: which sources are due, reading one from where it was left, keeping what it gave.

pulling    which sources are due, and a pull
pacing     how often each is read just now
noting     what a pull has found, in the source's state
spending   what reading takes
budgeting  how much of a source its budget allows
pushes     what platforms send us of their own accord
keeping    what was pulled or pushed is stored, each mention once
"""

from chalicelib.domain.pace import LONGEST_WAIT
from chalicelib.services.ingest.keeping import Keeping
from chalicelib.services.ingest.pacing import EARLY, Pacing
from chalicelib.services.ingest.pulling import TELL_AT_FAILURE, Ingest
from chalicelib.services.ingest.pushes import Pushes
from chalicelib.services.ingest.spending import Spending, Tab

__all__ = [
    "EARLY",
    "LONGEST_WAIT",
    "TELL_AT_FAILURE",
    "Ingest",
    "Keeping",
    "Pacing",
    "Pushes",
    "Spending",
    "Tab",
]
