"""What every other test relies on."""

import os
import socket
import time

import pytest

from tests.conftest import NetworkNotAllowed


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "10.0.0.1"])
def test_no_test_reaches_another_machine(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as one, pytest.raises(NetworkNotAllowed):
        one.connect((host, 80))
    with socket.socket(family) as one, pytest.raises(NetworkNotAllowed):
        one.connect_ex((host, 80))


def test_no_test_looks_up_a_foreign_name() -> None:
    with pytest.raises(NetworkNotAllowed):
        socket.create_connection(("nightdesk.example", 80), timeout=1)


def test_loopback_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        socket.create_connection(("localhost", port)).close()
        socket.create_connection(("127.0.0.1", port)).close()


def test_credentials_are_fake_and_the_zone_is_not_utc() -> None:
    assert os.environ["AWS_ACCESS_KEY_ID"] == "testing"
    ours = {name for name in os.environ if name.startswith("NIGHTDESK_")}
    assert ours <= {"NIGHTDESK_SPECS"}, "where the platforms' documents are is for the tests"
    assert time.timezone != 0


def test_what_one_test_sets_in_the_environment_1() -> None:
    assert "NIGHTDESK_STAGE" not in os.environ
    os.environ["NIGHTDESK_STAGE"] = "left-behind"
    os.environ["TZ"] = "Asia/Kathmandu"


def test_what_one_test_sets_in_the_environment_2_no_other_sees() -> None:
    assert "NIGHTDESK_STAGE" not in os.environ
    assert os.environ["TZ"] != "Asia/Kathmandu"
