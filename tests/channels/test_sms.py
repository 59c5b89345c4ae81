"""SMS through SNS: what goes over the wire, and what becomes of every refusal."""

import traceback
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError
from botocore.stub import Stubber
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.sns.models import sns_backends

from chalicelib.channels.sms import SmsChannel
from chalicelib.domain.cost import Use
from chalicelib.domain.cost.sms import SMS_PART, SentSms
from chalicelib.domain.desk import Responder, SmsSettings
from chalicelib.domain.errors import ChannelError, ChannelRefused, ChannelUnavailable
from chalicelib.domain.sms import parts, septets
from tests.builders import ANA, NOW, PHONES, a_desk, a_responder
from tests.channels.contract import LINK, ChannelContract, Stage, a_message
from tests.fakes import FakeDesks, FakeMeter, FakeSmsLedger

REGION = "eu-west-1"
PHONE = PHONES[ANA]


@pytest.fixture
def sns() -> Iterator[Any]:
    """SNS in this process; nothing is tried twice, so nothing waits."""
    with mock_aws():
        yield boto3.client(
            "sns", region_name=REGION, config=Config(retries={"total_max_attempts": 1})
        )


def _channel(sns: Any, settings: SmsSettings | None = None) -> SmsChannel:
    return _made(FakeDesks(a_desk(sms=settings or SmsSettings())), sns)


def _made(
    desks: FakeDesks,
    sns: Any,
    *,
    ledger: FakeSmsLedger | None = None,
    meter: FakeMeter | None = None,
) -> SmsChannel:
    return SmsChannel(
        desks=desks,
        sns=sns,
        meter=meter or FakeMeter(),
        ledger=ledger or FakeSmsLedger(),
        now=lambda: NOW,
    )


def _page(channel: SmsChannel, responder: Responder | None = None) -> str:
    return channel.send_page(a_message(), responder or a_responder(ANA))


class SmsStage(Stage):
    secrets = (PHONE, PHONE[3:])
    responder = a_responder(ANA)
    stranger = a_responder(ANA, phone=None)

    def __init__(self, sns: Any) -> None:
        self._sns = sns

    def channel(self) -> SmsChannel:
        return _channel(self._sns)

    def arrived(self) -> list[str]:
        return [text for _, text in _arrived().values()]

    def fail(self) -> None:
        self._say("InternalError", 500)

    def refuse(self) -> None:
        self._say("InvalidParameter", 400)

    def _say(self, code: str, status: int) -> None:
        def answer(**_: Any) -> None:
            said = {"Code": code, "Message": f"Invalid parameter: {PHONE} is not valid"}
            raise ClientError(
                {"Error": said, "ResponseMetadata": {"HTTPStatusCode": status}},
                "Publish",
            )

        self._sns.meta.events.register("before-call.sns.Publish", answer)


@pytest.fixture
def stage(sns: Any) -> SmsStage:
    return SmsStage(sns)


class TestSms(ChannelContract):
    """What every channel promises."""


def _arrived() -> dict[str, tuple[str, str]]:
    """Number and text by message id, as SNS has taken them."""
    messages: dict[str, Any] = sns_backends[DEFAULT_ACCOUNT_ID][REGION].sms_messages
    return {id: (message[0], message[1]) for id, message in messages.items()}


def _published(sns: Any) -> list[dict[str, str]]:
    """Fills with the form of each publish request, as it goes over the wire."""
    forms: list[dict[str, str]] = []

    def keep(request: Any, **_: Any) -> None:
        body = request.body.decode() if isinstance(request.body, bytes) else request.body
        forms.append(dict(parse_qsl(body)))

    sns.meta.events.register("before-send.sns.Publish", keep)
    return forms


