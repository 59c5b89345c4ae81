"""The one client for everything outside AWS.

addresses    which addresses may be talked to
connection   connects to the address that was vetted, and to no other
waiting      how long to wait before the next try, by what the other side said
client       `HttpClient`: requests, redirects, bounds on size and time, errors
"""

from chalicelib.http.client import HttpClient, Response, TooLarge

__all__ = ["HttpClient", "Response", "TooLarge"]
