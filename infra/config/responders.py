"""The settings of who can be paged, and by which ways; see `shape.py`."""

from typing import Annotated

from pydantic import ValidationInfo, field_validator

from infra.config import fields, times
from infra.config import phone as phones
from infra.config.fields import Setting, about


class WebhookSetting(Setting):
    """An address of your own that takes pages by HTTP POST."""

    secret: Annotated[
        fields.WebhookSecret,
        about(
            "Name of the secret that holds its address and, on a second line, the key its "
            "requests are signed with; begins with `webhook-`. Never the address itself.",
            "webhook-ana",
        ),
    ]
    form: Annotated[
        fields.Form,
        about(
            "`json`: the incident, signed; `text`: what Slack-compatible receivers take.", "text"
        ),
    ] = "json"


class NotifySetting(Setting):
    """By which channel to call somebody, and when."""

    by: Annotated[fields.ChannelName, about("`sms`, `email` or `webhook`.", "email")]
    after_minutes: Annotated[
        fields.Whole,
        about(
            "Minutes after the call to this person began; sooner when the way before it has "
            "failed.",
            "5",
            ge=0,
            le=1440,
        ),
    ] = 0


class ResponderSetting(Setting):
    """Somebody who can be paged."""

    name: Annotated[fields.Word, about("First name or full name.", "Ana Novak")]
    zone: Annotated[
        times.Zone,
        about("Time zone (IANA); this person is told times in it.", "Europe/Vienna"),
    ] = "UTC"
    phone: Annotated[
        str | None,
        about(
            "Mobile number in E.164: + and the country's code, no spaces. The fallback and the "
            "lead must have one.",
            '"+12025550143"',
        ),
    ] = None
    email: Annotated[
        fields.Email | None,
        about("E-mail address; pages go there when `email.sender` is set.", "ana@acme.example"),
    ] = None
    webhook: Annotated[
        WebhookSetting | None,
        about(
            "An address of your own that takes pages by HTTP POST, such as a chat room's.",
            "{secret: webhook-ana, form: text}",
        ),
    ] = None
    notify: Annotated[
        tuple[NotifySetting, ...],
        about(
            "How this person is called, until somebody acknowledges; the same way again after "
            "some minutes, if you like. By default the first of phone, email and webhook at once, "
            "the others ten minutes later.",
            "[{by: sms}, {by: email, after_minutes: 5}]",
        ),
    ] = ()
    soon: Annotated[
        fields.Soon,
        about(
            "What is only *soon* outside business hours, by a policy that pages for it: `hold` "
            "until they open, or `hourly` in one page at the full hour.",
            "hourly",
        ),
    ] = "hold"
    updates: Annotated[
        bool,
        about(
            "Whether this person gets a note when somebody else has taken or ended what they "
            "were paged for.",
            "true",
        ),
    ] = False

    @field_validator("phone")
    @classmethod
    def _is_e164(cls, found: str | None, info: ValidationInfo) -> str | None:
        own = info.data.get("zone", "UTC")
        zones = info.context.zones if isinstance(info.context, fields.Names) else ()
        if found is not None and (wrong := phones.fault(found, zones=(own, *zones))):
            raise ValueError(wrong)
        return found
