"""The environment is read once, and refused early."""

from pathlib import Path

import pytest

from chalicelib.settings import Settings, settings, settings_from

COMPLETE = {
    "NIGHTDESK_STAGE": "dev",
    "NIGHTDESK_MENTIONS_TABLE": "nightdesk-dev-mentions",
    "NIGHTDESK_INCIDENTS_TABLE": "nightdesk-dev-incidents",
    "NIGHTDESK_TICKETS_TABLE": "nightdesk-dev-tickets",
    "NIGHTDESK_DESK_TABLE": "nightdesk-dev-desk",
    "NIGHTDESK_SEARCH_TABLE": "nightdesk-dev-search",
    "NIGHTDESK_COSTS_TABLE": "nightdesk-dev-costs",
    "NIGHTDESK_PULLS_QUEUE_URL": "https://sqs.example/123456789012/pulls",
    "NIGHTDESK_OUTBOX_QUEUE_URL": "https://sqs.example/123456789012/outbox",
    "NIGHTDESK_DELIVERIES_QUEUE_URL": "https://sqs.example/123456789012/deliveries",
    "NIGHTDESK_DELIVERIES_DEAD_QUEUE_URL": "https://sqs.example/123456789012/deliveries-dead",
    "NIGHTDESK_NOTICES_TOPIC_ARN": "arn:aws:sns:eu-west-1:123456789012:notices",
    "NIGHTDESK_PARAMETER_PATH": "/nightdesk/dev",
}


def test_what_a_deployment_sets_is_read_and_the_rest_has_its_default() -> None:
    assert settings_from(COMPLETE) == Settings(
        stage="dev",
        mentions_table="nightdesk-dev-mentions",
        incidents_table="nightdesk-dev-incidents",
        tickets_table="nightdesk-dev-tickets",
        desk_table="nightdesk-dev-desk",
        search_table="nightdesk-dev-search",
        costs_table="nightdesk-dev-costs",
        pulls_queue_url="https://sqs.example/123456789012/pulls",
        outbox_queue_url="https://sqs.example/123456789012/outbox",
        deliveries_queue_url="https://sqs.example/123456789012/deliveries",
        deliveries_dead_queue_url="https://sqs.example/123456789012/deliveries-dead",
        notices_topic_arn="arn:aws:sns:eu-west-1:123456789012:notices",
        parameter_path="/nightdesk/dev",
        retention_days=400,
        trust_loopback=False,
    )


@pytest.mark.parametrize("name", sorted(COMPLETE))
def test_what_is_missing_or_empty_is_named(name: str) -> None:
    for environment in (
        {key: value for key, value in COMPLETE.items() if key != name},
        {**COMPLETE, name: ""},
    ):
        with pytest.raises(ValueError, match=f"{name} is not set"):
            settings_from(environment)


@pytest.mark.parametrize("days", ["", "0", "-1", "1.5", "a year", " 30", "²"])
def test_a_retention_that_is_no_number_of_days_is_refused(days: str) -> None:
    with pytest.raises(ValueError, match="NIGHTDESK_RETENTION_DAYS"):
        settings_from({**COMPLETE, "NIGHTDESK_RETENTION_DAYS": days})


def test_a_retention_is_taken_as_it_is_set() -> None:
    assert settings_from({**COMPLETE, "NIGHTDESK_RETENTION_DAYS": "30"}).retention_days == 30


@pytest.mark.parametrize("value", ["", "0", "true", "yes", "11", " 1"])
def test_nothing_but_a_plain_one_trusts_loopback(value: str) -> None:
    environment = {**COMPLETE, "NIGHTDESK_TRUST_LOOPBACK": value}

    assert not settings_from(environment).trust_loopback
    assert settings_from({**COMPLETE, "NIGHTDESK_TRUST_LOOPBACK": "1"}).trust_loopback


def test_without_an_environment_the_process_says_what_to_set() -> None:
    settings.cache_clear()
    with pytest.raises(ValueError, match=r"NIGHTDESK_STAGE is not set; infra/template\.yaml"):
        settings()


def test_the_deep_model_is_wanted_only_where_a_folder_is_named() -> None:
    assert settings_from(COMPLETE).deep_model is None
    assert settings_from({**COMPLETE, "NIGHTDESK_DEEP_MODEL": ""}).deep_model is None
    named = settings_from({**COMPLETE, "NIGHTDESK_DEEP_MODEL": "/opt/deep"})
    assert named.deep_model == Path("/opt/deep")
