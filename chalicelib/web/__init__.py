"""Everything that speaks HTTP: one Blueprint of routes, and the page they serve.

blueprint   the routes, and how a view's value or error becomes an answer
access      who may come in, and what every answer carries
api         JSON for agents
link        the acknowledgement link of an SMS
site        the page's shell and its files
tokens      what an agent signs in with
views       how tickets and incidents look as JSON
problems    which error is which status
"""

from chalicelib.web import api, link, site
from chalicelib.web.blueprint import routes

__all__ = ["api", "link", "routes", "site"]
