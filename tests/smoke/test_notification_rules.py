"""One person's ways to be called, one after the other, until somebody has it."""

from datetime import timedelta

from infra.local.phones import Line
from tests.smoke.desks import rules, step
from tests.smoke.inboxes import MailboxInHand, PhoneInHand
from tests.smoke.world import World, hours, minutes

DOWN = "@acme the whole booking site is down, nobody can pay"
WORDS = "booking site is down"


def ana_is_called_by(world: World, *ways: tuple[str, float]) -> tuple[PhoneInHand, MailboxInHand]:
    """Ana, who alone is called; rounds are too far apart to matter."""
    mailbox = world.mailbox("ana")
    world.person("ana", notify=rules(*ways))
    world.policy(step("@primary"), repeat_after=hours(2))
    return world.phone("ana"), mailbox


def test_two_rules_without_delay_use_both_channels_at_once(world: World) -> None:
    phone, mailbox = ana_is_called_by(world, ("sms", 0), ("email", 0))
    world.post("mastodon", DOWN)
    text, letter = phone.expects_page(WORDS), mailbox.expects_page(WORDS)
    assert text.at == letter.at
    world.fast_forward(minutes(30))
    world.nobody_rings()


def test_after_its_minutes_the_next_rule_is_carried_out(world: World) -> None:
    phone, mailbox = ana_is_called_by(world, ("sms", 0), ("email", 10), ("sms", 30))
    world.post("mastodon", DOWN)
    first = phone.expects_page(WORDS)
    world.fast_forward(minutes(100))
    letter, second = mailbox.expects_page(WORDS), phone.expects_page(WORDS)
    assert letter.at - first.at == minutes(10)
    assert second.at - first.at == minutes(30)
    world.nobody_rings()


def test_after_an_acknowledgement_no_further_rule_is_carried_out(world: World) -> None:
    phone, _ = ana_is_called_by(world, ("sms", 0), ("email", 10))
    world.post("mastodon", DOWN)
    phone.expects_page(WORDS)
    world.fast_forward(minutes(5))
    phone.replies()
    phone.expects_note("You have it")
    world.fast_forward(minutes(30))
    world.nobody_rings()


def test_rules_that_fell_due_while_the_clock_stood_ring_once(world: World) -> None:
    phone, mailbox = ana_is_called_by(world, ("sms", 1), ("email", 2), ("sms", 3), ("sms", 10))
    opened_at = world.now + minutes(1)
    world.post("mastodon", DOWN)
    with world.ticks():
        world.fast_forward(minutes(4))
    world.nobody_rings()
    world.fast_forward(minutes(1))
    phone.expects_page(WORDS)
    mailbox.expects_page(WORDS)
    phone.is_silent()
    world.fast_forward(minutes(20))
    assert phone.expects_page(WORDS).at == opened_at + minutes(10)


def test_rules_that_were_changed_meanwhile_ring_nobody_at_once(world: World) -> None:
    """A call that is going on takes them by their place in the list, the next call takes them
    whole."""
    phone, mailbox = ana_is_called_by(world, ("sms", 0), ("email", 20))
    world.policy(step("@primary"), step("@primary", after=hours(1)), repeat_after=hours(2))
    world.post("mastodon", DOWN)
    phone.expects_page(WORDS)
    world.fast_forward(minutes(10))
    world.person("ana", notify=rules(("sms", 0), ("sms", 5), ("email", 40)))
    assert called_within(world, phone, mailbox, hours(1) - minutes(11)) == [
        ("sms", minutes(20)),
        ("email", minutes(40)),
    ]
    assert called_within(world, phone, mailbox, hours(1)) == [
        ("sms", hours(1)),
        ("sms", hours(1) + minutes(5)),
        ("email", hours(1) + minutes(40)),
    ]


def called_within(
    world: World, phone: PhoneInHand, mailbox: MailboxInHand, length: timedelta
) -> list[tuple[str, timedelta]]:
    """What came in that time, by which channel and how long after the first page ever."""
    first = phone.arrived()[0].at
    world.fast_forward(length)
    came = [("sms", phone.expects_page(WORDS).at - first) for _ in phone.waiting()]
    came += [("email", mailbox.expects_page(WORDS).at - first) for _ in mailbox.waiting()]
    return sorted(came, key=lambda pair: pair[1])


def test_a_rule_added_after_the_last_one_waits_for_the_next_call(world: World) -> None:
    phone, mailbox = ana_is_called_by(world, ("sms", 0))
    world.policy(step("@primary"), step("@primary", after=hours(1)), repeat_after=hours(2))
    world.post("mastodon", DOWN)
    phone.expects_page(WORDS)
    world.fast_forward(minutes(10))
    world.person("ana", notify=rules(("sms", 0), ("email", 30)))
    assert called_within(world, phone, mailbox, minutes(49)) == []
    assert called_within(world, phone, mailbox, hours(1)) == [
        ("sms", hours(1)),
        ("email", hours(1) + minutes(30)),
    ]


def test_a_refused_page_moves_to_the_persons_next_channel_at_once(world: World) -> None:
    mailbox = world.mailbox("ana")  # by default ten minutes after the SMS
    world.on_call(first="ana", second="ben", after=minutes(15))
    world.phone("ana").goes(Line.REFUSED)
    world.post("mastodon", DOWN)
    assert mailbox.expects_page(WORDS).at == world.now
    world.fast_forward(minutes(14))
    world.nobody_rings()
    world.fast_forward(minutes(1))
    world.phone("ben").expects_page(WORDS)


def test_rules_of_two_steps_that_fall_together_ring_once(world: World) -> None:
    phone, _ = ana_is_called_by(world, ("sms", 0), ("sms", 30))
    steps = step("ana"), step("ana", after=minutes(30)), step("ana", after=hours(2))
    world.policy(*steps, repeat_after=hours(3))
    post = world.post("mastodon", DOWN)
    phone.expects_page(WORDS)
    world.fast_forward(minutes(30))  # the second step falls together with her second rule
    phone.expects_page(WORDS)
    phone.is_silent()
    world.fast_forward(minutes(29.5))
    assert world.agent("mia").escalates(post) == 200  # half a minute before her second rule
    phone.expects_page(WORDS)
    world.fast_forward(minutes(20))
    phone.is_silent()


def test_a_further_step_for_the_same_person_begins_their_rules_anew(world: World) -> None:
    phone, mailbox = ana_is_called_by(world, ("sms", 0), ("email", 10))
    world.policy(step("ana"), step("ana", after=minutes(5)), repeat_after=hours(2))
    world.post("mastodon", DOWN)
    first = phone.expects_page(WORDS).at
    world.fast_forward(minutes(60))
    assert phone.expects_page(WORDS).at == first + minutes(5)
    assert mailbox.expects_page(WORDS).at == first + minutes(15)
