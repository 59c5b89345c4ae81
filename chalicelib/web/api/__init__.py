"""The JSON that the page speaks, under `/api/v1`. Every route but health needs a token.

session    whether the service answers, and who is signed in
tickets    the queue, and what agents do with what waits there
incidents  what rings, what was done to it, and what to do with it
"""

from chalicelib.web.api import incidents, session, tickets

__all__ = ["incidents", "session", "tickets"]
