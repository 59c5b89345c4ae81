"""What an account needs besides the stack: the first secrets, and how its SMS are delivered."""

import base64
import secrets
from typing import Any

from botocore.exceptions import ClientError

from infra.deploy.failure import in_plain_words
from infra.package import Tell
from infra.tags import tags

KEYS = {
    "token-key": "makes the addresses of calendars",
    "code-key": "guards reply codes",
}
"""Parameters and what each is for: apart, since those who page need only the second."""


def make_keys(session: Any, stage: str, tell: Tell = lambda _: None) -> None:
    """Make those of `KEYS` that are missing under `/nightdesk/<stage>/`.

    Each is a SecureString of 32 random bytes in base64. An existing one is never replaced: that
    would void every calendar's address, or every reply code.
    """
    ssm = session.client("ssm")
    for key, purpose in KEYS.items():
        name = f"/nightdesk/{stage}/{key}"
        filters = [{"Key": "Name", "Values": [name]}]
        if ssm.describe_parameters(ParameterFilters=filters)["Parameters"]:
            continue
        tell(f"making the key that {purpose}")
        try:
            ssm.put_parameter(
                Name=name,
                Type="SecureString",
                Value=base64.b64encode(secrets.token_bytes(32)).decode(),
                Description=f"Nightdesk: {purpose}",
                Tags=tags(stage),
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ParameterAlreadyExists":
                raise


def send_sms_as_transactional(session: Any, tell: Tell = lambda _: None) -> None:
    """Let SMS that do not say otherwise be delivered with every effort: alarms cannot say it.

    `DefaultSMSType` of the account in this region, "Promotional" until somebody sets it (SNS
    API reference, SetSMSAttributes); other attributes stay as they are. Where it cannot be set
    that is told and all goes on, since a desk whose alarms come by the slow lane beats none.
    """
    sns = session.client("sns")
    name, wanted = "DefaultSMSType", "Transactional"
    try:
        if sns.get_sms_attributes(attributes=[name])["attributes"].get(name) == wanted:
            return
        tell("setting the account's SMS to Transactional, so that alarms are delivered like pages")
        sns.set_sms_attributes(attributes={name: wanted})
    except ClientError as error:
        tell(
            f"alarms may be delivered late: {in_plain_words(error)}. Set the default message "
            "type to Transactional in the SNS console, Text messaging"
        )
