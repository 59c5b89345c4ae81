"""The acceptance run's own tools; the run itself is `make accept`."""

import json
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import boto3
import pytest
import urllib3
from moto import mock_aws

from chalicelib.http.signing import headers, receiver_in
from infra.accept.agent import Agent
from infra.accept.cloud import Cloud, fit_for
from infra.accept.expecting import expect, found_in
from infra.accept.next_door import next_door
from infra.accept.processes import Unaccepted, await_value, free_port, server
from infra.accept.story import configuration
from infra.accept.witness import dead_letters, errors, trouble
from infra.config import check

NOW = datetime(2026, 11, 21, 23, tzinfo=UTC)


# --- servers -----------------------------------------------------------------------------


def serving(folder: Path, port: int) -> list[str]:
    """A server that writes down its process id and serves the folder."""
    script = (
        "import http.server, os, pathlib\n"
        f"pathlib.Path({str(folder / 'pid')!r}).write_text(str(os.getpid()))\n"
        f"http.server.test(http.server.SimpleHTTPRequestHandler, port={port}, bind='127.0.0.1')\n"
    )
    return [sys.executable, "-c", script]


def is_running(folder: Path) -> bool:
    try:
        os.kill(int((folder / "pid").read_text()), 0)
    except ProcessLookupError:
        return False
    return True


def test_a_server_ends_when_what_it_was_started_for_fails(tmp_path: Path) -> None:
    port = free_port()
    files = server(
        "files",
        serving(tmp_path, port),
        health=f"http://127.0.0.1:{port}/",
        log=tmp_path / "log",
        environment=os.environ,
    )

    def fail() -> None:
        with files:
            assert is_running(tmp_path)
            expect("water is dry", False)

    with pytest.raises(Unaccepted, match="water is dry"):
        fail()
    assert not is_running(tmp_path)


def test_a_server_that_dies_at_once_is_told_with_its_last_words(tmp_path: Path) -> None:
    with (
        pytest.raises(Unaccepted, match="no such colour"),
        server(
            "painter",
            [sys.executable, "-c", "raise SystemExit('no such colour')"],
            health="http://127.0.0.1:9/",
            log=tmp_path / "log",
            environment=os.environ,
        ),
    ):
        pytest.fail("it never was up")


def test_waiting_has_an_end_and_says_for_what_it_waited() -> None:
    with pytest.raises(Unaccepted, match="a call: not within 0 seconds"):
        await_value("a call", lambda: None, seconds=0, every=0)


# --- the cloud ---------------------------------------------------------------------------


