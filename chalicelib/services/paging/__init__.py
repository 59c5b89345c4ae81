"""Waking: pages go out, call by call and step by step, until somebody acknowledges.

paging     the escalation clock: what is due of each incident, and what follows
bundling   what several incidents want of one phone, as one message
sending    pages, each once
limits     how long a phone must be spared what it has heard
providers  who has failed a moment ago is not waited for again
updates    who follows hears that somebody else has it
"""

from chalicelib.services.paging.paging import DUE_AT_ONCE, Paging
from chalicelib.services.paging.sending import Held, Sending, Wanted
from chalicelib.services.paging.updates import Updates

__all__ = ["DUE_AT_ONCE", "Held", "Paging", "Sending", "Updates", "Wanted"]
