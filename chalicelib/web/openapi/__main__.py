"""Print the API for documents.

`python -m chalicelib.web.openapi` prints the OpenAPI document, with `table` behind it the table
of routes and roles that `docs/api.md` holds.
"""

import sys

import msgspec

import chalicelib.web  # noqa: F401 - the routes
from chalicelib.web.openapi.document import document
from chalicelib.web.openapi.table import table

if sys.argv[1:] == ["table"]:
    sys.stdout.write(table())
else:
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(document()), indent=1).decode() + "\n")
