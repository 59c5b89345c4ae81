"""The page's shell and its files: known at import, so no path of a request is ever opened."""

import hashlib
import re
from pathlib import Path
from string import Template

from chalice.app import Response

from chalicelib.domain.errors import NotFound
from chalicelib.web.blueprint import current_request, etag_of, is_known, routes
from chalicelib.web.problems import problem

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
}
_IMPORT = re.compile(r'^(?:import|export)[^"]*"\./([^"]+)";', re.MULTILINE)
_ROOT = Path(__file__).parent / "static"
_ANY_TYPE = ["application/json", "text/plain", "application/x-www-form-urlencoded"]

FILES = {
    path.name: path.read_text("utf-8") for path in sorted(_ROOT.iterdir()) if path.suffix in _TYPES
}
"""Every file of the page by its name. What is not here does not exist."""

VERSION = hashlib.sha256(
    "\0".join(f"{name}\0{text}" for name, text in FILES.items()).encode()
).hexdigest()[:12]
"""Of all files together; it is part of their address, so browsers may keep them for ever."""


def imported_by(name: str) -> frozenset[str]:
    """The module and all that come with it; not those that it fetches later, by `import()`."""
    needed: set[str] = set()
    rest = {name}
    while rest:
        module = rest.pop()
        needed.add(module)
        rest |= set(_IMPORT.findall(FILES[module])) - needed
    return frozenset(needed)


AT_ONCE = imported_by("main.js")
"""What the queue needs before it can show. Other views come when they are first opened."""

SHELL = Template((_ROOT / "index.html").read_text("utf-8")).substitute(
    static=f"static/{VERSION}",
    preloads="\n".join(
        f'<link rel="modulepreload" href="static/{VERSION}/{name}">' for name in sorted(AT_ONCE)
    ),
)

_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_FIRST = "no-cache"


@routes.route("/", methods=["GET"], content_types=_ANY_TYPE)
def shell() -> Response:
    return _kept(SHELL, kind="text/html; charset=utf-8", cache=_ASK_FIRST)


@routes.route("/static/{version}/{name}", methods=["GET"], content_types=_ANY_TYPE)
def static(version: str, name: str) -> Response:
    """A file of the page; of an older version while a browser still has the older shell."""
    text = FILES.get(name)
    if text is None:
        return problem(NotFound("there is no such file"))
    kind = _TYPES[Path(name).suffix]
    return _kept(text, kind=kind, cache=_FOR_EVER if version == VERSION else _ASK_FIRST)


def _kept(text: str, *, kind: str, cache: str) -> Response:
    etag = etag_of(text)
    headers: dict[str, str | list[str]] = {
        "Content-Type": kind,
        "ETag": etag,
        "Cache-Control": cache,
    }
    if is_known(etag, current_request()):
        return Response("", headers=headers, status_code=304)
    return Response(text, headers=headers)