def test_only_what_the_cloud_cannot_do_is_changed_in_the_template(tmp_path: Path) -> None:
    role = {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "Policies": [{"PolicyDocument": {"Statement": [{"Action": ["sqs:SendMessage"]}]}}]
        },
    }
    template = {
        "Resources": {
            "Expression": {"Type": "AWS::CloudWatch::Alarm", "Properties": {"Metrics": []}},
            "Plain": {"Type": "AWS::CloudWatch::Alarm", "Properties": {"MetricName": "Errors"}},
            "Role": role,
            "SignInParameter": {
                "Type": "AWS::SSM::Parameter",
                "Properties": {"Value": {"Fn::Sub": '{"issuer":"i","pages":"https://p"}'}},
            },
        }
    }
    path = tmp_path / "sam.json"
    path.write_text(json.dumps(template))
    told: list[str] = []
    fit_for(path, told.append, address="http://127.0.0.1:4577")
    resources = json.loads(path.read_text())["Resources"]
    assert set(resources) == {"Plain", "Role", "SignInParameter"}
    assert json.loads(resources["SignInParameter"]["Properties"]["Value"]["Fn::Sub"]) == {
        "issuer": "i",
        "keys": "http://127.0.0.1:4577/${UserPool}/.well-known/jwks.json",
        "pages": "http://127.0.0.1:4577",
    }
    (statement,) = resources["Role"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    assert statement["Action"] == ["sqs:SendMessage", "sqs:SendMessageBatch"]
    assert told == [
        "left out, since ministack knows no metric expressions: Expression",
        "the user pool's keys and pages are in this cloud, not at their own addresses",
    ]


def test_no_profile_of_this_machine_reaches_the_run() -> None:
    environment = Cloud("http://127.0.0.1:4577").environment
    assert environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4577"
    assert environment["AWS_CONFIG_FILE"] == os.devnull
    assert environment["AWS_SHARED_CREDENTIALS_FILE"] == os.devnull


# --- the story ---------------------------------------------------------------------------


def test_the_configuration_of_the_run_is_a_valid_one() -> None:
    checked = check(configuration("http://127.0.0.1:3000"), file="desk.yaml", now=NOW)
    assert checked.desk.sms.is_two_way
    assert [one.kind for one in checked.desk.sources] == ["mastodon"]


def test_what_is_not_so_is_told() -> None:
    expect("water is wet", True)
    with pytest.raises(Unaccepted, match="not so: water is dry"):
        expect("water is dry", False)


def test_what_is_looked_for_in_an_sms_is_found_or_told() -> None:
    assert found_in("Reply BCDFG = I have it", r"Reply ([A-Z]{5})") == "BCDFG"
    assert found_in("see http://x/a/1", r"http://\S+") == "http://x/a/1"
    with pytest.raises(Unaccepted, match="is not in: nothing"):
        found_in("nothing", r"Reply ([A-Z]{5})")


def test_a_forged_token_differs_in_one_letter_of_its_signature() -> None:
    real = Agent("http://x", "header.claims.AAAAAAAAAAAAAAAAAAAA")
    forged = real.forged().token
    assert sum(a != b for a, b in zip(real.token, forged, strict=True)) == 1
    assert forged.startswith("header.claims.")


# --- witnesses ---------------------------------------------------------------------------


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with mock_aws():
        yield


@pytest.mark.usefixtures("aws")
def test_every_dead_letter_is_found() -> None:
    sqs = boto3.client("sqs")
    for name in ("pulls", "pulls-dead", "triage-dead"):
        url = sqs.create_queue(QueueName=f"nightdesk-accept-{name}")["QueueUrl"]
        sqs.send_message(QueueUrl=url, MessageBody=f"of {name}")
    assert sorted(dead_letters("accept")) == [
        "dead letter in nightdesk-accept-pulls-dead: of pulls-dead",
        "dead letter in nightdesk-accept-triage-dead: of triage-dead",
    ]


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(
    "line",
    [
        '{"level":"ERROR","message":"x"}',
        '{"level": "CRITICAL"}',
        "Traceback (most recent call last):",
    ],
)
def test_an_error_in_the_log_of_a_function_is_found_with_what_follows(line: str) -> None:
    logs = boto3.client("logs")
    group = "/aws/lambda/nightdesk-accept-tick"
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName="s")
    lines = ['{"level":"INFO"}', line, "what follows"]
    at = int(datetime.now(UTC).timestamp() * 1000)
    logs.put_log_events(
        logGroupName=group,
        logStreamName="s",
        logEvents=[{"timestamp": at + number, "message": one} for number, one in enumerate(lines)],
    )
    assert list(errors("accept")) == [f"tick: {line}\nwhat follows"]


@pytest.mark.usefixtures("aws")
def test_a_quiet_deployment_has_no_trouble() -> None:
    boto3.client("sqs").create_queue(QueueName="nightdesk-accept-pulls-dead")
    assert trouble("accept") == []


# --- the desk next door ------------------------------------------------------------------


def sent(address: str, body: bytes, headers: dict[str, str]) -> int:
    path = f"{address}/changes"
    return urllib3.request("POST", path, body=body, headers=headers, timeout=10).status


def test_the_desk_next_door_keeps_what_is_signed_by_us_once_and_counts_strangers() -> None:
    with next_door() as desk:
        receiver = receiver_in(desk.secret)
        assert receiver.url == f"{desk.address}/changes"
        for version, kind in ((2, "ticket.claimed"), (1, "ticket.opened"), (1, "ticket.opened")):
            data = {"id": "x.1", "version": version}
            body = json.dumps({"type": kind, "data": data}).encode()
            signed = headers(f"evt_{version}", body, receiver.key, now=NOW)
            assert sent(desk.address, body, dict(signed)) == 204
        assert desk.types_of("x.1") == ["ticket.opened", "ticket.claimed"]
        assert desk.types_of("x.2") == []
        assert desk.strangers == 0
        signed = headers("evt_3", b"{}", b"another key", now=NOW)
        assert sent(desk.address, b"{}", dict(signed)) == 401
        assert desk.strangers == 1
        assert "evt_3" not in desk.said()