def _attributes(form: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Type and value of each message attribute, by name."""
    found = {}
    for key, name in form.items():
        if key.startswith("MessageAttributes.entry.") and key.endswith(".Name"):
            value = key.removesuffix("Name") + "Value."
            found[name] = (form[value + "DataType"], form[value + "StringValue"])
    return found


def test_a_page_reaches_the_responders_phone_and_tells_its_message_id(sns: Any) -> None:
    id = _page(_channel(sns))

    number, text = _arrived()[id]
    assert number == PHONE
    assert text.startswith("Acme outage. Reply ")
    assert text.endswith(f"Or {LINK}")
    assert parts(text) <= 2


def test_a_page_is_transactional(sns: Any) -> None:
    forms = _published(sns)
    _page(_channel(sns))
    _channel(sns).send_note(a_responder(ANA), "You have it", id="n1")

    assert len(forms) == 2
    for form in forms:
        assert _attributes(form) == {"AWS.SNS.SMS.SMSType": ("String", "Transactional")}
        assert form["PhoneNumber"] == PHONE


def test_sender_id_and_origination_number_are_those_in_force(sns: Any) -> None:
    forms = _published(sns)
    desks = FakeDesks(a_desk(sms=SmsSettings(sender_id="ACME", origination_number="+12025550100")))
    channel = _made(desks, sns)
    _page(channel)
    desks.versions.append(a_desk(sms=SmsSettings(sender_id="Desk2")))
    _page(channel)

    assert _attributes(forms[0]) == {
        "AWS.SNS.SMS.SMSType": ("String", "Transactional"),
        "AWS.SNS.SMS.SenderID": ("String", "ACME"),
        "AWS.MM.SMS.OriginationNumber": ("String", "+12025550100"),
    }
    assert _attributes(forms[1])["AWS.SNS.SMS.SenderID"] == ("String", "Desk2")
    assert "AWS.MM.SMS.OriginationNumber" not in _attributes(forms[1])


def test_a_note_is_written_in_the_alphabet_of_one_septet_letters(sns: Any) -> None:
    id = _channel(sns).send_note(a_responder(ANA), "Zoë has it – “for now” 😀", id="n1")

    _, text = _arrived()[id]
    assert septets(text) == len(text)
    assert text == 'Zoe has it - "for now" '


def test_a_note_never_takes_more_than_two_parts(sns: Any) -> None:
    id = _channel(sns).send_note(a_responder(ANA), "tonight is not covered; " * 40, id="n1")

    _, text = _arrived()[id]
    assert parts(text) == 2
    assert text.endswith("..")


def test_a_responder_without_a_phone_is_refused_before_anything_is_sent(sns: Any) -> None:
    forms = _published(sns)
    for phone in (None, ""):
        with pytest.raises(ChannelRefused, match="ana has no phone number"):
            _page(_channel(sns), a_responder(ANA, phone=phone))

    assert forms == []


def test_a_number_that_has_opted_out_is_refused_though_sns_would_take_it(sns: Any) -> None:
    """moto counts numbers that end in 99 as opted out."""
    responder = a_responder(ANA, phone="+436641000099")
    with pytest.raises(ChannelRefused, match="opted out"):
        _page(_channel(sns), responder)
    with pytest.raises(ChannelRefused, match="opted out"):
        _channel(sns).send_note(responder, "You have it", id="n1")

    assert _arrived() == {}


@pytest.mark.parametrize("phone", ["+43abc", "not a number"])
def test_a_number_that_sns_refuses_is_refused(sns: Any, phone: str) -> None:
    with pytest.raises(ChannelRefused) as raised:
        _page(_channel(sns), a_responder(ANA, phone=phone))

    assert phone not in "".join(traceback.format_exception(raised.value))


def _failing(code: str, status: int = 400) -> ChannelError:
    """What the channel raises when SNS answers the publish with `code`."""
    sns = boto3.client("sns", region_name=REGION)
    with Stubber(sns) as stub:
        stub.add_response("check_if_phone_number_is_opted_out", {"isOptedOut": False})
        stub.add_client_error(
            "publish",
            service_error_code=code,
            service_message=f"Invalid parameter: PhoneNumber Reason: {PHONE} is not valid",
            http_status_code=status,
        )
        with pytest.raises(ChannelError) as raised:
            _page(_channel(sns))
        stub.assert_no_pending_responses()
    return raised.value


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("Throttled", 429),
        ("Throttling", 400),
        ("ThrottlingException", 400),
        ("InternalError", 500),
        ("InternalFailure", 500),
        ("ServiceUnavailable", 503),
    ],
)
def test_when_sns_is_failing_the_page_may_be_tried_again(code: str, status: int) -> None:
    error = _failing(code, status)

    assert isinstance(error, ChannelUnavailable)
    assert code in str(error)


@pytest.mark.parametrize(
    "code",
    ["InvalidParameter", "AuthorizationError", "UserError", "OptedOut", "EndpointDisabled", "New"],
)
def test_whatever_else_sns_says_is_a_refusal_that_names_it(code: str) -> None:
    error = _failing(code)

    assert isinstance(error, ChannelRefused)
    assert code in str(error)


@pytest.mark.parametrize("code", ["InvalidParameter", "Throttled"])
def test_no_error_holds_the_phone_number(code: str) -> None:
    told = "".join(traceback.format_exception(_failing(code)))

    assert PHONE not in told
    assert PHONE[3:] not in told


@pytest.mark.parametrize(
    "trouble",
    [
        EndpointConnectionError(endpoint_url="https://sns.example"),
        ReadTimeoutError(endpoint_url=f"https://sns.example/?PhoneNumber={PHONE}"),
    ],
)
def test_when_sns_cannot_be_reached_the_page_may_be_tried_again(
    sns: Any, trouble: Exception
) -> None:
    def fail(**_: Any) -> None:
        raise trouble

    sns.meta.events.register("before-call.sns.Publish", fail)
    with pytest.raises(ChannelUnavailable, match=type(trouble).__name__) as raised:
        _page(_channel(sns))

    assert PHONE not in "".join(traceback.format_exception(raised.value))


def test_a_question_about_opting_out_that_fails_holds_no_page_up(
    sns: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(**_: Any) -> None:
        raise EndpointConnectionError(endpoint_url=f"https://sns.example/{PHONE}")

    sns.meta.events.register("before-call.sns.CheckIfPhoneNumberIsOptedOut", fail)
    id = _page(_channel(sns))

    assert _arrived()[id][0] == PHONE
    assert [record.getMessage() for record in caplog.records] == ["opt_out_unknown"]


def test_our_log_never_holds_the_phone_number(sns: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", logger="nightdesk")
    _page(_channel(sns))
    for phone in ("+436641000099", "not a number"):
        with pytest.raises(ChannelError):
            _page(_channel(sns), a_responder(ANA, phone=phone))

    ours = [one for one in caplog.records if one.name.startswith("nightdesk")]
    told = "\n".join(f"{one.getMessage()} {one.__dict__}" for one in ours)
    for number in (PHONE, "+436641000099", "not a number"):
        assert number not in told


# --- what it costs -----------------------------------------------------------------------


def test_an_sms_is_kept_by_its_message_id_with_its_parts_and_country_and_no_number(
    sns: Any,
) -> None:
    ledger, meter = FakeSmsLedger(), FakeMeter()
    channel = _made(FakeDesks(a_desk()), sns, ledger=ledger, meter=meter)
    id = _page(channel, a_responder(ANA, country="AT"))

    kept = ledger.get(id)
    message = _arrived()[id][1]
    assert kept is not None
    assert kept == SentSms(
        id=id,
        at=NOW,
        parts=parts(message),
        country="AT",
        about=a_message().soundings[0].incident.id,
    )
    assert PHONE not in repr(kept)
    (use,) = [use for use, _ in meter.uses]
    assert (use.sku, use.quantity, use.country) == (SMS_PART, parts(message), "AT")


def test_a_note_is_about_no_incident(sns: Any) -> None:
    ledger = FakeSmsLedger()
    id = _made(FakeDesks(a_desk()), sns, ledger=ledger).send_note(
        a_responder(ANA), "all is well", id="n-1"
    )
    kept = ledger.get(id)
    assert kept is not None
    assert (kept.about, kept.parts) == ("", 1)


def test_an_sms_that_cannot_be_put_into_the_ledger_was_sent_all_the_same(
    sns: Any, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(FakeSmsLedger):
        def put(self, sms: SentSms) -> None:
            raise RuntimeError("the table is throttled")

    meter = FakeMeter()
    id = _page(_made(FakeDesks(a_desk()), sns, ledger=Broken(), meter=meter))
    assert _arrived()[id][0] == PHONE
    assert [use.sku for use, _ in meter.uses] == [SMS_PART]
    assert "sms_not_in_ledger" in [record.getMessage() for record in caplog.records]


def test_an_sms_that_cannot_be_metered_was_sent_all_the_same(sns: Any) -> None:
    class Broken(FakeMeter):
        def used(self, *uses: Use) -> None:
            raise RuntimeError("it cannot be counted")

    id = _page(_made(FakeDesks(a_desk()), sns, meter=Broken()))
    assert _arrived()[id][0] == PHONE


def test_an_sms_that_a_used_up_budget_stops_is_refused_before_anything_is_asked(sns: Any) -> None:
    forms = _published(sns)
    why = ["the SMS budget of 30.00 USD is used up, and Fiona Berg has confirmed that"]
    channel = SmsChannel(
        desks=FakeDesks(a_desk()),
        sns=sns,
        meter=FakeMeter(),
        ledger=FakeSmsLedger(),
        now=lambda: NOW,
        stopped=lambda: why[0],
    )
    with pytest.raises(ChannelRefused, match="Fiona Berg has confirmed"):
        _page(channel)
    with pytest.raises(ChannelRefused, match="SMS budget"):
        channel.send_note(a_responder(ANA), "You have it.", id="n1")
    assert forms == []
    why[0] = ""
    assert _page(channel)
    assert len(forms) == 1
