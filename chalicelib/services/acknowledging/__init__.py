"""What people do with a page: they take it, pass it on, put it off, end it, grade it.

acknowledging  the doors: signed in, by the link of a page, by SMS
moving         one move of one incident, however many want to move it at once
phones         what a phone sent back
commands       what a good code, with what stands beside it, does
answers        what is said back to a phone
links          what the link of a page shows and does
showing        an incident as a person sees it, with what was done to it
"""

from chalicelib.services.acknowledging.acknowledging import Acknowledging
from chalicelib.services.acknowledging.answers import GUESSING_TOLD, USELESS_ANSWERED
from chalicelib.services.acknowledging.links import LinkAct, LinkActKind
from chalicelib.services.acknowledging.moving import LONGEST_SNOOZE, RACES
from chalicelib.services.acknowledging.phones import CODES_TRIED

__all__ = [
    "CODES_TRIED",
    "GUESSING_TOLD",
    "LONGEST_SNOOZE",
    "RACES",
    "USELESS_ANSWERED",
    "Acknowledging",
    "LinkAct",
    "LinkActKind",
]
