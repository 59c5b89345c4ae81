"""Everything that speaks HTTP: one Blueprint of routes, and the page they serve.

blueprint   the routes, and how a view's value or error becomes an answer
operations  every endpoint as a value: what it takes and gives, who may
reading     what a request says: body, query, version seen, cursor
access      who may come in, and what every answer carries
api         JSON for agents
oncall      JSON about who is on call, who can be woken, and readiness
calendar    the calendar feed, at secret addresses
link        the link of a page; link_page: what it shows
push        where platforms push
site        the page's shell and its files
tokens      what an agent signs in with
purposes    what each route is for
limits      how often anybody may ask
views       how tickets and what belongs to them look as JSON; incident_views: incidents
csv         tickets as a table
openapi     all of it, described
problems    which error is which status
"""

from chalicelib.web import api, calendar, link, oncall, purposes, push, site
from chalicelib.web.blueprint import routes

__all__ = ["api", "calendar", "link", "oncall", "purposes", "push", "routes", "site"]
