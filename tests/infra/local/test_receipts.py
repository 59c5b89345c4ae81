"""The carrier tells what became of an SMS as SNS does, and wakes who is subscribed to its logs."""

import base64
import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

from chalicelib import wiring
from chalicelib.adapters.receipts import receipts_in
from chalicelib.domain.incident import Incident
from chalicelib.domain.page import Page, PageState
from chalicelib.domain.receipt import Receipt
from infra.config import Checked
from infra.local.clock import SteppedClock
from infra.local.desk import LocalDesk
from infra.local.phones import Line
from infra.local.receipts import AFTER
from tests.builders import NOW, a_desk, a_source_entry
from tests.verdicts import table_scorer

ANA, BEN = "+436641000001", "+436641000002"
SECOND = timedelta(seconds=1)


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "night.jsonl"
    path.touch()
    return path


@pytest.fixture
def local(recording: Path) -> Iterator[LocalDesk]:
    """Ana is on call, then Ben; the carrier tells what becomes of SMS."""
    entry = a_source_entry(
        kind="replay", secret="", options={"path": str(recording), "platform": "mastodon"}
    )
    checked = Checked(desk=a_desk(sources=(entry,)), warnings=())
    clock = SteppedClock(NOW)
    with LocalDesk(
        checked,
        clock=clock,
        recording=recording,
        has_receipts=True,
        scorer=table_scorer(),
    ) as desk:
        desk.cloud.step_to(NOW)
        yield desk


def somebody_complains(local: LocalDesk, recording: Path) -> None:
    line = {
        "at": local.clock.now().isoformat(),
        "do": "post",
        "platform": "mastodon",
        "id": "115600000000000001",
        "text": "@acme the whole booking site is down, nobody can pay",
        "author": {"handle": "carla", "followers": 100},
        "is_addressed": True,
    }
    recording.write_text(json.dumps(line) + "\n")
    local.cloud.step(timedelta(minutes=1))


def the_incident() -> Incident:
    (incident,) = wiring.parts.incidents().open_ones()
    return incident


def pages() -> list[Page]:
    return list(wiring.parts.pages().of_incident(the_incident().id))


def shown(local: LocalDesk) -> dict[str, int]:
    """How many texts each phone shows."""
    return {phone.id: len(phone.texts) for phone in local.phones.all()}


def test_a_page_is_known_as_delivered_a_moment_later(local: LocalDesk, recording: Path) -> None:
    somebody_complains(local, recording)
    assert [page.state for page in pages()] == [PageState.SENT]

    local.cloud.step(AFTER)
    assert [page.state for page in pages()] == [PageState.DELIVERED]
    assert pages()[0].settled_at == local.clock.now()
    local.cloud.step(timedelta(minutes=1))
    assert shown(local)["ben"] == 0
    assert local.cloud.functions["read_receipts"].invocations == 1
    assert local.cloud.failures == ()


def test_a_phone_that_is_off_is_passed_over_a_moment_later(
    local: LocalDesk, recording: Path
) -> None:
    local.phones.at(ANA).line = Line.OFF
    somebody_complains(local, recording)
    assert shown(local)["ben"] == 0

    local.cloud.step(AFTER)
    assert shown(local)["ben"] == 1
    assert [page.state for page in pages()] == [PageState.FAILED, PageState.SENT]
    contact = wiring.parts.contacts().get(pages()[0].responder, "sms")
    assert contact is not None
    assert contact.failure == "Phone is currently unreachable/unavailable"


def test_of_a_silent_phone_nobody_ever_hears(local: LocalDesk, recording: Path) -> None:
    local.phones.at(ANA).line = Line.SILENT
    somebody_complains(local, recording)
    local.cloud.step(timedelta(minutes=14))
    assert shown(local)["ben"] == 0
    assert [page.state for page in pages()] == [PageState.SENT]
    local.cloud.step(timedelta(minutes=2))
    assert shown(local)["ben"] == 1, "the clock runs on acknowledgement"


def test_what_cannot_be_read_is_kept_and_told_and_the_others_are_read(
    local: LocalDesk, recording: Path
) -> None:
    somebody_complains(local, recording)
    (page,) = pages()
    local.phones.tell_fate = lambda _: None
    function = local.cloud.functions["read_receipts"]
    event = one_event(
        {"status": "?"},
        {
            "notification": {"messageId": page.provider_id},
            "delivery": {"destination": ANA, "providerResponse": "Delivered"},
            "status": "SUCCESS",
        },
    )
    local.cloud._invoker.invoke(function, event)
    local.cloud.step(timedelta(minutes=5))

    assert [page.state for page in pages()] == [PageState.DELIVERED]
    assert function.invocations >= 3
    (letter,) = local.cloud.dead_letters
    assert letter.queue == "nightdesk-local-receipts-dead"
    assert json.loads(letter.body)["requestPayload"] == event
    fay = local.phones.of("fay")
    assert [text.is_notice for text in fay.texts] == [True]
    assert "dead letters of receipts" in fay.texts[0].body
    assert all(ANA not in failure.error for failure in local.cloud.failures)


