"""Why a deployment did not come about, in words that help."""

from botocore.exceptions import ClientError


class DeployFailed(Exception):
    """The deployment did not come about; says why and what helps."""


def in_plain_words(error: ClientError) -> str:
    """What AWS refused, and what to do about it."""
    code, operation = error.response["Error"]["Code"], error.operation_name
    if code in ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation"):
        return f"AWS does not let you do {operation}; deploy with a role that may: {error}"
    if code in ("ExpiredToken", "ExpiredTokenException", "RequestExpired"):
        return "your AWS session has expired; sign in again (`aws sso login`)"
    if code in ("InvalidClientTokenId", "SignatureDoesNotMatch", "UnrecognizedClientException"):
        return f"AWS does not know these credentials; check AWS_PROFILE ({code})"
    return f"{operation} failed: {error}"
