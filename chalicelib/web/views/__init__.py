"""How things look as JSON: frozen shapes, so that whoever reads them can rely on them.

basics     instants, addresses, who is signed in
people     names in the place of ids
cards      tickets as lists show them
ticket     a whole ticket; conversation: what was said and done in it; preview: an answer before
customers  who stands behind a ticket
team       who is there to answer
sources    how the sources stand
costs      what it cost, and what is behind each figure
desk       what is configured, as far as agents need it

Instants are ISO 8601 in UTC. Text is as the platform gave it and not trusted: whoever shows
it shows it as text.
"""

from chalicelib.web.views.basics import AgentView, agent_view, utc, web_address

__all__ = ["AgentView", "agent_view", "utc", "web_address"]
