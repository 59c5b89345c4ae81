"""Contacts: trying them out, learning that they work, and that a carrier serves them no more.

known        what is known of the addresses that are configured now
contacting   test pages, and the answers that prove that they came
carrier      opting out and in: only the carrier knows
"""

from chalicelib.services.contacting.carrier import OptOuts
from chalicelib.services.contacting.contacting import (
    BETWEEN_TESTS,
    TOO_SOON,
    TRIES_A_DAY,
    Contacting,
    Tried,
)
from chalicelib.services.contacting.known import KnownContacts

__all__ = [
    "BETWEEN_TESTS",
    "TOO_SOON",
    "TRIES_A_DAY",
    "Contacting",
    "KnownContacts",
    "OptOuts",
    "Tried",
]
