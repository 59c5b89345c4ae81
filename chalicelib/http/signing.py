"""Webhooks: where one leads, and the headers by which a receiver knows that it is us.

Standard Webhooks 1.0.0 (github.com/standard-webhooks/standard-webhooks): HMAC-SHA256 over
`<id>.<timestamp>.<body>`, base64, as `v1,<signature>`. The id must hold no dot.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

_PREFIX = "whsec_"

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where a webhook leads. Both are secrets: a chat's address alone lets anybody post there."""

    url: str = field(repr=False)
    key: bytes = field(repr=False)


def receiver_in(stored: str) -> Receiver:
    """The receiver that a stored secret means: an address and, on a second line, a signing key.

    Raises ValueError that says what is wrong, and nothing of what is stored.
    """
    url, _, rest = stored.strip().partition("\n")
    try:
        key = signing_key(rest.strip())
    except ValueError as error:
        raise ValueError(f"its second line is no signing key: {error}") from None
    if not is_sealed(url.strip()):
        raise ValueError("its first line is no https address")
    return Receiver(url.strip(), key)


def webhook_id(id: str) -> str:
    """The same for a message that is sent again; tells nothing of the incident."""
    return f"msg_{hashlib.sha256(id.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"


def signing_key(text: str) -> bytes:
    """The key that a stored line means: `whsec_` and base64, or any text as it stands.

    Raises ValueError for what begins with `whsec_` and is no base64.
    """
    if not text.startswith(_PREFIX):
        return text.encode()
    bare = text.removeprefix(_PREFIX).rstrip("=")
    try:
        key = base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except ValueError:
        key = b""
    if not key:
        raise ValueError("what follows whsec_ is no base64")
    return key


def headers(id: str, body: bytes, key: bytes, *, now: datetime) -> dict[str, str]:
    """Headers for a body; without a signature when `key` is empty."""
    timestamp = str(int(now.timestamp()))
    found = {"webhook-id": id, "webhook-timestamp": timestamp}
    if key:
        signed = f"{id}.{timestamp}.".encode() + body
        digest = hmac.new(key, signed, hashlib.sha256).digest()
        found["webhook-signature"] = f"v1,{base64.b64encode(digest).decode()}"
    return found


def is_sealed(url: str) -> bool:
    """Whether what is sent there can be read by the receiver alone."""
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" or (
            parts.scheme == "http" and (parts.hostname or "") in _LOOPBACK
        )
    except ValueError:
        return False
