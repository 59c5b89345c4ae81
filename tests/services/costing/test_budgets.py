"""Budgets are told once a mark, by e-mail; money rings no phone at night."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from chalicelib.domain.desk import EmailSettings
from chalicelib.domain.errors import ChannelRefused, ChannelUnavailable
from chalicelib.domain.finance import Budget, Finance
from chalicelib.domain.readiness import SmsSpend
from tests.services.costing.money import FAE, FIN, LINK, NOON, Money, sms, writes

HOUR = timedelta(hours=1)
NIGHT = datetime(2026, 11, 16, 1, tzinfo=UTC)
NO_TELL = Finance()
SILENT_MAIL = {"email": EmailSettings()}


def whole(usd: str) -> Budget:
    return Budget(name="whole", usd=Decimal(usd))


def of_sms(usd: str) -> Budget:
    return Budget(name="sms", usd=Decimal(usd), stops=True, confirmed_by="Fiona Berg")


def spent(money: Money, units: int, *, on: date = date(2026, 11, 16)) -> None:
    """So many dollars, on one day: nothing can be foretold by it."""
    money.book(on, writes(units))


@pytest.fixture
def money() -> Money:
    return Money()


def test_below_half_nothing_is_told(money: Money) -> None:
    money.budget(whole("100"))
    spent(money, 49)
    assert money.watch() == 0
    assert not money.notices.told


def test_each_mark_is_told_once_to_each_address(money: Money) -> None:
    money.budget(whole("100"))
    for units, at in ((50, NOON), (79, NOON + HOUR), (80, NOON + 2 * HOUR), (100, NOON + 3 * HOUR)):
        spent(money, units)
        money.watch(at)
        money.watch(at + timedelta(minutes=30))
    assert money.post.subjects == [
        subject
        for subject in (
            "The budget of everything of November 2026 is used to 50 %",
            "The budget of everything of November 2026 is used to 80 %",
            "The budget of everything of November 2026 is used up",
        )
        for _ in (FIN, FAE)
    ]
    assert [to for to, _ in money.post.sent] == [FIN, FAE] * 3
    assert not money.notices.told, "nobody's phone rings for money"


def test_a_letter_has_the_figures_and_where_they_open(money: Money) -> None:
    money.budget(whole("100"))
    spent(money, 80)
    money.watch()
    _, letter = money.post.sent[0]
    (section,) = letter.sections
    assert "80.00 of 100.00 USD are spent" in section.paragraphs[0]
    assert letter.link == LINK


def test_of_several_marks_passed_at_once_the_last_is_told(money: Money) -> None:
    money.budget(whole("100"))
    spent(money, 90)
    assert money.watch() == 2
    spent(money, 60)  # a price turned out to be lower
    assert money.watch(NOON + HOUR) == 0


def test_who_has_heard_of_the_last_mark_hears_of_no_lesser_one_though_another_has_not(
    money: Money,
) -> None:
    money.budget(whole("100"))
    money.post.trouble[FAE] = ChannelUnavailable("SES is failing")
    spent(money, 90)
    assert money.watch() == 1
    spent(money, 60)
    money.post.trouble.clear()
    assert money.watch(NOON + HOUR) == 1
    assert [to for to, _ in money.post.sent] == [FIN, FAE]


def test_in_a_new_month_all_is_told_anew(money: Money) -> None:
    money.budget(whole("100"))
    spent(money, 60)
    money.watch()
    spent(money, 60, on=date(2026, 12, 3))
    assert money.watch(datetime(2026, 12, 3, 12, tzinfo=UTC)) == 2
    assert money.post.subjects[-1].endswith("December 2026 is used to 50 %")


def test_after_a_budget_was_raised_its_marks_are_told_anew(money: Money) -> None:
    money.budget(whole("100"))
    spent(money, 100)
    money.watch()
    money.budget(whole("150"))
    assert money.watch(NOON + HOUR) == 2
    assert money.post.subjects[-1].endswith("is used to 50 %")
    money.budget(whole("150.00"))
    assert money.watch(NOON + 2 * HOUR) == 0, "it is the same budget"


def test_a_budget_that_will_not_last_is_told_before_it_is_used_up(money: Money) -> None:
    money.budget(whole("100"))
    money.book_days(date(2026, 10, 1), date(2026, 11, 6), lambda _: [writes(4)])
    early = datetime(2026, 11, 6, 12, tzinfo=UTC)
    assert money.watch(early) == 2
    assert (
        money.post.subjects == ["The budget of everything will not last through November 2026"] * 2
    )
    text = money.post.sent[0][1].sections[0].paragraphs[0]
    assert "20.00 of 100.00 USD are spent, 118.00 expected by the end of the month" in text
    assert money.watch(early + HOUR) == 0


def test_a_budget_that_lasts_is_not_told_to_fail(money: Money) -> None:
    money.budget(whole("100"))
    money.book_days(date(2026, 10, 1), date(2026, 11, 16), lambda _: [writes(1)])
    assert money.watch() == 0


def test_a_letter_that_could_not_be_sent_is_sent_later_and_the_others_once(money: Money) -> None:
    money.budget(whole("100"))
    spent(money, 50)
    money.post.trouble[FAE] = ChannelUnavailable("SES is failing: Throttling")
    assert money.watch() == 1
    assert money.meter.counts["FinanceLettersNotSent"] == 1
    money.post.trouble.clear()
    assert money.watch(NOON + HOUR) == 1
    assert [to for to, _ in money.post.sent] == [FIN, FAE]
    assert money.watch(NOON + 2 * HOUR) == 0


def test_whoever_joins_later_is_told_what_holds(money: Money) -> None:
    money.budget(whole("100"))
    spent(money, 50)
    money.watch()
    desk = money.desks.current()
    more = replace(desk.finance, tell=(FIN, FAE, "new@acme.example"))
    money.desks.put(replace(desk, finance=more), now=NOON)
    money.watch(NOON + HOUR)
    assert [to for to, _ in money.post.sent] == [FIN, FAE, "new@acme.example"]


@pytest.mark.parametrize(("finance", "desk"), [(NO_TELL, {}), (Finance(tell=(FIN,)), SILENT_MAIL)])
def test_without_a_way_by_mail_the_keepers_are_told_by_day(
    finance: Finance, desk: dict[str, object]
) -> None:
    money = Money(finance, **desk)
    money.budget(whole("100"))
    spent(money, 80)
    assert money.watch(NIGHT) == 0, "nothing wakes anybody at night"
    assert money.watch(NOON) == 1
    assert money.watch(NOON + 2 * HOUR) == 0
    (notice,) = money.notices.told
    assert notice.text.startswith("The budget of everything of November 2026 is used to 80 %")


def test_when_no_address_takes_mail_the_keepers_are_told(money: Money) -> None:
    money.budget(whole("100"))
    spent(money, 80)
    for address in (FIN, FAE):
        money.post.trouble[address] = ChannelRefused("SES refused the e-mail to finance")
    assert money.watch() == 1
    assert len(money.notices.told) == 1


def test_a_failing_provider_of_mail_is_waited_for(money: Money) -> None:
    money.budget(whole("100"))
    spent(money, 80)
    for address in (FIN, FAE):
        money.post.trouble[address] = ChannelUnavailable("SES is failing")
    assert money.watch() == 0
    assert not money.notices.told


# --- SMS ---------------------------------------------------------------------------------


def test_a_quota_that_runs_out_is_told_by_mail(money: Money) -> None:
    money.book_days(date(2026, 10, 1), date(2026, 11, 16), lambda _: [sms(2)])
    money.sms_account.money = SmsSpend(spent=Decimal(31), limit=Decimal(44))
    assert money.watch() == 2
    text = money.post.sent[0][1].sections[0].paragraphs[0]
    assert text.startswith("At this rate SMS stop on the 23rd: 31.00 of 44.00 USD")
    assert "Service Quotas" in text
    assert not money.notices.told


def test_sms_that_the_quota_stops_within_48_hours_are_told_by_mail_and_ring_nobody(
    money: Money,
) -> None:
    money.book_days(date(2026, 10, 1), date(2026, 11, 16), lambda _: [sms(2)])
    money.sms_account.money = SmsSpend(spent=Decimal(31), limit=Decimal(34))
    money.watch(NIGHT)
    assert sum("SMS stop on the 17th" in one for one in money.post.subjects) > 0
    told = len(money.post.subjects)
    for hour in range(2, 12):
        money.watch(NIGHT + hour * HOUR)
    assert len(money.post.subjects) == told
    assert not money.notices.told


def test_a_company_that_set_nothing_hears_nothing_of_money() -> None:
    money = Money(NO_TELL)
    money.sms_account.sandboxed = True
    money.sms_account.money = SmsSpend(spent=Decimal(60), limit=Decimal(100))
    assert money.watch() == 0
    money.sms_account.money = SmsSpend(spent=Decimal(100), limit=Decimal(100))
    assert money.watch(NOON + HOUR) == 0  # the readiness check tells who cannot be reached


def test_the_sandbox_is_told_once(money: Money) -> None:
    money.sms_account.sandboxed = True
    assert money.watch() == 2
    assert money.watch(NOON + HOUR) == 0
    assert "SMS sandbox" in money.post.subjects[0]


def test_a_provider_that_says_nothing_is_no_reason_to_be_silent(money: Money) -> None:
    money.budget(whole("100"))
    spent(money, 80)
    money.sms_account.silent |= {"spend", "sandbox"}
    assert money.watch() == 2


def test_an_sms_budget_that_stops_sms_soon_is_told_by_notice_in_the_morning(money: Money) -> None:
    money.budget(of_sms("33"))
    money.book_days(date(2026, 11, 1), date(2026, 11, 16), lambda _: [sms(2)])
    money.watch(NIGHT)
    assert not money.notices.told
    money.watch(NOON)
    money.watch(NOON + HOUR)
    (notice,) = money.notices.told
    assert notice.text.startswith("At this rate SMS stop on the 18th, when their budget is used up")
    assert "Fiona Berg has confirmed" in notice.text
    assert not money.cap.refusal()


def test_an_sms_budget_that_does_not_stop_them_wakes_nobody(money: Money) -> None:
    money.budget(replace(of_sms("33"), stops=False, confirmed_by=""))
    money.book_days(date(2026, 11, 1), date(2026, 11, 16), lambda _: [sms(2)])
    money.watch(NIGHT)
    assert not money.notices.told
    assert money.post.subjects[0] == "The budget of SMS of November 2026 is used to 80 %"


def test_when_an_sms_budget_is_used_up_sms_stop_and_it_is_said_who_confirmed_that(
    money: Money,
) -> None:
    money.budget(of_sms("30"))
    money.book_days(date(2026, 11, 1), date(2026, 11, 16), lambda _: [sms(2)])
    money.watch(NIGHT)
    assert money.cap.refusal()
    assert not money.notices.told
    money.watch(NOON)
    (notice,) = money.notices.told
    assert "as Fiona Berg has confirmed" in notice.text
    assert "pages go by their next way" in notice.text


def test_an_empty_desk_is_left_alone(money: Money) -> None:
    money.desks.versions.clear()
    assert money.watch() == 0
    assert money.letters.send(now=NOON) == 0