def one_event(*lines: dict[str, Any]) -> dict[str, Any]:
    log = {
        "messageType": "DATA_MESSAGE",
        "logEvents": [
            {
                "id": str(number),
                "timestamp": int(NOW.timestamp() * 1000),
                "message": json.dumps(line),
            }
            for number, line in enumerate(lines)
        ],
    }
    return {"awslogs": {"data": base64.b64encode(gzip.compress(json.dumps(log).encode())).decode()}}


# --- what is written ---------------------------------------------------------------------


@pytest.fixture
def events(local: LocalDesk) -> list[dict[str, Any]]:
    """What the function is woken with from now on; nothing else becomes of it."""
    seen: list[dict[str, Any]] = []
    function = local.cloud.functions["read_receipts"]
    function.handler = lambda event, context: seen.append(event)
    return seen


def text(number: str) -> str:
    answer = boto3.client("sns").publish(PhoneNumber=number, Message="hello")
    return str(answer["MessageId"])


def read(events: list[dict[str, Any]]) -> list[Receipt]:
    batches = [receipts_in(event) for event in events]
    assert not [one for batch in batches for one in batch.unreadable]
    return [receipt for batch in batches for receipt in batch.receipts]


def test_texts_of_one_moment_come_as_one_event_for_each_log_group(
    local: LocalDesk, events: list[dict[str, Any]]
) -> None:
    local.phones.at(BEN).line = Line.OFF
    delivered = [text(ANA), text(ANA)]
    failed = text(BEN)
    local.cloud.step(AFTER)

    assert [(one.provider_id, one.is_delivered) for one in read(events)] == [
        (delivered[0], True),
        (delivered[1], True),
        (failed, False),
    ]
    assert len(events) == 2
    assert {one.at for one in read(events)} == {local.clock.now()}
    assert {one.dwell for one in read(events)} == {AFTER}
    groups = [
        json.loads(gzip.decompress(base64.b64decode(one["awslogs"]["data"]))) for one in events
    ]
    assert [one["logGroup"].removeprefix("sns/eu-central-1/123456789012/") for one in groups] == [
        "DirectPublishToPhoneNumber",
        "DirectPublishToPhoneNumber/Failure",
    ]


def test_a_receipt_comes_at_its_moment_and_not_before(
    local: LocalDesk, events: list[dict[str, Any]]
) -> None:
    text(ANA)
    local.cloud.step(SECOND)
    later = text(ANA)
    local.cloud.step(AFTER - SECOND)
    assert len(read(events)) == 1
    assert local.cloud.next_at == local.clock.now() + SECOND
    local.cloud.step(SECOND)
    assert [one.provider_id for one in read(events)][1:] == [later]


def test_a_number_that_opted_out_is_said_to_have(
    local: LocalDesk, events: list[dict[str, Any]]
) -> None:
    local.phones.reply(local.phones.at("+436641000009"), "STOP")
    text("+436641000009")
    local.cloud.step(AFTER)
    assert [one.words for one in read(events)] == ["Phone number is opted out"]


@pytest.mark.parametrize("line", [Line.SILENT, Line.REFUSED, Line.FAILING])
def test_of_what_was_not_taken_or_hangs_no_receipt_ever_comes(
    local: LocalDesk, events: list[dict[str, Any]], line: Line
) -> None:
    local.phones.at(ANA).line = line
    if line is Line.SILENT:
        text(ANA)
    else:
        with pytest.raises(Exception, match="Publish"):
            text(ANA)
    local.cloud.step(timedelta(minutes=3))
    assert events == []


def test_without_receipts_the_carrier_says_nothing(recording: Path) -> None:
    checked = Checked(desk=a_desk(sources=()), warnings=())
    with LocalDesk(
        checked, clock=SteppedClock(NOW), recording=recording, scorer=table_scorer()
    ) as local:
        text(ANA)
        local.cloud.step(timedelta(minutes=1))
        assert local.cloud.functions["read_receipts"].invocations == 0


def test_an_epoch_is_read_in_the_zone_of_the_log(
    local: LocalDesk, events: list[dict[str, Any]]
) -> None:
    text(ANA)
    local.cloud.step(AFTER)
    (receipt,) = read(events)
    assert receipt.at == datetime(2026, 11, 21, 19, 30, 5, tzinfo=UTC)
