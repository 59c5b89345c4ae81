"""What an error of an AWS service means for a page. None of its words: they may hold an address."""

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.errors import ChannelError, ChannelRefused, ChannelUnavailable

_PASSING = frozenset(
    {
        "InternalError",
        "InternalFailure",
        "RequestTimeout",
        "ServiceUnavailable",
        "Throttled",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)


def translated(error: ClientError | BotoCoreError, *, service: str, what: str) -> ChannelError:
    """Our error for one of AWS's.

    `what` is what was asked of the service, such as `the SMS to ana`. Unavailable is what may
    pass (throttled, a status of 5xx, no answer); all else is a refusal.
    """
    if not isinstance(error, ClientError):
        return ChannelUnavailable(f"{service} could not be reached: {type(error).__name__}")
    code = error.response.get("Error", {}).get("Code", "unknown")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)
    if code in _PASSING or status == 429 or status >= 500:
        return ChannelUnavailable(f"{service} is failing: {code}")
    return ChannelRefused(f"{service} refused {what}: {code}")
