"""Who works at the desk: added, listed, removed, and signed in with a real token of the pool."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.server import ThreadedMotoServer
from typer.testing import CliRunner, Result

from chalicelib.adapters.key_sets import HttpKeySets
from chalicelib.adapters.parameters import SsmParameters
from chalicelib.domain.errors import NotFound
from chalicelib.http import HttpClient
from chalicelib.ports import UserPool
from chalicelib.web.tokens import InvalidToken, verify
from infra.agents import agents_of
from infra.cli import app
from tests.infra.staging import deployed

EMAIL = "ana@example.com"
PASSWORD = "Correct-horse-9"


def nightdesk(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


@pytest.fixture
def cloud() -> Iterator[None]:
    with mock_aws():
        deployed("dev")
        yield


def listed() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(nightdesk("agent", "list", "--json").stdout)["agents"]
    return found


def test_somebody_who_was_added_is_listed_with_what_they_may_do(cloud: None) -> None:
    shown = nightdesk(
        "agent", "add", "Ana Novák", "--email", EMAIL, "--role", "agent", "--role", "lead"
    )
    assert shown.exit_code == 0, shown.output
    assert "Ana Novák (ana-novak) is agent and lead from now on" in shown.stdout
    assert EMAIL in shown.stderr
    assert listed() == [
        {
            "id": "ana-novak",
            "name": "Ana Novák",
            "email": EMAIL,
            "roles": ["agent", "lead"],
            "state": "invited",
        }
    ]
    table = nightdesk("agent", "list").stdout
    assert "ana-novak" in table
    assert "agent, lead" in table


def test_without_a_role_somebody_is_an_agent_and_a_responder_keeps_their_id(cloud: None) -> None:
    told = json.loads(
        nightdesk("agent", "add", "Ana", "--email", EMAIL, "--id", "ana", "--json").stdout
    )
    assert told == {"agent": "ana", "roles": ["agent"], "is_new": True}


def test_to_add_somebody_again_changes_what_they_may_do(cloud: None) -> None:
    nightdesk("agent", "add", "Ana", "--email", EMAIL, "--role", "agent", "--role", "lead")
    shown = nightdesk("agent", "add", "Ana", "--email", "a@example.org", "--role", "finance")
    assert "from the next sign-in on" in shown.stdout
    (ana,) = listed()
    assert (ana["roles"], ana["email"]) == (["finance"], "a@example.org")


def test_who_was_removed_is_gone_and_cannot_be_removed_twice(cloud: None) -> None:
    nightdesk("agent", "add", "Ana", "--email", EMAIL)
    shown = nightdesk("agent", "remove", "ana")
    assert "within the hour" in shown.stdout
    assert listed() == []
    again = nightdesk("agent", "remove", "ana")
    assert again.exit_code == 1
    assert "nobody here has the id ana" in again.stderr


def test_an_empty_desk_says_how_to_begin(cloud: None) -> None:
    assert "nightdesk agent add" in nightdesk("agent", "list").stderr


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["Ana", "--email", "ana"], "--email"),
        (["Ana", "--email", EMAIL, "--role", "boss"], "--role: boss; use agent, lead"),
        (["Ana", "--email", EMAIL, "--id", "Ana K"], "--id"),
        (["", "--email", EMAIL, "--id", "ana"], "give the name"),
        (["!?", "--email", EMAIL], "holds no letter"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_done(
    cloud: None, arguments: list[str], why: str
) -> None:
    shown = nightdesk("agent", "add", *arguments)
    assert shown.exit_code == 1
    assert why in shown.stderr
    assert listed() == []


def test_a_stage_that_is_not_deployed_has_nobody(cloud: None) -> None:
    shown = nightdesk("agent", "list", "--stage", "prod")
    assert shown.exit_code == 1
    assert "run `nightdesk deploy --stage prod` first" in shown.stderr
    with pytest.raises(NotFound):
        agents_of("prod")


# --- real tokens ---------------------------------------------------------------------------


@pytest.fixture
def pool(cloud: None) -> Iterator[tuple[UserPool, HttpKeySets]]:
    """The pool of stage dev, as a function reads it; its keys are published on this machine."""
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    try:
        _, port = server.get_host_and_port()
        client = boto3.client("ssm")
        name = "/nightdesk/dev/sign-in"
        said = json.loads(client.get_parameter(Name=name)["Parameter"]["Value"])
        id = said["issuer"].rpartition("/")[2]
        said["keys"] = f"http://127.0.0.1:{port}/{id}/.well-known/jwks.json"
        client.put_parameter(Name=name, Value=json.dumps(said), Overwrite=True, Type="String")
        pool = SsmParameters("/nightdesk/dev", seconds=time.monotonic).user_pool()
        yield pool, HttpKeySets(pool=lambda: pool, http=HttpClient(trust_loopback=True))
    finally:
        server.stop()


def tokens(id: str) -> dict[str, str]:
    """What Cognito gives to somebody who signs in with a password of their own."""
    cognito = boto3.client("cognito-idp")
    (pool,) = cognito.list_user_pools(MaxResults=9)["UserPools"]
    (client,) = cognito.list_user_pool_clients(UserPoolId=pool["Id"])["UserPoolClients"]
    known = {"UserPoolId": pool["Id"], "Username": id}
    cognito.admin_set_user_password(**known, Password=PASSWORD, Permanent=True)
    given: dict[str, str] = cognito.admin_initiate_auth(
        UserPoolId=pool["Id"],
        ClientId=client["ClientId"],
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": id, "PASSWORD": PASSWORD},
    )["AuthenticationResult"]
    return given


def test_somebody_who_was_added_signs_in_and_may_what_they_may(
    pool: tuple[UserPool, HttpKeySets],
) -> None:
    nightdesk("agent", "add", "Ana Novak", "--email", EMAIL, "--id", "ana", "--role", "lead")
    now = datetime.now(UTC)
    agent = verify(tokens("ana")["IdToken"], keys=pool[1], pool=pool[0], now=now)
    assert (agent.id, agent.name, agent.first_name) == ("ana", "Ana Novak", "Ana")
    assert agent.roles == ("lead",)
    assert 0 < (agent.expires_at - now).total_seconds() <= 3600
    assert listed()[0]["state"] == "active"


def test_the_access_token_of_the_same_sign_in_opens_nothing(
    pool: tuple[UserPool, HttpKeySets],
) -> None:
    nightdesk("agent", "add", "Ana", "--email", EMAIL)
    with pytest.raises(InvalidToken, match="id token"):
        verify(tokens("ana")["AccessToken"], keys=pool[1], pool=pool[0], now=datetime.now(UTC))
