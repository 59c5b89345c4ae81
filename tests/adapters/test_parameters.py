from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from chalicelib.adapters.clients import client
from chalicelib.adapters.parameters import KEPT_FOR, SsmParameters
from chalicelib.domain.errors import NotFound


class Watch:
    """Seconds, as a test sets them."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def store(cloud: None) -> Iterator[Callable[..., None]]:
    """Stores a parameter; all are gone afterwards."""
    ssm = boto3.client("ssm")
    names: list[str] = []

    def put(name: str, value: str, kind: str = "SecureString") -> None:
        ssm.put_parameter(Name=name, Value=value, Type=kind, Overwrite=True)
        names.append(name)

    yield put
    for name in set(names):
        ssm.delete_parameter(Name=name)


@pytest.fixture
def asked(cloud: None) -> Iterator[list[str]]:
    """Names that SSM was asked for."""
    names: list[str] = []
    events = client("ssm").meta.events

    def note(params: dict[str, Any], **_: Any) -> None:
        names.append(params["Name"])

    events.register("provide-client-params.ssm.GetParameter", note)
    yield names
    events.unregister("provide-client-params.ssm.GetParameter", note)


@pytest.fixture
def parameters(watch: Watch, cloud: None) -> SsmParameters:
    return SsmParameters("/nightdesk/dev/", seconds=watch)


def test_secrets_keys_and_address_are_read_from_the_deployments_path(
    store: Callable[..., None], parameters: SsmParameters
) -> None:
    store("/nightdesk/dev/secrets/mastodon", "s3cret")
    store("/nightdesk/dev/token-key", "a2V5")
    store("/nightdesk/dev/code-key", "Y29kZQ")
    store("/nightdesk/dev/public-url", "https://desk.example/api/", "String")
    store("/nightdesk/prod/token-key", "another")
    assert parameters.secret("mastodon") == "s3cret"
    assert parameters.token_key() == "a2V5"
    assert parameters.code_key() == "Y29kZQ"
    assert parameters.public_url() == "https://desk.example/api"


def test_a_missing_secret_is_not_found_and_asked_for_again_after_ten_seconds(
    store: Callable[..., None], parameters: SsmParameters, watch: Watch, asked: list[str]
) -> None:
    """Whoever knows the name of a source can make us look for its secret."""
    for _ in range(3):
        with pytest.raises(NotFound, match="/nightdesk/dev/secrets/mastodon"):
            parameters.secret("mastodon")
    assert len(asked) == 1
    store("/nightdesk/dev/secrets/mastodon", "s3cret")
    watch.seconds += 10
    assert parameters.secret("mastodon") == "s3cret"
    assert parameters.secret("mastodon") == "s3cret"
    assert len(asked) == 2


def test_another_parameter_that_is_missing_is_asked_for_each_time(
    store: Callable[..., None], parameters: SsmParameters
) -> None:
    with pytest.raises(NotFound):
        parameters.token_key()
    store("/nightdesk/dev/token-key", "a2V5")
    assert parameters.token_key() == "a2V5"


def test_a_value_is_kept_for_five_minutes(
    store: Callable[..., None], parameters: SsmParameters, watch: Watch, asked: list[str]
) -> None:
    store("/nightdesk/dev/token-key", "old")
    assert parameters.token_key() == "old"
    store("/nightdesk/dev/token-key", "new")
    watch.seconds += KEPT_FOR - 1
    assert parameters.token_key() == "old"
    assert asked == ["/nightdesk/dev/token-key"]
    watch.seconds += 1
    assert parameters.token_key() == "new"


@contextmanager
def ssm_failing() -> Iterator[None]:
    """SSM refuses every question meanwhile."""

    def fail(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "ThrottlingException"}}, "GetParameter")

    events = client("ssm").meta.events
    events.register("before-call.ssm.GetParameter", fail)
    try:
        yield
    finally:
        events.unregister("before-call.ssm.GetParameter", fail)


def test_while_ssm_fails_the_last_known_value_serves(
    store: Callable[..., None], parameters: SsmParameters, watch: Watch
) -> None:
    store("/nightdesk/dev/public-url", "https://desk.example/api", "String")
    assert parameters.public_url() == "https://desk.example/api"
    watch.seconds += 10 * KEPT_FOR
    with ssm_failing():
        assert parameters.public_url() == "https://desk.example/api"
        with pytest.raises(ClientError):
            parameters.token_key()


def test_a_secret_that_was_taken_away_is_not_found_any_more(
    store: Callable[..., None], parameters: SsmParameters, watch: Watch
) -> None:
    store("/nightdesk/dev/secrets/mastodon", "s3cret")
    parameters.secret("mastodon")
    boto3.client("ssm").delete_parameter(Name="/nightdesk/dev/secrets/mastodon")
    watch.seconds += KEPT_FOR
    with pytest.raises(NotFound):
        parameters.secret("mastodon")
    watch.seconds += 10
    with ssm_failing(), pytest.raises(ClientError):
        parameters.secret("mastodon")
    store("/nightdesk/dev/secrets/mastodon", "s3cret")


def test_values_do_not_show(store: Callable[..., None], parameters: SsmParameters) -> None:
    store("/nightdesk/dev/secrets/mastodon", "s3cret")
    parameters.secret("mastodon")
    assert "s3cret" not in repr(parameters)
