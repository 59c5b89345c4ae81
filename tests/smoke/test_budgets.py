"""Budgets from the books to a mailbox; and one that stops SMS, from the books to another way."""

from datetime import timedelta
from decimal import Decimal

from chalicelib import wiring
from chalicelib.domain.cost import Entry, Feature, Sheet
from chalicelib.domain.cost.day import Day, DayState
from chalicelib.domain.cost.sms import SMS_PART
from chalicelib.domain.desk import EmailSettings
from chalicelib.domain.finance import Budget, Finance
from tests.smoke.inboxes import MailboxInHand
from tests.smoke.post_office import SENDER
from tests.smoke.test_least_privilege import (  # noqa: F401
    Write,
    allowed_of_costs,
    of_costs,
)
from tests.smoke.world import World, minutes

DOWN = "@acme the whole booking site is down, nobody can pay"
FIN = "fin@acme.example"
STOPS = Budget(name="sms", usd=Decimal("1.00"), stops=True, confirmed_by="Fiona Berg")


def book_sms(parts: int) -> None:
    """What SMS took yesterday."""
    sheet = Sheet([(Entry(SMS_PART, Feature.WAKING, country="AT"), parts)])
    on = wiring.now().date() - timedelta(days=1)
    book = wiring.parts.price_book()()
    day = Day.priced_by(book, on=on, sheet=sheet, state=DayState.ESTIMATED)
    assert day.amount > parts * Decimal("0.01")
    wiring.parts.books().put_day(day)


def test_a_budget_is_told_to_finance_once_and_no_phone_rings(
    cloud_world: World,
    of_costs: set[Write],  # noqa: F811
) -> None:
    world = cloud_world
    whole = Budget(name="whole", usd=Decimal(1))
    world.apply(email=EmailSettings(sender=SENDER), finance=Finance(tell=(FIN,), budgets=(whole,)))
    book_sms(100)
    world.fast_forward(minutes(121))
    letter = MailboxInHand(world, FIN, world._expected).expects_note("10.54 of 1.00 USD are spent")
    assert letter.subject == "The budget of everything of November 2026 is used up"
    assert letter.text.count("/#/costs") == 1
    world.nobody_rings()
    kinds = {partition for name, _, partition in of_costs if name == "reckon"}
    assert kinds >= {"told", "fetched"}
    assert of_costs - allowed_of_costs(of_costs) == set()


def test_a_budget_that_stops_sms_sends_pages_by_the_next_way_at_once(
    cloud_world: World,
    of_costs: set[Write],  # noqa: F811
) -> None:
    world = cloud_world
    mailbox = world.mailbox("ana")
    world.apply(finance=Finance(budgets=(STOPS,)))
    book_sms(100)
    world.fast_forward(minutes(61))
    world.nobody_rings()  # it is evening, and money waits for the morning

    world.post("mastodon", DOWN)
    mailbox.expects_page("booking site is down", has_code=False)
    world.phone("ana").is_silent()

    world.apply(finance=Finance(budgets=(Budget(name="sms", usd=Decimal(500)),)))
    world.fast_forward(minutes(16))
    world.phone("ben").expects_page("booking site is down")
    partitions = {partition for _, _, partition in of_costs}
    assert "cap" in partitions
    assert of_costs - allowed_of_costs(of_costs) == set()


def test_the_readiness_check_asks_whether_a_budget_stops_sms_and_whether_the_books_are_kept(
    cloud_world: World,
    of_costs: set[Write],  # noqa: F811
) -> None:
    world = cloud_world
    mailboxes = [world.mailbox(id) for id in ("lea", "fay")]
    world.apply(finance=Finance(budgets=(STOPS,)))
    book_sms(100)
    world.fast_forward(minutes(61))
    world.nobody_rings()  # it is evening, and money waits for the morning
    world.pager_is_watched()
    world.fast_forward(minutes(61))
    for mailbox in mailboxes:
        mailbox.expects_note("a budget has stopped SMS")
    assert {
        ("watch", "dynamodb:GetItem", "cap"),
        ("watch", "dynamodb:Query", "hour"),
    } <= of_costs
    assert of_costs - allowed_of_costs(of_costs) == set()
    said = [one["what"] for one in world.agent("mia").readiness()["findings"]]
    assert [one for one in said if "SMS are stopped by the budget until" in one]
    assert not [one for one in said if "books" in one]
