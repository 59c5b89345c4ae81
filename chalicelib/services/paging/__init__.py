"""Waking: pages go out, call by call and step by step, until somebody acknowledges."""

from chalicelib.services.paging.paging import DUE_AT_ONCE, Paging
from chalicelib.services.paging.sending import Held, Sending, Wanted
from chalicelib.services.paging.updates import Updates

__all__ = ["DUE_AT_ONCE", "Held", "Paging", "Sending", "Updates", "Wanted"]
