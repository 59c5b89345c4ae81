"""OAuth 1.0a: a request signed so that a platform knows our application and our account.

RFC 5849, HMAC-SHA1 (3.4.2), in the `Authorization` header (3.5.1). Of a body only a form counts
(3.4.1.3.1): its fields are to be given as `form`; JSON and files are not signed.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qsl, quote, urlsplit

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """The credentials of an application, and of the account it acts for."""

    key: str
    """Names the application (`oauth_consumer_key`)."""
    secret: str = field(repr=False)
    token: str = field(repr=False)
    token_secret: str = field(repr=False)

    def authorization(
        self,
        method: str,
        url: str,
        *,
        params: Pairs = (),
        form: Pairs = (),
        now: datetime,
        nonce: str = "",
    ) -> str:
        """The value of the header `Authorization` for one request.

        `params` is the query as given to `HttpClient.request` beside what `url` has of its own.
        `now` is aware; `nonce` is made up where none is given. Valid for one sending: a platform
        may refuse the same nonce a second time.
        """
        own = {
            "oauth_consumer_key": self.key,
            "oauth_nonce": nonce or secrets.token_hex(16),
            "oauth_signature_method": "HMAC-SHA1",
            "oauth_timestamp": str(int(now.timestamp())),
            "oauth_token": self.token,
            "oauth_version": "1.0",
        }
        text = base_string(method, url, [*params, *form, *own.items()])
        key = f"{_escaped(self.secret)}&{_escaped(self.token_secret)}"
        digest = hmac.new(key.encode(), text.encode(), hashlib.sha1).digest()
        own["oauth_signature"] = base64.b64encode(digest).decode()
        return "OAuth " + ", ".join(
            f'{name}="{_escaped(value)}"' for name, value in sorted(own.items())
        )


def base_string(method: str, url: str, params: Pairs) -> str:
    """What is signed (3.4.1): the method, the address without its query, and all parameters."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    usual = {"http": 80, "https": 443}.get(parts.scheme.lower())
    if parts.port is not None and parts.port != usual:
        host = f"{host}:{parts.port}"
    address = f"{parts.scheme.lower()}://{host}{parts.path or '/'}"
    everything = [*parse_qsl(parts.query, keep_blank_values=True), *params]
    pairs = sorted((_escaped(name), _escaped(value)) for name, value in everything)
    joined = "&".join(f"{name}={value}" for name, value in pairs)
    return "&".join((method.upper(), _escaped(address), _escaped(joined)))


def _escaped(text: str) -> str:
    """As 3.6 has it: everything but letters, digits, `-`, `.`, `_` and `~`."""
    return quote(text, safe="~")
