"""The API as an OpenAPI 3.1 document, made from the code: endpoints, their types, their words.

document  the document
shapes    dataclasses as JSON Schema
examples  a request of each kind; each is sent in a test
table     routes and roles for people

`python -m chalicelib.web.openapi` prints the document.
"""

from chalicelib.web.openapi.document import document

__all__ = ["document"]
