"""The one client for everything outside AWS.

addresses    which addresses may be talked to
connection   connects to the address that was vetted, and to no other
waiting      how long to wait before the next try, by what the other side said
exchange     one request over one connection, and the whole answer
client       `HttpClient`: redirects, tries, time, and what an error means
signing      where a webhook leads, and the headers by which a receiver knows that it is us
oauth1       OAuth 1.0a: a request signed for an application and an account
"""

from chalicelib.http.client import Gate, HttpClient, TooLarge
from chalicelib.http.exchange import Response

__all__ = ["Gate", "HttpClient", "Response", "TooLarge"]
