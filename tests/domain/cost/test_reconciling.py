"""What we metered beside what others say: exact, explained as far as numbers go, never guessed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.cost import Entry, Feature, Price, PriceBook, PriceKind, Sheet
from chalicelib.domain.cost.bill import Bill, BillLine, BillSource
from chalicelib.domain.cost.day import Day, DayState
from chalicelib.domain.cost.exact import minus, plus, total
from chalicelib.domain.cost.reconciling import (
    NO_REASON,
    UNEXPLAINED,
    Reconciled,
    charged_of,
    unexplained_of,
)
from chalicelib.domain.cost.reconciling.bills import causes, checked
from chalicelib.domain.cost.reconciling.comparing import compared
from chalicelib.domain.cost.reconciling.groups import group_of, metered
from chalicelib.domain.cost.reconciling.messages import Messages
from chalicelib.domain.cost.reconciling.messages import causes as causes_of_sms
from chalicelib.domain.cost.reconciling.observing import observed
from chalicelib.domain.cost.reconciling.reasons import WORTH_A_WORD, Cause, reason_of
from chalicelib.domain.cost.sms import SMS_PART, SentSms
from chalicelib.domain.errors import BadInput

ON = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
WRITES, READS = "dynamodb.write-unit", "dynamodb.read-unit"
LAMBDA = "lambda.gb-second.arm64"
MILLION = 1_000_000


def price(sku: str, amount: str, per: int = 1, country: str = "") -> Price:
    return Price(
        sku=sku,
        amount=Decimal(amount),
        currency="USD",
        since=date(2026, 1, 1),
        seen_on=date(2026, 11, 1),
        source="a page",
        per=per,
        country=country,
    )


BOOK = PriceBook(
    [
        price(WRITES, "0.625", MILLION),
        price(READS, "0.125", MILLION),
        price(LAMBDA, "0.0000133334", 1_024_000),
        price(SMS_PART, "0.07", country="DE"),
        price("x.post-read", "0.005"),
    ]
)


def day(*quantities: tuple[str, int | str], country: str = "") -> Day:
    sheet = Sheet(
        (Entry(sku=sku, feature=Feature.WAKING, country=country), Decimal(quantity))
        for sku, quantity in quantities
    )
    return Day.priced_by(BOOK, on=ON, sheet=sheet, state=DayState.ESTIMATED)


def line(
    group: str,
    amount: str,
    *,
    quantity: str | None = None,
    sku: str = "",
    named: str = "",
    on: date = ON,
    region: str = "",
) -> BillLine:
    return BillLine(
        day=on,
        group=group,
        named=named or f"Amazon {group}",
        amount=Decimal(amount),
        quantity=None if quantity is None else Decimal(quantity),
        sku=sku,
        region=region,
    )


def writes(amount: str, quantity: str, on: date = ON) -> BillLine:
    return line("dynamodb", amount, quantity=quantity, sku=WRITES, on=on)


def bill(*lines: BillLine, is_final: bool = True, tag: str = "nightdesk=prod") -> Bill:
    return Bill(
        month="2026-11",
        source=BillSource.COST_EXPLORER,
        account="123456789012",
        currency="USD",
        read_at=AT,
        is_final=is_final,
        lines=lines,
        tag=tag,
    )


def sms(id: str, *, parts: int = 1, charged: str | None = "0.07", **more: object) -> SentSms:
    of_report = {"charged_parts": parts, "by": "report"} if charged is not None else {}
    fields: dict[str, object] = {
        "id": id,
        "at": AT,
        "parts": parts,
        "country": "DE",
        "charged": None if charged is None else Decimal(charged),
        **of_report,
        **more,
    }
    return SentSms(**fields)  # type: ignore[arg-type]


def one(lines: Sequence[Reconciled], group: str) -> Reconciled:
    (found,) = [line for line in lines if line.group == group]
    return found


# --- the bill ----------------------------------------------------------------------------


def test_what_was_charged_as_it_was_metered_needs_no_reason() -> None:
    found = one(compared(day((WRITES, MILLION)), bill=bill(writes("0.625", "1000000"))), "dynamodb")
    assert (found.metered, found.charged, found.variance) == (
        Decimal("0.625"),
        Decimal("0.625"),
        Decimal(0),
    )
    assert found.reason == ""
    assert found.is_within_goal
    assert not found.is_flagged
    assert (found.day, found.month, found.by) == (ON, "2026-11", "cost-explorer")


def test_a_difference_over_5_percent_is_flagged_and_one_of_5_is_not() -> None:
    def found(charged: str) -> Reconciled:
        lines = compared(day((WRITES, MILLION)), bill=bill(writes(charged, "1000000")))
        return one(lines, "dynamodb")

    # 0.625 metered: of 0.657894736842... charged, the difference is 5 %.
    assert not found("0.6578").is_flagged
    assert found("0.658").is_flagged
    assert found("0.6578").is_within_goal is False
    assert found("0.631").is_within_goal
    exactly = reconciled("2026-11-20", "0.95", "1")
    assert (exactly.share, exactly.is_flagged) == (Decimal("0.05"), False)


def test_another_price_for_the_same_quantity_is_named_with_both() -> None:
    lines = compared(day((WRITES, 2 * MILLION)), bill=bill(writes("1.43", "2000100")))
    reason = one(lines, "dynamodb").reason
    assert "dynamodb.write-unit is charged at 0.714964 per 1,000,000" in reason
    assert "the books have 0.625" in reason
    assert "(+0.18 USD)" in reason


def test_what_is_on_the_bill_at_no_charge_is_as_within_a_free_tier() -> None:
    lines = compared(day((WRITES, MILLION)), bill=bill(writes("0", "1000000")))
    found = one(lines, "dynamodb")
    assert "at no charge, as within a free tier" in found.reason
    assert (found.charged, found.share) == (Decimal(0), Decimal(-1))


def test_a_credit_is_named_as_the_bill_names_it() -> None:
    credit = line("dynamodb", "-0.5", named="PromotionalCredit 4711")
    lines = compared(day((WRITES, MILLION)), bill=bill(writes("0.625", "1000000"), credit))
    found = one(lines, "dynamodb")
    assert found.charged == Decimal("0.125")
    assert found.reason == "a credit or discount: PromotionalCredit 4711 (-0.50 USD)"


def test_tax_and_credits_of_the_whole_are_lines_of_their_own() -> None:
    lines = compared(
        day((WRITES, MILLION)),
        bill=bill(writes("0.625", "1000000"), line("tax", "0.12"), line("credit", "-0.2")),
    )
    assert one(lines, "tax").reason == "tax"
    assert one(lines, "credit").charged == Decimal("-0.2")
    assert unexplained_of(lines) == 0


def test_more_on_the_bill_of_a_whole_account_may_be_another_application() -> None:
    untagged = bill(writes("1.25", "2000000"), tag="")
    found = one(compared(day((WRITES, MILLION)), bill=untagged), "dynamodb")
    assert "100 % more dynamodb.write-unit" in found.reason
    assert "the bill is of the whole account" in found.reason
    assert found.is_explained


def test_a_little_more_by_tag_may_be_calls_that_were_repeated() -> None:
    lines = compared(day((WRITES, MILLION)), bill=bill(writes("0.64375", "1030000")))
    reason = one(lines, "dynamodb").reason
    assert reason.startswith("the bill counts 3.0 % more dynamodb.write-unit, as calls that were")


def test_much_more_by_tag_has_no_likely_reason_and_says_what_differs() -> None:
    lines = compared(day((WRITES, MILLION)), bill=bill(writes("1.25", "2000000")))
    found = one(lines, "dynamodb")
    assert found.reason.startswith(f"{NO_REASON}: the bill counts 100 % more dynamodb.write-unit")
    assert not found.is_explained
    assert unexplained_of(lines) == Decimal("0.625")


def test_less_on_a_bill_that_is_not_final_is_a_bill_that_is_not_complete() -> None:
    lines = compared(day((WRITES, MILLION)), bill=bill(writes("0.3", "480000"), is_final=False))
    reason = one(lines, "dynamodb").reason
    assert "the bill counts 52 % less dynamodb.write-unit so far; it is not complete" in reason


def test_less_on_a_final_bill_has_no_likely_reason() -> None:
    late = bill(writes("0.3", "480000"), is_final=False)
    by_the_seller = compared(day((WRITES, MILLION)), bill=replace(late, is_final=True))
    by_age = compared(day((WRITES, MILLION)), bill=late, state=DayState.FINAL)
    for lines in (by_the_seller, by_age):
        assert one(lines, "dynamodb").reason.startswith(NO_REASON)


def test_a_part_of_a_service_that_is_not_metered_is_named() -> None:
    backups = line("dynamodb", "0.4", named="Amazon DynamoDB EUC1-BackupStorage")
    lines = compared(day((WRITES, MILLION)), bill=bill(writes("0.625", "1000000"), backups))
    reason = one(lines, "dynamodb").reason
    assert reason == "Amazon DynamoDB EUC1-BackupStorage is not metered (+0.40 USD)"


def test_what_nobody_knows_a_price_of_explains_what_is_charged_for_it() -> None:
    lines = compared(
        day(("bedrock.nova.input-token", 5000)),
        bill=bill(line("bedrock", "0.3", quantity="5000", sku="bedrock.nova.input-token")),
    )
    found = one(lines, "bedrock")
    assert (found.metered, found.charged) == (Decimal(0), Decimal("0.3"))
    assert "no price is known of bedrock.nova.input-token" in found.reason


def test_a_service_that_is_not_metered_is_unexplained_by_its_name() -> None:
    strange = line("", "12.5", named="Amazon Route 53")
    lines = compared(day((WRITES, MILLION)), bill=bill(writes("0.625", "1000000"), strange))
    found = one(lines, UNEXPLAINED)
    assert (found.named, found.metered, found.charged) == (
        "Amazon Route 53",
        Decimal(0),
        Decimal("12.5"),
    )
    assert unexplained_of(lines) == Decimal("12.5")
    assert lines[-1] == found


def test_the_same_service_in_another_region_is_not_ours() -> None:
    here = replace(writes("0.625", "1000000"), region="eu-west-1")
    away = replace(writes("3", "4800000"), region="us-west-2")
    lines = compared(day((WRITES, MILLION)), bill=bill(here, away), region="eu-west-1")
    assert one(lines, "dynamodb").variance == 0
    assert one(lines, UNEXPLAINED).named == "Amazon dynamodb in us-west-2"
    assert "another region" in one(lines, UNEXPLAINED).reason


def test_a_bill_that_does_not_tell_skus_apart_is_compared_by_its_sum() -> None:
    ours = day((WRITES, MILLION), (READS, MILLION))
    same = one(compared(ours, bill=bill(line("dynamodb", "0.75"))), "dynamodb")
    assert (same.variance, same.reason) == (Decimal(0), "")
    more = one(compared(ours, bill=bill(line("dynamodb", "1.5"))), "dynamodb")
    assert more.reason.startswith(f"{NO_REASON}: 100 % more was charged for it")
    free = one(compared(ours, bill=bill(line("dynamodb", "0"))), "dynamodb")
    assert "free tier" in free.reason


def test_before_a_bill_has_the_day_nothing_is_said_of_it() -> None:
    yesterday = date(2026, 11, 19)
    lines = compared(day((WRITES, MILLION)), bill=bill(writes("0.6", "1000000", yesterday)))
    found = one(lines, "dynamodb")
    assert (found.charged, found.variance, found.share) == (None, None, None)
    assert found.reason == "the bill does not have this day yet"
    assert not found.is_flagged
    assert not found.is_within_goal
    assert charged_of(lines) == 0


def test_a_bill_by_tag_says_nothing_of_what_carries_no_tag() -> None:
    lines = compared(
        day((WRITES, MILLION), (LAMBDA, 1_024_000)), bill=bill(writes("0.625", "1000000"))
    )
    found = one(lines, "lambda")
    assert found.charged is None
    assert "nightdesk=prod" in found.reason


def test_what_is_missing_on_a_final_bill_of_the_account_was_not_charged() -> None:
    ours = day((WRITES, MILLION), (LAMBDA, 1_024_000))
    lines = compared(ours, bill=bill(writes("0.625", "1000000"), tag=""))
    found = one(lines, "lambda")
    assert found.charged == 0
    assert found.reason.startswith(f"{NO_REASON}: nothing of it is on the bill")
    early = compared(ours, bill=bill(writes("0.625", "1000000"), tag="", is_final=False))
    assert one(early, "lambda").charged is None


def test_what_a_platform_bills_is_not_looked_for_on_the_bill_of_aws() -> None:
    lines = compared(day(("x.post-read", 100)), bill=bill(writes("0.1", "1")))
    found = one(lines, "x")
    assert (found.metered, found.charged, found.reason) == (
        Decimal("0.5"),
        None,
        "not billed by AWS",
    )


def test_without_a_bill_and_reports_nothing_is_compared() -> None:
    assert compared(day((WRITES, MILLION), (SMS_PART, 3), country="DE")) == ()


# --- SMS by message id -------------------------------------------------------------------

THREE = day((SMS_PART, 3), country="DE")


def test_sms_that_were_charged_as_counted_need_no_reason() -> None:
    messages = Messages(sent=(sms("a"), sms("b", parts=2, charged="0.14")), is_reported=True)
    (found,) = compared(THREE, sms=messages)
    assert (found.group, found.metered, found.charged) == ("sms", Decimal("0.21"), Decimal("0.21"))
    assert (found.reason, found.by) == ("", "sms-report")


def test_parts_that_were_counted_differently_are_told_from_another_price() -> None:
    parts = Messages(
        sent=(sms("a"), sms("b", parts=2, charged="0.21", charged_parts=3)), is_reported=True
    )
    (found,) = compared(THREE, sms=parts)
    assert found.reason == "parts were counted differently for 1 of 2 SMS (+0.07 USD)"
    dearer = Messages(sent=(sms("a", charged="0.09"), sms("b", parts=2, charged="0.18")))
    (found,) = compared(THREE, sms=dearer)
    assert found.by == "receipt"
    assert found.reason == (
        "2 SMS to DE were charged at another price than the books have (+0.06 USD)"
    )


def test_an_sms_that_is_on_neither_report_nor_receipt_was_not_charged() -> None:
    messages = Messages(sent=(sms("a"), sms("b", parts=2, charged=None)), is_reported=True)
    (found,) = compared(THREE, sms=messages)
    assert found.charged == Decimal("0.07")
    assert "1 of 2 SMS are neither on the report nor on a receipt" in found.reason
    assert "(-0.14 USD)" in found.reason


def test_before_the_report_is_there_what_a_receipt_is_missing_for_is_not_guessed() -> None:
    messages = Messages(sent=(sms("a"), sms("b", parts=2, charged=None)))
    (found,) = compared(THREE, sms=messages)
    assert found.charged is None
    assert found.reason == "of 1 of 2 SMS nobody says yet what was charged"


def test_sms_that_the_desk_did_not_send_are_unexplained() -> None:
    messages = Messages(
        sent=(sms("a"), sms("b", parts=2, charged="0.14")),
        strangers=(sms("z", charged="0.9"),),
        is_reported=True,
    )
    lines = compared(THREE, sms=messages)
    assert one(lines, "sms").variance == 0
    found = one(lines, UNEXPLAINED)
    assert found.charged == Decimal("0.9")
    assert found.named == "SMS that this desk did not send"
    assert unexplained_of(lines) == Decimal("0.9")


def test_on_a_bill_the_sms_of_others_are_taken_out_of_ours() -> None:
    messages = Messages(
        sent=(sms("a"), sms("b", parts=2, charged="0.14")),
        strangers=(sms("z", charged="0.9"),),
        is_reported=True,
    )
    lines = compared(THREE, bill=bill(line("sms", "1.11")), sms=messages)
    assert one(lines, "sms").variance == 0
    assert one(lines, "sms").by == "cost-explorer"
    assert charged_of(lines) == Decimal("1.11")


def test_a_bill_that_has_not_caught_up_with_the_report_takes_nothing_out() -> None:
    messages = Messages(sent=(sms("a"),), strangers=(sms("z", charged="0.9"),), is_reported=True)
    lines = compared(
        day((SMS_PART, 1), country="DE"),
        bill=bill(line("sms", "0.05"), is_final=False),
        sms=messages,
    )
    assert charged_of(lines) == Decimal("0.05")
    assert [found.group for found in lines] == ["sms"]


def test_a_bill_and_a_report_that_disagree_are_said_to() -> None:
    messages = Messages(sent=(sms("a"), sms("b", parts=2, charged="0.14")), is_reported=True)
    (found,) = compared(THREE, bill=bill(line("sms", "0.5")), sms=messages)
    assert found.reason.startswith(f"{NO_REASON}: the bill has another amount than receipts")


def test_books_that_count_other_sms_than_the_list_say_so() -> None:
    (found,) = compared(THREE, sms=Messages(sent=(sms("a"),), is_reported=True))
    assert "the books count other SMS than the list of those that were sent" in found.reason
    assert not found.is_explained


def test_sms_to_a_country_without_a_price_are_named() -> None:
    messages = Messages(sent=(sms("a", country="AT", charged="0.08"),), is_reported=True)
    (found,) = compared(day((SMS_PART, 1), country="AT"), sms=messages)
    assert found.metered == 0
    assert found.reason == "no price is known of SMS to AT (+0.08 USD)"


# --- prices that were really charged -----------------------------------------------------


def test_a_price_that_two_days_of_the_bill_agree_on_is_observed() -> None:
    other = date(2026, 11, 19)
    dearer = bill(writes("0.7", "1000000"), writes("1.4", "2000000", other))
    (found,) = observed(day((WRITES, MILLION)), bill=dearer)
    assert (found.sku, found.amount, found.per) == (WRITES, Decimal("0.7"), MILLION)
    assert (found.since, found.kind) == (ON, PriceKind.OBSERVED)
    assert found.source == "cost-explorer of 2026-11"


@pytest.mark.parametrize(
    "lines",
    [
        (writes("0.7", "1000000"),),
        (writes("0.7", "1000000"), writes("0.625", "1000000", date(2026, 11, 19))),
        (writes("0", "1000000"), writes("0", "1000000", date(2026, 11, 19))),
        (writes("0.7", "1200000"), writes("0.7", "1200000", date(2026, 11, 19))),
        (writes("0.63", "1000000"), writes("0.63", "1000000", date(2026, 11, 19))),
    ],
    ids=["one day", "two prices", "free", "other quantity", "within the goal"],
)
def test_what_may_not_be_a_price_is_not_observed(lines: tuple[BillLine, ...]) -> None:
    assert observed(day((WRITES, MILLION)), bill=bill(*lines)) == ()


def test_the_price_of_most_sms_to_a_country_is_observed() -> None:
    messages = Messages(
        sent=(
            sms("a", charged="0.09"),
            sms("b", charged="0.09"),
            sms("c", charged="0.11"),
            sms("d", charged="0"),
            sms("e", parts=3, charged="0.1"),
        ),
        is_reported=True,
    )
    (found,) = observed(THREE, sms=messages)
    assert (found.sku, found.country, found.amount) == (SMS_PART, "DE", Decimal("0.09"))
    assert observed(THREE, sms=Messages(sent=(sms("a"),), is_reported=True)) == ()


# --- bills that cannot be used -----------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"account": "999999999999"}, "of account 999999999999; use that of 123456789012"),
        ({"currency": "EUR"}, "it is in EUR; use one in USD"),
        ({"month": "2026-10"}, "it is of 2026-10"),
        ({"lines": (writes("1", "1", date(2026, 10, 31)),)}, "is of 2026-10-31"),
    ],
)
def test_a_bill_that_is_another_one_is_refused(wrong: dict[str, object], said: str) -> None:
    wrong_one = replace(bill(), **wrong)  # type: ignore[arg-type]
    with pytest.raises(BadInput, match=said):
        checked(wrong_one, month="2026-11", account="123456789012")


def test_a_bill_that_names_no_account_is_taken() -> None:
    nameless = replace(bill(), account="")
    assert checked(nameless, month="2026-11", account="123456789012") is nameless
    assert checked(bill(), month="2026-11", account="") == bill()


# --- one line ---------------------------------------------------------------------------


def reconciled(period: str, metered: str, charged: str | None, **more: object) -> Reconciled:
    fields: dict[str, object] = {
        "period": period,
        "group": "dynamodb",
        "metered": Decimal(metered),
        "charged": None if charged is None else Decimal(charged),
        "currency": "USD",
        **more,
    }
    return Reconciled(**fields)  # type: ignore[arg-type]


def test_sms_are_a_group_of_their_own() -> None:
    assert group_of(SMS_PART) == "sms"
    assert group_of("sns.email") == "sns"
    assert group_of(LAMBDA) == "lambda"


# --- whatever the numbers are ------------------------------------------------------------

money = st.decimals(min_value=-50, max_value=50, places=10)
bill_lines = st.builds(
    BillLine,
    day=st.sampled_from((ON, date(2026, 11, 19))),
    group=st.sampled_from(("dynamodb", "lambda", "sms", "tax", "credit", "s3", "")),
    named=st.sampled_from(("Amazon DynamoDB", "Amazon Route 53")),
    amount=money,
    quantity=st.none() | st.decimals(min_value=0, max_value=10**7, places=3),
    sku=st.sampled_from(("", WRITES, READS, LAMBDA)),
    region=st.sampled_from(("", "eu-west-1", "us-west-2")),
)
bills = st.builds(
    bill,
    is_final=st.booleans(),
    tag=st.sampled_from(("", "nightdesk=prod")),
).flatmap(
    lambda plain: st.lists(bill_lines, max_size=12).map(
        lambda lines: replace(plain, lines=tuple(lines))
    )
)
sent = st.builds(
    SentSms,
    id=st.uuids().map(str),
    at=st.just(AT),
    parts=st.integers(1, 5),
    country=st.sampled_from(("DE", "AT", "")),
    charged=st.none() | st.decimals(min_value=0, max_value=2, places=5),
    charged_parts=st.none() | st.integers(1, 5),
)
messages = st.builds(
    Messages,
    sent=st.lists(sent, max_size=6).map(tuple),
    strangers=st.lists(sent, max_size=2).map(tuple),
    is_reported=st.booleans(),
)
days = st.lists(
    st.tuples(
        st.sampled_from((WRITES, READS, LAMBDA, "x.post-read", "kms.request")),
        st.integers(0, 10**8),
    ),
    max_size=5,
).map(lambda quantities: day(*quantities))


@given(days, bills, st.none() | messages, st.sampled_from(DayState))
def test_metered_and_variance_make_what_was_charged_and_nothing_is_lost(
    ours: Day, its: Bill, sms: Messages | None, state: DayState
) -> None:
    lines = compared(ours, bill=its, sms=sms, region="eu-west-1", state=state)
    for found in lines:
        if found.charged is not None:
            assert found.variance is not None
            assert plus(found.metered, found.variance) == found.charged
            assert found.is_explained or found.reason
            assert found.reason or abs(found.variance) < 100 * WORTH_A_WORD
    known = [found for found in lines if found.charged is not None]
    explained = total(
        (found.charged if found.is_explained else found.metered) or Decimal(0) for found in known
    )
    assert plus(explained, unexplained_of(lines)) == charged_of(lines)
    assert total(found.metered for found in lines if found.group != UNEXPLAINED) == ours.amount
    by_bill = total(found.charged or Decimal(0) for found in lines if found.by == its.source)
    assert by_bill == total(one.amount for one in its.lines if one.day == ON)


@given(days, bills)
def test_a_bill_that_is_read_twice_changes_nothing(ours: Day, its: Bill) -> None:
    assert compared(ours, bill=its) == compared(ours, bill=replace(its, read_at=AT))


@given(days, bills)
def test_a_late_bill_says_what_an_early_one_would_have(ours: Day, its: Bill) -> None:
    shuffled = replace(its, lines=tuple(reversed(its.lines)))
    assert [(one.group, one.charged) for one in compared(ours, bill=its)] == [
        (one.group, one.charged) for one in compared(ours, bill=shuffled)
    ]


@given(messages, st.integers(0, 30))
def test_causes_of_sms_add_up_to_the_difference(sms: Messages, parts: int) -> None:
    ours = day((SMS_PART, parts), country="DE")
    if sms.charged is not None:
        difference = minus(sms.charged, ours.amount)
        assert total(c.amount for c in causes_of_sms(sms, ours, metered=ours.amount)) == difference


@given(days, bills)
def test_causes_of_a_bill_add_up_to_the_difference(ours: Day, its: Bill) -> None:
    lines = [one for one in its.lines if one.group == "dynamodb"]
    held = metered(ours).get("dynamodb", ())
    difference = minus(total(one.amount for one in lines), total(one.amount for one in held))
    assert total(c.amount for c in causes(lines, held, bill=its)) == difference


def test_what_a_bill_has_rounded_away_deserves_no_reason() -> None:
    rounded = Cause(amount=Decimal("-1.2E-11"), words="charged at another price")
    told = Cause(amount=Decimal("0.000001"), words="charged at another price")
    assert reason_of([rounded], charged=Decimal(1), metered=Decimal(1)) == ""
    assert reason_of([rounded, told], charged=Decimal(1), metered=Decimal(1)) == (
        "charged at another price (+0.0000010 USD)"
    )
