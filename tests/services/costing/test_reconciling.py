"""Days are compared with what others say, whoever answers, and settled once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.domain.cost import Entry, Feature, Price, PriceBook, PriceKind, Sheet
from chalicelib.domain.cost.bill import Bill, BillLine, BillSource
from chalicelib.domain.cost.day import Day, DayState
from chalicelib.domain.cost.reconciling import UNEXPLAINED, Reconciled
from chalicelib.domain.cost.sms import SMS_PART, SentSms
from chalicelib.domain.desk import EmailSettings
from chalicelib.domain.errors import ChannelUnavailable
from chalicelib.domain.finance import BillSettings, Finance
from chalicelib.services.costing.asking import Asking
from chalicelib.services.costing.differences import Differences
from chalicelib.services.costing.reconciling import Compared, Reconciling
from chalicelib.services.costing.telling import TellingFinance
from tests.builders import a_desk
from tests.fakes import (
    Crash,
    FakeBillReader,
    FakeBills,
    FakeBooks,
    FakeDesks,
    FakeMeter,
    FakeObservedPrices,
    FakeOutside,
    FakeSmsLedger,
    FakeSmsReports,
)
from tests.fakes.cost_marks import FakeCostMarks
from tests.fakes.reconciliations import FakeReconciliations
from tests.services.costing.money import FIN, LINK, FakePost

ON = date(2026, 11, 20)
MORNING = datetime(2026, 11, 21, 3, 5, tzinfo=UTC)
"""Of the day after."""
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WRITES, COMPUTE, QUEUES = "dynamodb.write-unit", "lambda.gb-second.arm64", "sqs.request"
MILLION = 1_000_000
ACCOUNT = "123456789012"
BY_TAG = BillSettings(source=BillSource.COST_EXPLORER, account=ACCOUNT, tag="nightdesk-stage=prod")


def a_price(sku: str, amount: str, per: int = 1, **over: Any) -> Price:
    made = Price(
        sku=sku,
        amount=Decimal(amount),
        currency="USD",
        since=date(2026, 1, 1),
        seen_on=date(2026, 11, 1),
        source="a page",
        per=per,
    )
    return replace(made, **over)


BOOK = PriceBook(
    [
        a_price(WRITES, "0.625", MILLION),
        a_price(COMPUTE, "0.0000133334", 1_024_000),
        a_price(QUEUES, "0.4", MILLION),
        a_price(SMS_PART, "0.07", country="AT"),
    ]
)


class Desk:
    """What is compared in one deployment."""

    def __init__(self, finance: Finance | None = None) -> None:
        told = Finance(tell=(FIN,), bill=BY_TAG) if finance is None else finance
        desk = a_desk(finance=told, email=EmailSettings(sender="night@acme.example"))
        self.desks = FakeDesks(desk)
        self.books, self.ledger, self.observed = FakeBooks(), FakeSmsLedger(), FakeObservedPrices()
        self.bills, self.marks, self.outside = FakeBills(), FakeCostMarks(), FakeOutside()
        self.reader, self.reports = FakeBillReader(), FakeSmsReports()
        self.reconciliations, self.post = FakeReconciliations(), FakePost()
        self.wired()

    def wired(self) -> None:
        telling = TellingFinance(marks=self.marks, post=self.post, meter=FakeMeter())
        self.reconciling = Reconciling(
            desks=self.desks,
            books=self.books,
            prices=lambda: BOOK.with_prices(self.observed.all()),
            observed=self.observed,
            reconciliations=self.reconciliations,
            marks=self.marks,
            asking=Asking(
                ledger=self.ledger,
                bills=self.bills,
                outside=self.outside,
                reports=lambda finance: self.reports if finance.sms_reports_bucket else None,
                reader=lambda settings: self.reader,
            ),
            differences=Differences(marks=self.marks, telling=telling, link=lambda: LINK),
            region="eu-west-1",
        )

    def book(self, *uses: tuple[Entry, int], on: date = ON) -> Day:
        day = Day.priced_by(BOOK, on=on, sheet=Sheet(uses), state=DayState.ESTIMATED)
        self.books.put_day(day)
        return day

    def bill(self, *lines: BillLine, is_final: bool = False, **over: Any) -> None:
        made = Bill(
            month="2026-11",
            source=BillSource.COST_EXPLORER,
            account=ACCOUNT,
            currency="USD",
            read_at=MORNING,
            is_final=is_final,
            lines=lines,
            tag="nightdesk-stage=prod",
        )
        self.reader.bills["2026-11"] = replace(made, **over)

    def send(self, *sent: SentSms) -> None:
        for one in sent:
            self.ledger.put(one)

    def reconcile(self, now: datetime = MORNING) -> Compared:
        found = self.reconciling.reconcile(now=now)
        assert found is not None
        return found

    def state(self, on: date = ON) -> DayState:
        day = self.books.day(on)
        assert day is not None
        return day.state

    def line(self, group: str, on: date = ON) -> Reconciled:
        lines = self.reconciliations.of_month(f"{on:%Y-%m}")
        (found,) = [line for line in lines if line.day == on and line.group == group]
        return found

    def everything(self) -> object:
        return (
            self.books.days(ON - 40 * DAY, ON + DAY),
            self.reconciliations.of_month("2026-11"),
            self.ledger.of_day(ON),
            self.observed.all(),
            self.bills.of("2026-11", BillSource.COST_EXPLORER),
        )


def writes(units: int = MILLION, feature: Feature = Feature.WAKING) -> tuple[Entry, int]:
    return Entry(WRITES, feature), units


def an_sms(id: str, **over: Any) -> SentSms:
    at = datetime(2026, 11, 20, 22, tzinfo=UTC)
    return replace(SentSms(id=id, at=at, parts=1, country="AT"), **over)


def reported(id: str, charged: str, parts: int = 1) -> SentSms:
    return an_sms(
        id, country="", parts=parts, charged=Decimal(charged), charged_parts=parts, by="report"
    )


def charged(amount: str, quantity: str = "1000000", on: date = ON) -> BillLine:
    return BillLine(
        day=on,
        group="dynamodb",
        named="Amazon DynamoDB EU-WriteRequestUnits",
        amount=Decimal(amount),
        quantity=Decimal(quantity),
        sku=WRITES,
        region="eu-west-1",
    )


# --- when ----------------------------------------------------------------------------------


def test_yesterday_is_compared_from_three_o_clock_on_and_once_a_day() -> None:
    desk = Desk()
    desk.book(writes())
    desk.bill(charged("0.625"))
    assert desk.reconciling.reconcile(now=MORNING - HOUR) is None
    assert desk.reconcile().days == 1
    assert desk.reconciling.reconcile(now=MORNING + HOUR) is None
    assert desk.reconcile(MORNING + DAY).days == 1
    assert desk.outside.asked[ON] == 1


def test_a_day_that_is_running_or_final_is_left_alone() -> None:
    desk = Desk()
    running = replace(desk.book(writes()), state=DayState.RUNNING)
    final = replace(desk.book(writes(), on=ON - DAY), state=DayState.FINAL)
    for day in (running, final):
        desk.books.put_day(day)
    desk.bill(charged("9"), charged("9", on=ON - DAY))
    assert desk.reconcile().days == 0
    assert desk.books.day(ON) == running
    assert desk.reconciliations.of_month("2026-11") == ()


def test_without_time_the_next_run_goes_on() -> None:
    desk = Desk()
    for place in range(3):
        desk.book(writes(), on=ON - place * DAY)
    desk.bill(charged("0.625"))
    times = iter([True, False])
    found = desk.reconciling.reconcile(now=MORNING, has_time=lambda: next(times))
    assert found is not None
    assert (found.days, found.is_done) == (1, False)
    assert desk.reconcile(MORNING + HOUR).days == 3
    assert desk.reconciling.reconcile(now=MORNING + 2 * HOUR) is None


# --- the bill ------------------------------------------------------------------------------


def test_a_day_is_estimated_until_the_seller_says_that_the_bill_is_final() -> None:
    desk = Desk()
    desk.book(writes())
    desk.bill(charged("0.6"))
    assert desk.reconcile().final == 0
    assert (desk.line("dynamodb").state, desk.state()) == (DayState.ESTIMATED,) * 2

    desk.bill(charged("0.625"), is_final=True)
    assert desk.reconcile(MORNING + DAY).final == 1
    assert (desk.line("dynamodb").state, desk.state()) == (DayState.FINAL,) * 2
    assert desk.line("dynamodb").variance == 0
    assert desk.reconcile(MORNING + 2 * DAY).days == 0


def test_after_five_days_the_bill_is_taken_as_it_stands() -> None:
    desk = Desk()
    desk.book(writes())
    desk.bill(charged("0.5", "800000"))
    for days in range(4):
        assert desk.reconcile(MORNING + days * DAY).final == 0
    assert desk.reconcile(MORNING + 4 * DAY).final == 1
    assert desk.state() is DayState.FINAL
    assert desk.line("dynamodb").charged == Decimal("0.5")


def test_a_bill_that_comes_late_still_settles_the_day() -> None:
    desk = Desk()
    desk.book(writes())
    desk.reader.is_silent = True
    for days in range(8):
        assert desk.reconcile(MORNING + days * DAY).final == 0
    desk.reader.is_silent = False
    desk.bill(charged("0.625"))
    assert desk.reconcile(MORNING + 8 * DAY).final == 1
    assert desk.outside.asked[ON] == 1


def test_a_bill_that_never_has_the_day_leaves_it_estimated() -> None:
    desk = Desk()
    desk.book(writes())
    desk.bill(charged("0.6", on=ON - DAY))
    for days in range(32):
        desk.reconciling.reconcile(now=MORNING + days * DAY)
    assert desk.state() is DayState.ESTIMATED
    assert desk.line("dynamodb").charged is None


def test_a_bill_is_read_once_for_all_days_of_a_month() -> None:
    desk = Desk()
    for place in range(4):
        desk.book(writes(), on=ON - place * DAY)
    desk.bill(charged("0.625"))
    desk.reconcile()
    assert desk.reader.asked == {"2026-11": 1}


def test_days_of_two_months_are_compared_with_two_bills() -> None:
    desk = Desk()
    first = date(2026, 12, 1)
    for on in (date(2026, 11, 30), first):
        desk.book(writes(), on=on)
    desk.bill(charged("0.625", on=date(2026, 11, 30)))
    december = replace(
        desk.reader.bills["2026-11"], month="2026-12", lines=(charged("0.7", on=first),)
    )
    desk.reader.bills["2026-12"] = december
    desk.reconcile(datetime(2026, 12, 2, 3, tzinfo=UTC))
    assert desk.line("dynamodb", date(2026, 11, 30)).charged == Decimal("0.625")
    assert desk.line("dynamodb", first).charged == Decimal("0.7")


def test_a_bill_read_twice_changes_nothing() -> None:
    desk = Desk()
    desk.book(writes(), (Entry(SMS_PART, Feature.WAKING, country="AT"), 2))
    desk.send(an_sms("a"), an_sms("b", charged=Decimal("0.08"), by="receipt"))
    desk.bill(charged("0.7"), charged("0.7", on=ON - DAY))
    desk.reconcile()
    before = desk.everything()
    assert desk.reconcile(MORNING + DAY).failures == ()
    assert desk.everything() == before


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"account": "999999999999"}, "it is of account 999999999999"),
        ({"currency": "EUR"}, "it is in EUR; use one in USD"),
        ({"month": "2026-10"}, "it is of 2026-10"),
    ],
)
def test_a_bill_of_something_else_is_said_and_not_used(over: dict[str, str], said: str) -> None:
    desk = Desk()
    desk.book(writes())
    desk.bill(charged("9"), is_final=True, **over)
    found = desk.reconcile()
    (failure,) = found.failures
    assert said in failure
    assert desk.reconciliations.of_month("2026-11") == ()
    assert desk.bills.of("2026-11", BillSource.COST_EXPLORER) is None
    assert desk.state() is DayState.ESTIMATED


def test_a_truncated_bill_is_said_and_the_one_read_before_is_used() -> None:
    desk = Desk()
    desk.book(writes())
    desk.bill(charged("0.625"))
    desk.reconcile()
    desk.book(writes(), on=ON + DAY)
    desk.reader.trouble["2026-11"] = "s3://b/x.csv.gz: it is truncated after line 7"
    found = desk.reconcile(MORNING + DAY)
    assert found.failures == ("the bill of 2026-11: s3://b/x.csv.gz: it is truncated after line 7",)
    assert desk.line("dynamodb").charged == Decimal("0.625")


def test_the_bill_of_a_tag_that_was_changed_since_is_not_used() -> None:
    desk = Desk()
    desk.book(writes())
    desk.bill(charged("0.625"), tag="nightdesk-stage=other")
    desk.reconcile()
    before = desk.line("dynamodb")
    desk.reader.is_silent = True
    desk.book(writes(2 * MILLION))
    desk.reconcile(MORNING + DAY)
    assert desk.line("dynamodb") == before


def test_prices_that_were_really_charged_are_kept() -> None:
    desk = Desk()
    desk.book(writes())
    desk.book(writes(), on=ON - DAY)
    desk.bill(charged("0.7"), charged("0.7", on=ON - DAY))
    desk.reconcile()
    found = {(one.sku, one.amount, one.kind, one.since) for one in desk.observed.all()}
    assert (WRITES, Decimal("0.7"), PriceKind.OBSERVED, ON) in found


# --- seen from outside ---------------------------------------------------------------------


def test_what_was_seen_from_outside_takes_the_place_of_what_was_metered() -> None:
    desk = Desk()
    desk.book(
        (Entry(COMPUTE, Feature.WAKING), 100_000),
        (Entry(COMPUTE, Feature.JUDGING), 300_000),
        (Entry(QUEUES, Feature.ANSWERING), 50),
        writes(),
    )
    desk.outside.sheets[ON] = Sheet(
        [(Entry(COMPUTE, Feature.STANDING), 440_000), (Entry(QUEUES, Feature.STANDING), 9000)]
    )
    desk.reconcile()
    day = desk.books.day(ON)
    assert day is not None
    assert dict(day.sheet) == {
        Entry(COMPUTE, Feature.WAKING): 110_000,
        Entry(COMPUTE, Feature.JUDGING): 330_000,
        Entry(QUEUES, Feature.ANSWERING): 50,
        Entry(QUEUES, Feature.STANDING): 8950,
        Entry(WRITES, Feature.WAKING): MILLION,
    }
    assert not day.unpriced
    assert desk.reconcile(MORNING + DAY).days == 1
    assert desk.books.day(ON) == day


def test_a_sku_that_only_outside_knows_is_priced_by_the_price_book() -> None:
    desk = Desk()
    dear = PriceBook([a_price(WRITES, "5", MILLION)])
    booked = Day.priced_by(dear, on=ON, sheet=Sheet([writes()]), state=DayState.ESTIMATED)
    desk.books.put_day(booked)
    desk.outside.sheets[ON] = Sheet([(Entry(QUEUES, Feature.STANDING), MILLION)])
    desk.reconcile()
    day = desk.books.day(ON)
    assert day is not None
    assert day.amount == Decimal("5.4"), "what had a price keeps it"


def test_a_price_charged_in_a_country_since_changes_no_day_that_was_priced() -> None:
    desk = Desk()
    everywhere = PriceBook([a_price(SMS_PART, "0.05")])
    sheet = Sheet([(Entry(SMS_PART, Feature.WAKING, country="AT"), 10)])
    booked = Day.priced_by(everywhere, on=ON, sheet=sheet, state=DayState.ESTIMATED)
    desk.books.put_day(booked)
    desk.outside.sheets[ON] = Sheet([(Entry(QUEUES, Feature.STANDING), MILLION)])
    desk.reconcile()
    day = desk.books.day(ON)
    assert day is not None
    assert day.amount == Decimal("0.9"), "though a price for Austria is known by now"


def test_who_is_silent_outside_is_said_and_asked_again_tomorrow() -> None:
    desk = Desk()
    desk.book(writes())
    desk.bill(charged("0.625"))
    desk.outside.is_silent = True
    found = desk.reconcile()
    assert found.failures == (
        "what 2026-11-20 took, seen from outside: CloudWatch does not answer",
    )
    assert desk.line("dynamodb").variance == 0
    desk.outside.is_silent = False
    desk.outside.sheets[ON] = Sheet([(Entry(QUEUES, Feature.STANDING), 7)])
    desk.reconcile(MORNING + DAY)
    day = desk.books.day(ON)
    assert day is not None
    assert day.sheet.quantity(QUEUES) == 7


# --- SMS -----------------------------------------------------------------------------------


BY_REPORT = Finance(tell=(FIN,), sms_reports_bucket="reports")


def test_reports_tell_the_ledger_what_each_sms_cost() -> None:
    desk = Desk(BY_REPORT)
    desk.book((Entry(SMS_PART, Feature.WAKING, country="AT"), 2))
    desk.send(an_sms("a"), an_sms("b", charged=Decimal("0.07"), by="receipt"))
    desk.reports.reports[ON] = [reported("a", "0.07"), reported("b", "0.14", parts=2)]
    desk.reconcile()
    found = desk.ledger.get("b")
    assert found is not None
    assert (found.charged, found.charged_parts, found.by) == (Decimal("0.14"), 2, "report")
    line = desk.line("sms")
    assert (line.metered, line.charged, line.by) == (
        Decimal("0.14"),
        Decimal("0.21"),
        "sms-report",
    )
    assert line.reason.startswith("parts were counted differently for 1 of 2 SMS")


def test_an_sms_that_the_desk_did_not_send_is_unexplained() -> None:
    desk = Desk(BY_REPORT)
    desk.book((Entry(SMS_PART, Feature.WAKING, country="AT"), 1))
    desk.send(an_sms("a"))
    desk.reports.reports[ON] = [reported("a", "0.07"), reported("z", "0.9")]
    desk.reconcile()
    assert desk.line(UNEXPLAINED).charged == Decimal("0.9")
    assert desk.ledger.get("z") is None


def test_an_sms_that_stands_under_another_day_is_not_strange() -> None:
    desk = Desk(BY_REPORT)
    desk.book((Entry(SMS_PART, Feature.WAKING, country="AT"), 1))
    desk.send(an_sms("a"), an_sms("late", at=datetime(2026, 11, 21, 0, 0, 1, tzinfo=UTC)))
    desk.reports.reports[ON] = [reported("a", "0.07"), reported("late", "0.07")]
    desk.reconcile()
    assert [line.group for line in desk.reconciliations.of_month("2026-11")] == ["sms"]
    found = desk.ledger.get("late")
    assert found is not None
    assert found.charged == Decimal("0.07")


def test_receipts_alone_settle_sms_after_five_days_and_never_the_day() -> None:
    desk = Desk(Finance())
    desk.book((Entry(SMS_PART, Feature.WAKING, country="AT"), 1), writes())
    desk.send(an_sms("a", charged=Decimal("0.07"), by="receipt"))
    desk.reconcile()
    assert (desk.line("sms").state, desk.line("sms").by) == (DayState.ESTIMATED, "receipt")
    desk.reconcile(MORNING + 4 * DAY)
    assert desk.line("sms").state is DayState.FINAL
    assert desk.state() is DayState.ESTIMATED
    assert desk.reconcile(MORNING + 5 * DAY).days == 0


@pytest.mark.parametrize("is_silent", [True, False])
def test_a_report_that_cannot_be_had_stops_nobody_else(is_silent: bool) -> None:
    desk = Desk(replace(BY_REPORT, bill=BY_TAG))
    desk.book((Entry(SMS_PART, Feature.WAKING, country="AT"), 1), writes())
    desk.send(an_sms("a"))
    desk.bill(charged("0.625"))
    desk.reports.is_silent = is_silent
    desk.reports.trouble[ON] = "s3://b/001.csv.gz, line 2: PriceInUSD is 'x'; use a number"
    found = desk.reconcile()
    (failure,) = found.failures
    assert failure.startswith("the usage report of SMS of 2026-11-20: ")
    assert desk.line("dynamodb").variance == 0
    assert desk.line("sms").charged is None


def test_the_price_that_most_sms_were_charged_at_is_kept() -> None:
    desk = Desk(BY_REPORT)
    desk.book((Entry(SMS_PART, Feature.WAKING, country="AT"), 1))
    desk.send(an_sms("a"))
    desk.reports.reports[ON] = [reported("a", "0.09")]
    desk.reconcile()
    (price,) = desk.observed.all()
    assert (price.sku, price.country, price.amount) == (SMS_PART, "AT", Decimal("0.09"))


def test_nobody_answers_and_each_is_said() -> None:
    desk = Desk(replace(BY_REPORT, bill=BY_TAG))
    desk.book(writes())
    desk.outside.is_silent = desk.reports.is_silent = desk.reader.is_silent = True
    found = desk.reconcile()
    assert [failure.partition(":")[0] for failure in found.failures] == [
        "what 2026-11-20 took, seen from outside",
        "the usage report of SMS of 2026-11-20",
        "the bill of 2026-11",
    ]
    assert found.days == 1


# --- telling -------------------------------------------------------------------------------


def a_strange_service(amount: str = "12", on: date = ON) -> BillLine:
    return BillLine(day=on, group="", named="Amazon Route 53", amount=Decimal(amount))


def test_a_difference_over_5_percent_is_told_to_finance_once() -> None:
    desk = Desk()
    desk.book(writes())
    desk.bill(charged("0.625"), a_strange_service())
    desk.reconcile()
    ((to, letter),) = desk.post.sent
    assert to == FIN
    (paragraph,) = letter.sections[0].paragraphs
    assert paragraph.startswith("2026-11-20, Amazon Route 53: 12.0000 USD were charged where")
    assert letter.link == LINK

    desk.reconcile(MORNING + DAY)
    assert len(desk.post.sent) == 1
    desk.bill(charged("0.625"), a_strange_service(), a_strange_service("3", ON + DAY))
    desk.book(writes(), on=ON + DAY)
    desk.reconcile(MORNING + 2 * DAY)
    (paragraph,) = desk.post.sent[1][1].sections[0].paragraphs
    assert paragraph.startswith("2026-11-21, Amazon Route 53")


def test_less_than_was_metered_is_told_when_the_day_is_final() -> None:
    desk = Desk()
    desk.book(writes())
    desk.bill(charged("0.3", "480000"))
    desk.reconcile()
    assert desk.line("dynamodb").is_flagged
    assert desk.post.sent == []
    desk.bill(charged("0.3", "480000"), is_final=True)
    desk.reconcile(MORNING + DAY)
    assert len(desk.post.sent) == 1


def test_what_differs_by_less_than_a_cent_is_nobody_s_news() -> None:
    desk = Desk()
    desk.book(writes(10))
    desk.bill(charged("0.009", "10"), is_final=True)
    desk.reconcile()
    assert desk.line("dynamodb").is_flagged
    assert desk.post.sent == []


def test_a_letter_that_could_not_be_sent_is_sent_tomorrow() -> None:
    desk = Desk()
    desk.book(writes())
    desk.bill(charged("0.625"), a_strange_service())
    desk.post.trouble[FIN] = ChannelUnavailable("throttled")
    desk.reconcile()
    assert desk.post.sent == []
    desk.post.trouble.clear()
    desk.reconcile(MORNING + DAY)
    assert len(desk.post.sent) == 1


def test_where_nobody_is_to_be_told_nobody_is() -> None:
    desk = Desk(Finance(bill=BY_TAG))
    desk.book(writes())
    desk.bill(charged("0.625"), a_strange_service())
    assert desk.reconcile().days == 1
    assert desk.post.sent == []


# --- interrupted ---------------------------------------------------------------------------


class _Tripwire:
    """Crashes just before or after the `number`th call of what it is laid around."""

    def __init__(self, number: int, *, is_after: bool) -> None:
        self.number = number
        self.is_after = is_after

    def around(self, fake: Any) -> Any:
        wire = self

        class Around:
            def __getattr__(self, name: str) -> Any:
                found = getattr(fake, name)
                if not callable(found):
                    return found

                def call(*args: Any, **named: Any) -> Any:
                    wire.number -= 1
                    if wire.number == 0 and not wire.is_after:
                        raise Crash
                    result = found(*args, **named)
                    if wire.number == 0:
                        raise Crash
                    return result

                return call

        return Around()


STORES = ("books", "ledger", "observed", "bills", "marks", "reconciliations", "post")


@contextmanager
def tripped(desk: Desk, wire: _Tripwire) -> Iterator[None]:
    plain = {name: getattr(desk, name) for name in STORES}
    for name, fake in plain.items():
        setattr(desk, name, wire.around(fake))
    desk.wired()
    yield
    for name, fake in plain.items():
        setattr(desk, name, fake)
    desk.wired()


def a_full_desk() -> Desk:
    desk = Desk(replace(BY_REPORT, bill=BY_TAG))
    desk.book(writes(), (Entry(SMS_PART, Feature.WAKING, country="AT"), 1))
    desk.book(writes(), on=ON - DAY)
    desk.outside.sheets[ON] = Sheet([(Entry(QUEUES, Feature.STANDING), 7)])
    desk.send(an_sms("a"))
    desk.reports.reports[ON] = [reported("a", "0.09"), reported("z", "0.9")]
    desk.bill(charged("0.7"), charged("0.7", on=ON - DAY), a_strange_service(), is_final=True)
    return desk


@pytest.mark.parametrize("is_after", [False, True])
def test_a_crash_at_any_place_is_made_good_by_the_next_hour(is_after: bool) -> None:
    whole = a_full_desk()
    whole.reconcile()
    crashes, number = 0, 1
    while True:
        desk = a_full_desk()
        wire = _Tripwire(number, is_after=is_after)
        with tripped(desk, wire):
            is_crash = _crashes(lambda: desk.reconciling.reconcile(now=MORNING))  # noqa: B023
        if not is_crash:
            break
        crashes += 1
        for hours in (1, 2):
            desk.reconciling.reconcile(now=MORNING + hours * HOUR)
        assert desk.everything() == whole.everything(), number
        assert len({letter for _, letter in desk.post.sent}) == 1, number
        number += 1
    assert crashes > 20


def _crashes(act: Callable[[], object]) -> bool:
    try:
        act()
    except Crash:
        return True
    return False
