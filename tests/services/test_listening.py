"""How often sources are read, how they stand, and what becomes of what was missed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from chalicelib.domain.cost import Charge, Per, Price, PriceBook, Use
from chalicelib.domain.errors import SourceRefused, SourceUnavailable
from chalicelib.domain.incident import Incident, IncidentState
from chalicelib.domain.read_budget import ReadBudget, Scope
from chalicelib.domain.rhythm import Rhythm
from chalicelib.domain.schedule import ResponderId
from chalicelib.domain.signal import Urgency
from chalicelib.domain.standing import Condition, SourceStanding
from chalicelib.domain.timeline import Act, ActKind
from chalicelib.ports import Batch, Cursor, Pulled, ReadUsage, Traits
from tests.builders import FAY, NOW, a_desk, a_pulled, a_source_entry, an_incident, mention_number
from tests.fakes import FakeIncidents, FakeReplier, FakeSource
from tests.fakes.platforms import FREE
from tests.services.stage import Interruption, Stage, after, interruptions

ONE, TWO = "mastodon-acme", "blog"
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ANA = ResponderId("ana")

BY_WORDS = replace(FREE, is_by_keyword=True)


def pull(stage: Stage, now: datetime = NOW, name: str = ONE) -> int:
    return stage.ingest.pull(name, now=now, deadline=now + timedelta(seconds=50))


def tell(stage: Stage, now: datetime) -> int:
    return stage.source_news.tell(now=now)


def asked(stage: Stage, minutes: int, begin: int = 0) -> list[int]:
    """In which of some minutes the first source is asked, and answers."""
    found = []
    for minute in range(begin, begin + minutes):
        if ONE in stage.ingest.enqueue_due(now=after(minute)):
            found.append(minute)
            pull(stage, after(minute))
    return found


def standing(stage: Stage, now: datetime, name: str = ONE) -> SourceStanding:
    return next(one for one in stage.standing.sources(now=now) if one.name == name)


def desk_with(**over: object) -> Stage:
    entry = replace(a_source_entry(), **over)  # type: ignore[arg-type]
    return Stage(a_desk(sources=(entry,)))


def two_sources(**over: object) -> Stage:
    entry = replace(a_source_entry(), **over)  # type: ignore[arg-type]
    stage = Stage(a_desk(sources=(entry, a_source_entry(TWO, every=5 * MINUTE))))
    stage.sources.by_name[TWO] = FakeSource(TWO)
    return stage


def written(number: int, posted_at: datetime) -> Pulled:
    return a_pulled(mention_number(number, posted_at=posted_at))


# --- pace --------------------------------------------------------------------------------


def taken(now: datetime) -> Incident:
    return an_incident(
        state=IncidentState.ACKNOWLEDGED,
        acknowledged_by="ana",
        acknowledged_at=now,
        alive_at=now,
        ack_expires_at=now + 4 * HOUR,
    )


def put(stage: Stage, incident: Incident) -> None:
    assert isinstance(stage.incidents, FakeIncidents)
    stage.incidents.open(incident, instead_of=None)


def test_while_somebody_is_on_an_incident_of_the_brand_it_is_read_each_minute() -> None:
    stage = desk_with(every=5 * MINUTE)
    assert asked(stage, 8) == [0, 5]
    put(stage, taken(after(8)))

    assert asked(stage, 4, 8) == [8, 9, 10, 11]


def test_two_hours_after_the_last_word_it_is_read_as_usual_again() -> None:
    stage = desk_with(every=5 * MINUTE)
    put(stage, taken(NOW))

    assert asked(stage, 10, 120) == [120, 125]


def test_what_nobody_is_on_or_was_snoozed_or_is_another_brands_makes_it_no_quicker() -> None:
    snooze = Act(kind=ActKind.SNOOZED, at=NOW, by="ana")
    for incident in (
        an_incident(),
        replace(taken(NOW), acts=(snooze,)),
        replace(taken(NOW), brand="other"),
        replace(taken(NOW), state=IncidentState.RESOLVED),
    ):
        stage = desk_with(every=5 * MINUTE)
        put(stage, incident)
        assert asked(stage, 8) == [0, 5]


def test_while_a_crowd_grows_it_is_read_at_its_quickest_though_nobody_is_on_it() -> None:
    stage = desk_with(every=10 * MINUTE, quickest=2 * MINUTE)
    put(stage, an_incident(surge="42 angry posts in 10 min, normally 1.4"))

    assert asked(stage, 7) == [0, 2, 4, 6]
    assert asked(stage, 20, 60) == [60, 70]


def test_others_of_the_brand_are_read_more_often_for_half_a_day_while_one_is_blind() -> None:
    stage = two_sources(every=5 * MINUTE)
    pull(stage)
    stage.source.trouble = SourceRefused("401")
    stage.ingest.enqueue_due(now=NOW)
    pull(stage, after(1))
    names = [stage.ingest.enqueue_due(now=after(minute)) for minute in range(1, 4)]
    assert all(TWO in found for found in names)
    assert standing(stage, after(4)).every == 5 * MINUTE  # nobody stands in for itself

    later = [TWO in stage.ingest.enqueue_due(now=after(721 + minute)) for minute in range(5)]
    assert later.count(True) == 1


def test_an_incident_store_that_fails_slows_nothing() -> None:
    stage = Stage(
        a_desk(sources=(a_source_entry(every=5 * MINUTE),)),
        interruption=Interruption(1, of="open_ones", do=broken),
    )

    assert asked(stage, 8) == [0, 5]


def broken() -> None:
    raise RuntimeError("the table is gone")


def test_at_hours_in_which_it_hardly_ever_speaks_it_is_read_down_to_its_floor() -> None:
    stage = desk_with(every=5 * MINUTE, at_least_every=30 * MINUTE)
    known = Rhythm(
        since=NOW - 30 * DAY, until=NOW, posts=(0.0,) * 24 + (50.0,) * 24, hours=(20.0,) * 48
    )
    wednesday = datetime(2026, 11, 25, 2, tzinfo=UTC)
    stage.states.save(replace(stage.states.get(ONE), rhythm=known, version=1))
    stage.states.put_off(ONE, wednesday, asked_at=wednesday - HOUR)

    quiet_hour = standing(stage, wednesday).every
    busy_hour = standing(stage, wednesday + 3 * DAY).every
    assert (quiet_hour, busy_hour) == (30 * MINUTE, 5 * MINUTE)


def test_without_a_floor_no_hour_is_read_less() -> None:
    stage = desk_with(every=5 * MINUTE)
    known = Rhythm(since=NOW - 30 * DAY, until=NOW, posts=(1.0,) * 48, hours=(900.0,) * 48)
    stage.states.save(replace(stage.states.get(ONE), rhythm=known, version=1))

    assert standing(stage, NOW).every == 5 * MINUTE


def test_a_platform_that_asks_us_to_wait_is_left_alone_however_much_matters() -> None:
    stage = desk_with()
    put(stage, taken(NOW))
    stage.source.trouble = SourceUnavailable("429", retry_at=after(9))

    assert asked(stage, 10) == [0, 9]


def test_what_is_pushed_alone_is_never_asked() -> None:
    stage = desk_with()
    stage.sources.traits_of[ONE] = replace(FREE, is_pulled=False)

    assert stage.ingest.enqueue_due(now=NOW) == ()
    assert pull(stage) == 0
    assert stage.source.fetched == []
    assert "sends us" in standing(stage, NOW).says


# --- conditions ----------------------------------------------------------------------------


def conditions(stage: Stage, minutes: range) -> list[Condition]:
    found = []
    for minute in minutes:
        pull(stage, after(minute))
        found.append(stage.states.get(ONE).condition)
    return found


def test_a_source_degrades_goes_blind_and_is_watched_again_each_since_its_time() -> None:
    stage = Stage()
    pull(stage)
    stage.source.trouble = SourceUnavailable("503")

    degraded = [Condition.DEGRADED] * 3
    assert conditions(stage, range(1, 6)) == [*degraded, Condition.BLIND, Condition.BLIND]
    assert stage.states.get(ONE).since == NOW  # when it was last read
    stage.source.trouble = None
    assert conditions(stage, range(6, 8)) == [Condition.WATCHING] * 2
    assert stage.states.get(ONE).since == after(6)


def test_until_all_that_was_missed_is_read_it_is_back_and_no_more() -> None:
    class Slow(FakeReplier):
        def fetch(self, cursor: Cursor | None, *, deadline: datetime) -> Batch:
            batch = super().fetch(cursor, deadline=deadline)
            if cursor == "1:2" and self.fetched.count(cursor) == 1:
                return replace(batch, pulled=(), cursor=cursor, is_caught_up=False)
            return batch

    stage = Stage(source=Slow(page_size=2))
    pull(stage)
    stage.source.trouble = SourceRefused("401")
    pull(stage, after(1))
    stage.source.posts += [written(number, after(10 + number)) for number in range(1, 5)]
    stage.source.trouble = None

    assert conditions(stage, range(60, 62)) == [Condition.BACK, Condition.WATCHING]
    missed = stage.states.get(ONE).missed
    assert missed is not None
    assert (missed.since, missed.back_at, missed.read_at) == (NOW, after(60), after(61))
    assert missed.posts == 4


def test_one_that_fails_again_before_all_is_read_has_missed_one_stretch() -> None:
    class Halting(FakeReplier):
        def fetch(self, cursor: Cursor | None, *, deadline: datetime) -> Batch:
            batch = super().fetch(cursor, deadline=deadline)
            if cursor == "1:1" and len(self.fetched) < 5:
                self.trouble = SourceRefused("401 again")
                raise self.trouble
            return batch

    stage = Stage(source=Halting(page_size=1))
    pull(stage)
    stage.source.trouble = SourceRefused("401")
    pull(stage, after(1))
    stage.source.posts += [written(number, after(10 * number)) for number in range(1, 4)]
    stage.source.trouble = None
    assert conditions(stage, range(60, 61)) == [Condition.BLIND]
    stage.source.trouble = None
    assert conditions(stage, range(90, 91)) == [Condition.WATCHING]

    missed = stage.states.get(ONE).missed
    assert missed is not None
    assert (missed.since, missed.back_at, missed.posts) == (NOW, after(90), 3)


def test_what_was_written_meanwhile_is_marked_late_and_nothing_else() -> None:
    before, during, now_ = written(1, NOW - MINUTE), written(2, after(30)), written(3, after(90))
    stage = Stage(posts=[before])
    pull(stage)
    stage.source.trouble = SourceRefused("401")
    pull(stage, after(1))
    stage.source.trouble = None
    stage.source.posts += [during]
    pull(stage, after(60))
    stage.source.posts += [now_]
    pull(stage, after(91))

    late = [stage.mentions.get(one.mention.id) for one in (before, during, now_)]
    assert [one and one.is_late for one in late] == [False, True, False]


def test_a_late_post_that_cannot_wait_still_wakes_and_counts_from_when_it_was_written() -> None:
    stage = Stage()
    pull(stage)
    stage.source.trouble = SourceRefused("401")
    pull(stage, after(1))
    stage.source.trouble = None
    urgent = mention_number(1, text="the site is down right now", posted_at=after(5))
    stage.source.posts.append(a_pulled(urgent))
    now = after(305)
    pull(stage, now)
    kept = stage.mentions.get(urgent.id)
    assert kept is not None
    assert kept.is_late
    score = stage.triage.judge(kept, now=now)
    stage.paging.tick(now=now)

    assert score is not None
    assert score.urgency is Urgency.WAKE
    assert len(stage.phones.pages(ANA)) == 1
    ticket = stage.tickets.get(urgent.id)  # type: ignore[arg-type]
    assert ticket is not None
    assert ticket.waiting_since == after(5)
    assert ticket.mention.is_late


def test_a_source_that_was_never_read_is_blind_since_it_was_first_tried() -> None:
    stage = Stage()
    stage.source.trouble = SourceRefused("401")
    pull(stage)

    shown = standing(stage, NOW)
    assert (shown.condition, shown.since) == (Condition.BLIND, NOW)
    assert "blind to it: 401" in shown.says


def test_one_that_answers_and_is_silent_against_its_rhythm_is_degraded_and_the_keepers_told() -> (
    None
):
    stage = Stage()
    pull(stage)
    state = stage.states.get(ONE)
    spoke_at = NOW - DAY
    usual = replace(
        state.rhythm,
        since=NOW - 30 * DAY,
        spoke_at=spoke_at,
        posts=(60.0,) * 48,
        hours=(20.0,) * 48,
        silence=72.0,
    )
    stage.states.save(replace(state, rhythm=usual, version=state.version + 1))
    pull(stage, after(1))

    assert stage.states.get(ONE).condition is Condition.DEGRADED
    assert "silent, where some 72 posts are usual" in standing(stage, after(1)).says
    for minute in range(1, 150):
        tell(stage, after(minute))
    assert stage.notices.kinds() == [f"quiet:{ONE}"]
    assert stage.phones.notes() == []
    stage.source.posts.append(written(1, after(2)))
    pull(stage, after(3))
    assert stage.states.get(ONE).condition is Condition.WATCHING


def test_one_that_is_due_and_read_by_nobody_is_shown_as_blind() -> None:
    stage = Stage()
    stage.ingest.enqueue_due(now=NOW)
    pull(stage)
    stage.ingest.enqueue_due(now=after(1))

    assert standing(stage, after(14)).condition is Condition.WATCHING
    assert standing(stage, after(20)).condition is Condition.BLIND
    assert "nothing reads it" in standing(stage, after(20)).says


def test_sources_stand_in_the_order_of_the_desk_and_new_ones_too() -> None:
    stage = two_sources()
    stage.source.posts.append(written(1, NOW))
    pull(stage, after(1))
    one, two = stage.standing.sources(now=after(1))

    assert (one.name, one.calls, one.posts, one.spent) == (ONE, 1, 1, Decimal(0))
    assert one.says == "Read every minute."
    assert (two.name, two.says, two.succeeded_at) == (TWO, "Not read yet.", None)


# --- who is told -----------------------------------------------------------------------------


def went_blind(stage: Stage, trouble: str = "it answers 503") -> None:
    pull(stage)
    if TWO in stage.sources.by_name:
        pull(stage, name=TWO)
    stage.source.trouble = SourceRefused(trouble)
    pull(stage, after(1))


def test_who_is_on_duty_and_the_keepers_are_told_once_of_blindness_and_once_of_the_return() -> None:
    stage = two_sources()
    stage.sources.traits_of[ONE] = replace(FREE, can_reply=True)
    went_blind(stage)
    for minute in range(1, 200):
        tell(stage, after(minute))
        pull(stage, after(minute))
    (note,) = stage.phones.notes(ANA)
    assert note == (
        "We are blind to mastodon-acme (Acme) since 20:30: it answers 503. "
        "Read meanwhile: blog. Replies to mastodon-acme wait."
    )
    assert stage.notices.kinds() == [f"blind:{ONE}"]

    stage.source.trouble = None
    stage.source.posts += [written(number, after(10 * number)) for number in range(1, 15)]
    pull(stage, after(200))
    for minute in range(200, 400):
        tell(stage, after(minute))
    assert stage.phones.notes(ANA)[1:] == [
        "mastodon-acme is back since 23:50. 14 posts of the 3 hours we missed were read."
    ]
    assert stage.notices.kinds() == [f"blind:{ONE}", f"back:{ONE}"]
    assert len(stage.phones.notes()) == 2


def test_a_crash_at_any_step_of_telling_loses_no_note() -> None:
    for interruption in interruptions(most=60):
        stage = Stage()
        went_blind(stage)
        stage._interruption = interruption
        stage._wire(stage.scorer)
        for minute in range(1, 70, 3):
            try:
                tell(stage, after(minute))
            except BaseException:
                assert interruption.has_struck
        interruption.end()
        assert 1 <= len(stage.phones.notes(ANA)) <= 2
        assert 1 <= len(stage.notices.told) <= 2
        if not interruption.has_struck:
            assert len(stage.phones.notes(ANA)) == len(stage.notices.told) == 1


def test_two_ticks_at_once_tell_once() -> None:
    stage = Stage()
    went_blind(stage)
    other = Stage()
    tell(stage, after(2))
    other.states, other.once = stage.states, stage.once
    other._wire(other.scorer)
    assert tell(other, after(2)) == 0


def with_keeper_on_duty() -> Stage:
    desk = a_desk()
    on_duty = tuple(replace(one, responders=(FAY,)) for one in desk.schedules[0].rotations)
    schedule = replace(desk.schedules[0], rotations=on_duty)
    return Stage(replace(desk, schedules=(schedule,)))


def test_a_keeper_who_is_on_duty_has_the_note_where_the_notice_is_held_back() -> None:
    stage = with_keeper_on_duty()
    stage.notices.tell(f"blind:{ONE}", "an earlier one, which holds back others", now=NOW)
    went_blind(stage)
    tell(stage, after(2))

    assert len(stage.phones.notes(FAY)) == 1


def test_a_keeper_who_is_on_duty_is_told_once() -> None:
    stage = with_keeper_on_duty()
    went_blind(stage)
    tell(stage, after(2))

    assert stage.notices.kinds() == [f"blind:{ONE}"]
    assert stage.phones.notes() == []


def test_one_that_comes_and_goes_rings_whoever_is_on_duty_at_most_once_an_hour() -> None:
    stage = Stage()
    for minute in range(0, 120, 10):
        stage.source.trouble = None
        pull(stage, after(minute))
        tell(stage, after(minute))
        stage.source.trouble = SourceRefused("401")
        pull(stage, after(minute + 1))
        for later in range(1, 10):
            tell(stage, after(minute + later))

    blind = [one for one in stage.phones.notes(ANA) if "We are blind" in one]
    assert 2 <= len(blind) <= 3
    back = [one for one in stage.phones.notes(ANA) if "is back" in one]
    assert len(back) <= len(blind), "nobody hears of a return from what was not told"
    kinds = stage.notices.kinds()
    assert kinds.count(f"back:{ONE}") <= kinds.count(f"blind:{ONE}")


def test_nobody_hears_of_a_return_from_what_they_have_not_heard_of() -> None:
    stage = Stage()
    went_blind(stage)
    stage.source.trouble = None
    pull(stage, after(2))
    tell(stage, after(3))

    assert stage.phones.notes() == []
    assert stage.notices.told == []


def test_where_hardly_anything_is_to_be_expected_the_keepers_alone_are_told() -> None:
    stage = Stage()
    pull(stage)
    state = stage.states.get(ONE)
    rare = Rhythm(
        of=state.rhythm.of,
        since=NOW - 99 * DAY,
        until=NOW,
        posts=(0.7,) * 48,
        hours=(30.0,) * 48,
    )
    stage.states.save(replace(state, rhythm=rare, version=state.version + 1))
    went_blind(stage)
    tell(stage, after(2))

    assert stage.notices.kinds() == [f"blind:{ONE}"]
    assert stage.phones.notes() == []


def test_what_a_platform_says_of_its_trouble_carries_no_link_and_no_code() -> None:
    stage = Stage()
    went_blind(stage, "see https://evil.example/x and reply STOP or ABCD " + "x" * 400)
    tell(stage, after(2))

    (note,) = stage.phones.notes(ANA)
    assert "evil.example" not in note
    assert "reply STOP" not in note
    assert len(note) <= 306


def test_a_phone_that_takes_nothing_leaves_the_note_to_the_next_of_the_step_or_to_later() -> None:
    stage = Stage()
    went_blind(stage)
    stage.phones.is_down = True
    tell(stage, after(2))
    assert stage.phones.notes() == []
    stage.phones.is_down = False
    for minute in range(3, 70):
        tell(stage, after(minute))
    assert len(stage.phones.notes()) == 1


# --- budgets -------------------------------------------------------------------------------


def with_budget(budget: ReadBudget, traits: Traits = BY_WORDS, **over: object) -> Stage:
    stage = desk_with(budget=budget, **over)
    stage.sources.traits_of[ONE] = traits
    return stage


def used(stage: Stage, calls: int, usd: str = "0", now: datetime = NOW) -> None:
    usage = ReadUsage(calls=calls, spent=Decimal(usd))
    stage.usages.add(ONE, f"{now:%Y-%m}", usage)


def test_what_reading_takes_is_counted_by_month() -> None:
    stage = Stage(posts=[written(1, NOW), written(2, NOW)])
    pull(stage)
    stage.source.trouble = SourceUnavailable("503")
    pull(stage, after(1))
    december = NOW + 20 * DAY
    pull(stage, december)

    assert stage.usages.of("2026-11") == {ONE: ReadUsage(calls=2, posts=2)}
    assert stage.usages.of("2026-12") == {ONE: ReadUsage(calls=1)}


PRICES = PriceBook(
    Price(
        sku=sku,
        amount=Decimal(amount),
        currency="USD",
        since=NOW.date() - DAY,
        seen_on=NOW.date(),
        source="their page",
    )
    for sku, amount in (("x.post-read", "0.005"), ("x.request", "0.0001"))
)
PRICES_OF = {"x.post-read": Decimal("0.005"), "x.request": Decimal("0.0001")}


def test_money_is_counted_exactly_and_a_post_once_a_day_for_all_that_share_the_credential() -> None:
    stage = two_sources()
    stage.prices = PRICES
    stage._wire(stage.scorer)
    charged = replace(FREE, charges=(Charge(sku="x.request", per=Per.REQUEST),))
    stage.sources.traits_of |= {ONE: charged, TWO: charged}
    blog = stage.sources.by_name[TWO]
    assert isinstance(blog, FakeSource)
    stage.source.uses = (Use(sku="x.post-read", quantity=3, of=("1", "2", "3")),)
    blog.uses = (Use(sku="x.post-read", quantity=2, of=("3", "4")),)
    pull(stage)
    pull(stage, after(1))
    pull(stage, name=TWO)
    pull(stage, NOW + DAY)

    spent = {name: one.spent for name, one in stage.usages.of("2026-11").items()}
    assert spent == {ONE: Decimal("0.0303"), TWO: Decimal("0.0051")}
    metered = {
        name: sum(
            PRICES_OF[one.sku] * n
            for one, n in stage.meter.sheet.items()
            if one.source == name and one.sku in PRICES_OF
        )
        for name in (ONE, TWO)
    }
    assert metered == spent


def test_what_has_no_price_counts_nothing_is_told_and_shown() -> None:
    stage = desk_with()
    stage.prices = PRICES
    stage._wire(stage.scorer)
    stage.source.uses = (Use(sku="x.user-read", quantity=4), Use(sku="x.other"))
    pull(stage)
    for minute in range(1, 100):
        tell(stage, after(minute))

    assert stage.usages.of("2026-11")[ONE].spent == 0
    assert sorted(stage.notices.kinds()) == ["price:x.other", "price:x.user-read"]
    assert "Nobody knows the price of x.other" in stage.notices.told[0].text


def test_a_sum_that_cannot_be_written_stops_no_reading() -> None:
    stage = Stage(interruption=Interruption(1, of="add", do=crashed))
    pull(stage)
    assert stage.states.get(ONE).succeeded_at == NOW
    assert stage.meter.counts["ReadingsNotCounted"] == 1


def crashed() -> None:
    raise RuntimeError("the table is throttled")


def test_words_are_read_half_as_often_by_day_when_the_budget_runs_short_and_as_ever_by_night() -> (
    None
):
    budget = ReadBudget(calls=1_000_000)
    stage = with_budget(budget, every=5 * MINUTE, at_least_every=20 * MINUTE)
    used(stage, 800_000)
    noon, night = datetime(2026, 11, 23, 12, tzinfo=UTC), datetime(2026, 11, 23, 23, tzinfo=UTC)
    pull(stage, noon)
    assert standing(stage, noon).every == 10 * MINUTE
    assert "half as often by day" in standing(stage, noon).not_read
    assert stage.states.get(ONE).condition is Condition.DEGRADED
    pull(stage, night)
    assert standing(stage, night).every == 5 * MINUTE
    assert standing(stage, night).not_read == ""


def test_what_is_said_to_us_is_read_as_ever_until_the_budget_is_gone_and_then_at_its_floor() -> (
    None
):
    stage = with_budget(ReadBudget(calls=1000), FREE, every=5 * MINUTE, at_least_every=20 * MINUTE)
    used(stage, 990)
    pull(stage)
    assert standing(stage, NOW).every == 5 * MINUTE
    used(stage, 59)
    pull(stage, after(5))
    shown = standing(stage, after(5))
    assert shown.every == 20 * MINUTE
    assert "51 calls over its budget" in shown.not_read
    assert shown.not_read_since == after(5)
    assert shown.condition is Condition.DEGRADED


def test_words_are_not_asked_for_once_the_budget_is_gone_and_again_when_the_month_is_over() -> None:
    stage = with_budget(ReadBudget(calls=100))
    used(stage, 99)
    pull(stage)
    blind = standing(stage, NOW)
    assert blind.condition is Condition.BLIND
    assert "not read until the month ends" in blind.says
    for minute in range(1, 5):
        pull(stage, after(minute))
    assert len(stage.source.fetched) == 1
    assert stage.usages.of("2026-11")[ONE].calls == 100

    stage.source.posts.append(written(1, after(3)))
    december = datetime(2026, 12, 1, tzinfo=UTC)
    assert pull(stage, december) == 1
    back = stage.states.get(ONE)
    assert (back.condition, back.scope, back.not_read) == (Condition.WATCHING, Scope.FULL, "")
    kept = stage.mentions.get(mention_number(1).id)
    assert kept is not None
    assert kept.is_late


def test_each_step_of_a_budget_is_shown_since_its_own_time() -> None:
    stage = with_budget(ReadBudget(calls=1_000_000), at_least_every=20 * MINUTE)
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    used(stage, 800_000)
    pull(stage, noon)
    pull(stage, noon + MINUTE)
    assert standing(stage, noon).not_read_since == noon
    used(stage, 200_000)
    pull(stage, noon + HOUR)
    assert "not read until" in standing(stage, noon).not_read
    assert standing(stage, noon).not_read_since == noon + HOUR


def test_what_is_asked_in_vain_uses_up_a_budget_too() -> None:
    stage = with_budget(ReadBudget(calls=100))
    stage.source.trouble = SourceUnavailable("503")
    for minute in range(150):
        pull(stage, after(minute))

    assert stage.usages.of("2026-11")[ONE].calls == 100
    assert standing(stage, after(150)).condition is Condition.BLIND
    assert "not read until the month ends" in standing(stage, after(150)).not_read


def test_with_stops_what_is_said_to_us_is_not_read_either() -> None:
    stage = with_budget(ReadBudget(calls=100, stops=True), FREE)
    used(stage, 100)
    pull(stage)
    pull(stage, after(1))

    assert len(stage.source.fetched) == 1
    assert standing(stage, after(1)).condition is Condition.BLIND


def test_a_greater_budget_frees_at_once() -> None:
    stage = with_budget(ReadBudget(calls=100))
    used(stage, 100)
    pull(stage)
    larger = a_source_entry(budget=ReadBudget(calls=10_000_000))
    stage.desks.put(a_desk(sources=(larger,)), now=NOW)
    pull(stage, after(1))

    assert len(stage.source.fetched) == 2
    assert stage.states.get(ONE).condition is Condition.WATCHING


def test_whoever_is_on_duty_hears_that_words_are_not_read_any_more() -> None:
    stage = with_budget(ReadBudget(calls=100))
    stage.sources.traits_of[ONE] = replace(BY_WORDS, can_reply=True)
    used(stage, 100)
    pull(stage)
    tell(stage, after(1))

    (note,) = stage.phones.notes(ANA)
    assert "not read until the month ends" in note
    assert "wait" not in note


@pytest.mark.parametrize(
    ("calls", "kinds"),
    [
        (10, []),
        (500_000, ["budget-calls-50:mastodon-acme"]),
        (810_000, ["budget-calls-80:mastodon-acme"]),
        (1_000_100, ["budget-calls-100:mastodon-acme"]),
    ],
)
def test_each_mark_of_a_budget_is_told_once_a_month(calls: int, kinds: list[str]) -> None:
    stage = with_budget(ReadBudget(calls=1_000_000), FREE)
    late = datetime(2026, 11, 30, 20, tzinfo=UTC)
    used(stage, calls, now=late)
    for minute in range(180):
        now = late + minute * MINUTE
        if minute == 0:
            pull(stage, now)
        tell(stage, now)

    assert [one for one in stage.notices.kinds() if "foretold" not in one] == kinds


def test_marks_that_are_passed_one_after_another_are_each_told_though_within_the_hour() -> None:
    stage = with_budget(ReadBudget(usd=Decimal(50)), FREE)
    for usd in ("26", "15", "10"):
        used(stage, 1, usd)
        pull(stage)
        tell(stage, after(1))

    assert stage.notices.kinds() == [f"budget-USD-{mark}:{ONE}" for mark in (50, 80, 100)]
    assert "$51.00 of $50.00 used" in stage.notices.told[-1].text
    assert "$1.00 over its budget" in stage.notices.told[-1].text


def test_a_budget_that_will_not_last_is_told_before_it_is_used() -> None:
    stage = with_budget(ReadBudget(calls=1000), FREE, every=MINUTE)
    pull(stage)
    for minute in range(100):
        tell(stage, after(minute))

    (notice,) = stage.notices.told
    assert notice.kind == f"budget-calls-foretold:{ONE}"
    assert "will not last through 2026-11" in notice.text
