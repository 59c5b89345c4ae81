"""How many bytes an answer of the API is on its way out."""

import zlib
from collections.abc import Mapping
from typing import Any

COMPRESSED_FROM = 1024
"""Bytes; `minimum_compression_size` in `.chalice/config.json`."""

SAMPLE = 16 * 1024
"""Bytes that are really compressed, to learn by how much the rest is."""

AROUND = 400
"""Bytes of what the gateway adds: the line of status, date, and ids of its own. An estimate."""


def answer_size(body: Any, headers: Mapping[str, Any], *, takes_gzip: bool) -> int:
    """Body and headers, compressed as the gateway does it; without what TLS and TCP add."""
    content = body if isinstance(body, bytes) else str(body or "").encode()
    size = len(content)
    if takes_gzip and size >= COMPRESSED_FROM:
        sample = content[:SAMPLE]
        size = size * len(zlib.compress(sample)) // len(sample)
    return size + AROUND + sum(len(name) + len(str(value)) + 4 for name, value in headers.items())
