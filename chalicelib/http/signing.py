"""Webhooks: where one leads, and the signature by which a receiver knows whom it is from.

Standard Webhooks 1.0.0 (github.com/standard-webhooks/standard-webhooks): HMAC-SHA256 over
`<id>.<timestamp>.<body>`, base64, as `v1,<signature>`. The id must hold no dot. What GitHub and
Meta send is older and plainer: `X-Hub-Signature-256: sha256=<hex>` over the body alone.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

_PREFIX = "whsec_"

TOLERANCE = timedelta(minutes=5)
"""A message signed longer ago, or so far ahead, is not believed: it may be somebody's recording."""

SHORTEST_KEY = 16
"""Bytes. The standard asks for 24; a word that a person makes up has fewer."""

MOST_SIGNATURES = 10
"""Of one message that are looked at; a sender that changes its key signs with two."""

_TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)

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


def signing_keys(stored: str) -> tuple[bytes, ...]:
    """The keys that a stored secret means, one a line, so that an old and a new one may hold.

    Raises ValueError for none at all, for one that is no base64 after `whsec_`, and for one that
    is short enough to be guessed; it says nothing of what is stored.
    """
    keys = tuple(signing_key(line.strip()) for line in stored.splitlines() if line.strip())
    if not keys:
        raise ValueError("there is no signing key")
    if any(len(key) < SHORTEST_KEY for key in keys):
        raise ValueError(f"a signing key is shorter than {SHORTEST_KEY} bytes")
    return keys


def is_signed(
    headers: Mapping[str, str], body: bytes, keys: Iterable[bytes], *, now: datetime
) -> bool:
    """Whether one of `keys` has signed this body of late, as Standard Webhooks has it.

    `headers` have names in lower case. How long it takes does not tell how nearly right it is.
    """
    id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not id or "." in id or not _TIMESTAMP.fullmatch(timestamp):
        return False  # with dots in it, one signature would hold for several messages
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE.total_seconds():
        return False
    said = headers.get("webhook-signature", "").split(" ")[:MOST_SIGNATURES]
    signatures = [one[3:].encode("utf-8", "replace") for one in said if one.startswith("v1,")]
    signed = f"{id}.{timestamp}.".encode("utf-8", "replace") + body
    expected = [
        base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()) for key in keys if key
    ]
    found = [hmac.compare_digest(one, other) for one in expected for other in signatures]
    return any(found)


def is_hub_signed(headers: Mapping[str, str], body: bytes, keys: Iterable[bytes]) -> bool:
    """Whether one of `keys` has signed this body, as GitHub and Meta do. When, it does not say."""
    said = headers.get("x-hub-signature-256", "").encode("utf-8", "replace")
    expected = [
        b"sha256=" + hmac.new(key, body, hashlib.sha256).hexdigest().encode() for key in keys if key
    ]
    found = [hmac.compare_digest(one, said) for one in expected]
    return any(found)


def is_sealed(url: str) -> bool:
    """Whether what is sent there can be read by the receiver alone."""
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" or (
            parts.scheme == "http" and (parts.hostname or "") in _LOOPBACK
        )
    except ValueError:
        return False
