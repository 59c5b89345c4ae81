"""Secrets of a deployment, kept as SecureString parameters in SSM, and how people's ids are made.

No value is ever printed or logged here.
"""

import re
from typing import Any
from urllib.parse import urlsplit

from anyascii import anyascii

from chalicelib.domain.errors import BadInput
from infra.tags import tags

SECRET_LIMIT = 4096
"""Bytes of a standard parameter. Source: "Parameter tiers" in the AWS Systems Manager guide."""


def slug(name: str) -> str:
    """An agent's id from a name: `José María` is `jose-maria`. Raises BadInput."""
    plain = re.sub(r"[^a-z0-9]+", "-", anyascii(name).lower()).strip("-")
    if not plain:
        raise BadInput(f"{name!r} holds no letter; give a first name")
    return plain[:40]


def variable_of(name: str) -> str:
    """The variable of the environment that holds a secret where there is no deployment: that of
    a source, or a webhook's address."""
    return "NIGHTDESK_SECRET_" + name.upper().replace("-", "_")


WEBHOOK = "webhook-"
"""How the names of secrets begin that hold the address of a webhook; functions that page may
read these and no others."""


def store_secret(name: str, value: str, *, stage: str, ssm: Any) -> None:
    """Keep the credentials of a source, or the address of a webhook. Raises BadInput.

    A webhook's secret is its address and, where it has one, the key its requests are signed
    with, on a second line.
    """
    if not value:
        raise BadInput(f"secret {name} is empty; paste it at the prompt or pipe it in")
    if len(value.encode()) > SECRET_LIMIT:
        raise BadInput(f"secret {name} has more than {SECRET_LIMIT} bytes; is it the right one?")
    if name.startswith(WEBHOOK):
        _check_webhook(name, value)
    parameter = f"/nightdesk/{stage}/secrets/{name}"
    ssm.put_parameter(Name=parameter, Value=value, Type="SecureString", Overwrite=True)
    # Not with the value: SSM refuses tags for a parameter that may be there already.
    ssm.add_tags_to_resource(ResourceType="Parameter", ResourceId=parameter, Tags=tags(stage))


def _check_webhook(name: str, value: str) -> None:
    """Refuse what no page could be sent to; without a word of it, since it is a secret."""
    address, *keys = value.splitlines()
    try:
        parts = urlsplit(address.strip())
        host = parts.hostname
    except ValueError:
        raise BadInput(f"secret {name} does not begin with an address; is it cut off?") from None
    # Plain HTTP is for the local cloud, where a receiver is on this machine.
    if not host or (parts.scheme != "https" and host not in ("127.0.0.1", "localhost", "::1")):
        raise BadInput(f"secret {name} does not begin with an address; the first line is https://…")
    if len(keys) > 1 or (keys and not keys[0].strip()):
        raise BadInput(f"secret {name} has more than an address and, on a second line, a key")
