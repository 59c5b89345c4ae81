"""What is evidence, and which lines are learned from it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.correction import Correction
from chalicelib.domain.errors import BadInput
from chalicelib.domain.incident import Incident, IncidentState
from chalicelib.domain.rules import Rules, sureness
from chalicelib.domain.signal import Mood, Topic, Urgency
from chalicelib.domain.ticket import Ticket, TicketState
from chalicelib.domain.timeline import Act, ActKind
from chalicelib.ports import PastVerdict
from infra.judging.export import export
from infra.judging.labels import Evidence, Label, LabelledPost, LabelSource, evidence_of
from infra.judging.learning import GRAVE, HIGHEST, LOWEST, Lesson, lesson_of
from infra.judging.yaml_lines import as_yaml, lines_of, with_lines
from tests.builders import NOW, a_ticket, an_incident
from tests.infra.desk_file import FULL, VALID, desk
from tests.infra.judging.past import HOUR, judged
from training.posts import read_moods, read_urgencies

NUMBERS = st.integers(0, 40)


def graded(incident: Incident, **grades: bool) -> Incident:
    acts = tuple(
        Act(kind=ActKind.GRADED, at=NOW, by=by, is_worth_it=is_worth_it)
        for by, is_worth_it in grades.items()
    )
    return replace(incident, state=IncidentState.RESOLVED, resolved_at=NOW, acts=acts)


def corrected(verdict: PastVerdict, *said: Urgency, mood: Mood | None = None) -> Ticket:
    corrections = tuple(
        Correction(by=f"agent-{number}", at=NOW, urgency=urgency, mood=mood)
        for number, urgency in enumerate(said)
    )
    return a_ticket(verdict.mention, corrections=corrections)


def evidence(
    *verdicts: PastVerdict,
    incidents: tuple[Incident, ...] = (),
    tickets: tuple[Ticket, ...] = (),
    rules: Rules | None = None,
) -> Evidence:
    return evidence_of(verdicts, incidents, tickets, rules or Rules())


# --- what is evidence --------------------------------------------------------------------


def test_a_graded_page_is_about_the_first_mention_that_woke() -> None:
    incident = an_incident()
    soon = judged(1, 6.0, incident_id=incident.id)
    waker = judged(2, 12.0, incident_id=incident.id)
    later = judged(3, 15.0, incident_id=incident.id)
    found = evidence(soon, waker, later, incidents=(graded(incident, ana=False),))
    assert found.labels == (Label(topic=Topic.OUTAGE, sureness=sureness(12.0), is_worth_it=False),)


def test_most_of_those_who_grade_count_and_a_draw_says_nothing() -> None:
    incident = an_incident()
    waker = judged(1, incident_id=incident.id)
    for grades, worth in (
        ({"ana": True, "ben": True, "fay": False}, [True]),
        ({"ana": True, "ben": False}, []),
    ):
        found = evidence(waker, incidents=(graded(incident, **grades),))
        assert [one.is_worth_it for one in found.labels] == worth
    assert found.left_out == {"people disagree": 1}


def test_an_incident_that_no_mention_woke_for_by_itself_teaches_no_line() -> None:
    incident = graded(an_incident(), ana=False)
    found = evidence(judged(1, 6.0, incident_id=incident.id), incidents=(incident,))
    assert found.labels == ()
    assert found.left_out == {"no mention of the incident woke by itself": 1}


@pytest.mark.parametrize(
    ("said", "labels"),
    [
        ([Urgency.WAKE], [True]),
        ([Urgency.SOON], [False]),
        ([Urgency.IGNORE], [False]),
        ([Urgency.WAKE, Urgency.SOON], []),
        ([Urgency.WAKE, Urgency.WAKE, Urgency.SOON], [True]),
    ],
)
def test_a_correction_says_whether_it_was_worth_waking(
    said: list[Urgency], labels: list[bool]
) -> None:
    verdict = judged(1, 6.0)
    found = evidence(verdict, tickets=(corrected(verdict, *said),))
    assert [one.is_worth_it for one in found.labels] == labels


def test_a_grade_and_a_correction_that_disagree_say_nothing() -> None:
    incident = an_incident()
    verdict = judged(1, incident_id=incident.id)
    found = evidence(
        verdict,
        incidents=(graded(incident, ana=True),),
        tickets=(corrected(verdict, Urgency.ANSWER),),
    )
    assert (found.labels, found.left_out) == ((), {"people disagree": 1})


@pytest.mark.parametrize(
    "rules",
    [
        Rules(page=("post",)),
        Rules(vips=("carla",)),
        Rules(never_page=("post",)),
        Rules(ignored=("carla",)),
        Rules(quiet_topics=frozenset({Topic.OUTAGE})),
    ],
)
def test_what_another_rule_decides_teaches_no_line(rules: Rules) -> None:
    verdict = judged(1)
    found = evidence(verdict, tickets=(corrected(verdict, Urgency.WAKE),), rules=rules)
    assert (found.labels, found.left_out) == ((), {"another of your rules decides": 1})


def test_handled_tickets_are_pages_that_nobody_missed_once_in_twelve_hours() -> None:
    noon = NOW.replace(hour=12, minute=0)
    verdicts = [judged(number, 3.0 + number, at=noon + number * HOUR) for number in range(5)]
    verdicts.append(judged(9, 2.0, at=noon + 20 * HOUR))
    tickets = [
        a_ticket(one.mention, urgency=Urgency.SOON, state=TicketState.CONTENT) for one in verdicts
    ]
    found = evidence(*verdicts, tickets=tuple(tickets))
    assert [one.source for one in found.labels] == [LabelSource.HANDLED] * 2
    assert [one.sureness for one in found.labels] == [sureness(7.0), sureness(2.0)]
    assert found.posts == ()


@pytest.mark.parametrize("state", [TicketState.OPEN, TicketState.REPLIED])
def test_a_ticket_that_has_not_ended_is_no_evidence(state: TicketState) -> None:
    verdict = judged(1, 6.0)
    assert evidence(verdict, tickets=(a_ticket(verdict.mention, state=state),)).labels == ()


def test_a_ticket_that_was_judged_urgent_is_no_evidence_however_it_was_handled() -> None:
    verdict = judged(1, 12.0)
    ticket = a_ticket(verdict.mention, state=TicketState.NO_ANSWER)
    assert evidence(verdict, tickets=(ticket,)).labels == ()


# --- lines -------------------------------------------------------------------------------


def labels(topic: Topic, worth: list[float], not_worth: list[float]) -> list[Label]:
    return [
        Label(topic=topic, sureness=at, is_worth_it=is_worth)
        for is_worth, found in ((True, worth), (False, not_worth))
        for at in found
    ]


def line(lesson: Lesson, topic: Topic) -> float:
    return lesson.rules.wakes_at(topic)


def test_a_topic_that_pages_for_nothing_gets_a_stricter_line_and_no_other_does() -> None:
    found = lesson_of(labels(Topic.BILLING, [0.97] * 5, [0.6, 0.7, 0.8] * 7), Rules())
    assert 0.8 < line(found, Topic.BILLING) <= 0.97
    assert line(found, Topic.SAFETY) == line(found, Topic.OUTAGE) == 0.5
    assert found.missing == ""
    (billing,) = found.lines
    assert (billing.for_nothing_before, billing.for_nothing_after) == (21, 0)
    assert (billing.missed_before, billing.missed_after) == (0, 0)


def test_what_was_missed_lowers_a_line() -> None:
    found = lesson_of(labels(Topic.OUTAGE, [0.3] * 10 + [0.9] * 8, [0.22] * 12), Rules())
    assert 0.22 < line(found, Topic.OUTAGE) <= 0.3


def test_a_missed_one_weighs_as_much_as_so_many_pages_for_nothing() -> None:
    mixed = labels(Topic.OUTAGE, [0.6] + [0.95] * 9, [0.7] * 15)
    assert line(lesson_of(mixed, Rules(), missed_costs=20), Topic.OUTAGE) <= 0.6
    assert line(lesson_of(mixed, Rules(), missed_costs=2), Topic.OUTAGE) > 0.7


def test_topics_with_few_labels_share_a_line() -> None:
    few = [
        one
        for topic in (Topic.OUTAGE, Topic.DELIVERY, Topic.ACCOUNT)
        for one in labels(topic, [0.95] * 3, [0.6] * 6)
    ]
    found = lesson_of(few, Rules())
    assert [one.topic for one in found.lines] == [None]
    assert found.rules.wake_at_else > 0.6
    for grave in GRAVE:
        assert line(found, grave) == 0.5, "never made stricter by what other topics teach"


def test_what_people_graded_does_not_make_grave_topics_stricter() -> None:
    found = lesson_of(labels(Topic.SAFETY, [0.97] * 5, [0.7] * 30), Rules())
    assert line(found, Topic.SAFETY) == 0.5


def test_a_small_topic_is_drawn_to_what_the_whole_desk_teaches() -> None:
    small = labels(Topic.BILLING, [0.9] * 3, [0.7] * 17)
    desk_wide = labels(Topic.OUTAGE, [0.62] * 100, [0.52] * 20)
    alone = line(lesson_of(small, Rules()), Topic.BILLING)
    drawn = line(lesson_of(small + desk_wide, Rules()), Topic.BILLING)
    assert drawn <= 0.62 < 0.7 < alone


@pytest.mark.parametrize(
    ("worth", "not_worth", "missing"),
    [
        (0, 0, "20 more of 20, 3 more that say worth it, 3 more that say not worth it"),
        (10, 5, "5 more of 20"),
        (40, 0, "3 more that say not worth it"),
        (1, 40, "2 more that say worth it"),
    ],
)
def test_few_or_one_sided_labels_teach_nothing_and_say_what_is_missing(
    worth: int, not_worth: int, missing: str
) -> None:
    rules = Rules(wake_at_else=0.6)
    found = lesson_of(labels(Topic.OUTAGE, [0.9] * worth, [0.7] * not_worth), rules)
    assert (found.rules, found.lines, found.missing) == (rules, (), missing)


def test_what_nobody_said_is_not_enough_to_learn_from() -> None:
    handled = [
        replace(one, source=LabelSource.HANDLED) for one in labels(Topic.OUTAGE, [], [0.3] * 100)
    ]
    assert lesson_of(handled, Rules()).missing.startswith("20 more of 20")


_SURE = st.floats(0.0, 1.0)
_LABELS = st.lists(
    st.builds(
        Label,
        topic=st.sampled_from((Topic.BILLING, Topic.OUTAGE, Topic.SAFETY, Topic.PRESS)),
        sureness=_SURE,
        is_worth_it=st.booleans(),
        source=st.sampled_from((LabelSource.GRADE, LabelSource.CORRECTION)),
    ),
    max_size=160,
)
_RULES = st.builds(
    Rules,
    wake_at=st.dictionaries(st.sampled_from((Topic.BILLING, Topic.SAFETY)), st.floats(0.2, 0.99)),
    wake_at_else=st.floats(0.2, 0.99),
)


@given(_LABELS, _RULES, st.randoms(use_true_random=False))
def test_lines_are_bounded_and_the_same_for_the_same_labels(
    found: list[Label], rules: Rules, chance: object
) -> None:
    lesson = lesson_of(found, rules)
    for one in lesson.lines:
        assert LOWEST <= one.after <= HIGHEST
        if one.topic in GRAVE:
            assert one.after <= one.before
    shuffled = sorted(found, key=lambda one: (one.sureness, one.topic, one.is_worth_it))
    assert lesson_of(shuffled, rules) == lesson


@given(
    worth=st.lists(_SURE, min_size=3, max_size=30),
    not_worth=st.lists(_SURE, min_size=17, max_size=60),
    others=st.lists(_SURE, max_size=30),
    more=st.lists(_SURE, min_size=1, max_size=20),
    rules=_RULES,
)
def test_more_pages_for_nothing_never_lower_a_line(
    worth: list[float],
    not_worth: list[float],
    others: list[float],
    more: list[float],
    rules: Rules,
) -> None:
    known = labels(Topic.BILLING, worth, not_worth) + labels(Topic.PRESS, others, [])
    before = lesson_of(known, rules)
    after = lesson_of(known + labels(Topic.BILLING, [], more), rules)
    assert line(after, Topic.BILLING) >= line(before, Topic.BILLING)


@given(
    st.lists(_SURE, min_size=3, max_size=30),
    st.lists(_SURE, min_size=17, max_size=40),
    st.lists(_SURE, min_size=1, max_size=20),
)
def test_more_pages_for_nothing_never_lower_the_line_of_the_others(
    worth: list[float], not_worth: list[float], more: list[float]
) -> None:
    def spread(worth: list[float], not_worth: list[float]) -> list[Label]:
        """Over topics of which none has enough for a line of its own."""
        topics = [one for one in Topic if one not in GRAVE]
        found = labels(Topic.OTHER, worth, not_worth)
        return [
            replace(one, topic=topics[number % len(topics)]) for number, one in enumerate(found)
        ]

    before = lesson_of(spread(worth, not_worth), Rules())
    after = lesson_of(spread(worth, not_worth) + spread([], more), Rules())
    if [one.topic for one in after.lines] == [one.topic for one in before.lines] == [None]:
        assert after.rules.wake_at_else >= before.rules.wake_at_else


# --- into the file -----------------------------------------------------------------------

BETTER = Rules(wake_at={Topic.BILLING: 0.86}, wake_at_else=0.55)


@pytest.mark.parametrize(
    "judging",
    [
        "",
        "judging:\n  page: [gas leak]  # a comment\n",
        "judging: {page: [gas leak]}\n",
        "judging:\n  # above\n  wake_at: 0.6  # for now\n  page: [x ray]\n",
        "judging:\n  wake_at: {billing: 0.9, else: 0.5}  # kept\n",
        "judging:\n  wake_at:\n    # by hand\n    billing: 0.9  # why\n    # end\n  page: [x]\n",
        "judging:\n  wake_at: {else: 0.5}\n",
        "judging: {wake_at: 0.7, page: [x ray]}\n",
        "judging:\n  wake_at: {}\n  page: [x ray]\n",
    ],
)
def test_lines_are_written_into_the_file_and_nothing_else_is_touched(judging: str) -> None:
    text = VALID.replace("lead: ana\n", f"lead: ana  # she knows\n{judging}# the end\n")
    before, after = desk(text), with_lines(text, BETTER)
    assert desk(after).rules == replace(before.rules, wake_at=BETTER.wake_at, wake_at_else=0.55)
    assert replace(desk(after), rules=before.rules) == before
    for comment in [line.partition("#")[2] for line in text.splitlines() if "#" in line]:
        assert f"#{comment}" in after
    assert with_lines(after, BETTER) == after


def test_the_other_lines_of_a_file_stay_and_come_back() -> None:
    rules = desk(FULL).rules
    assert with_lines(FULL, rules) == FULL
    assert desk(VALID + as_yaml(rules)).rules.wake_at == rules.wake_at
    assert lines_of(Rules()) == {"else": 0.5}


def test_a_section_that_holds_nothing_is_left_to_people() -> None:
    with pytest.raises(BadInput, match="write them yourself"):
        with_lines("judging:\nlead: ana\n", BETTER)


# --- files to train on -------------------------------------------------------------------


def test_labelled_posts_are_exported_as_training_reads_them(tmp_path: Path) -> None:
    incident = an_incident()
    waker = judged(1, text="the site\nis\tdown", incident_id=incident.id)
    verdict = judged(2, 6.0, text="thanks\r\nfor nothing")
    found = evidence(
        waker,
        verdict,
        incidents=(graded(incident, ana=True),),
        tickets=(corrected(verdict, Urgency.IGNORE, mood=Mood.NEGATIVE),),
    )
    written = export(found.posts, tmp_path / "labels")

    posts = read_urgencies(written.urgency)
    assert [(one.text, one.urgency) for one in posts] == [
        ("the site is down", Urgency.WAKE),
        ("thanks for nothing", Urgency.IGNORE),
    ]
    assert [one.mood for one in read_moods(written.moods_file)] == [Mood.NEGATIVE]
    assert (written.urgencies, written.moods) == (2, 1)
    assert written.urgency.stat().st_mode & 0o077 == 0
    assert "carla" not in written.urgency.read_text()


def test_a_page_that_was_not_worth_it_is_at_most_soon(tmp_path: Path) -> None:
    post = LabelledPost(text="meh", urgency=Urgency.SOON)
    unsure = LabelledPost(text="who knows", urgency=None)
    written = export([post, unsure], tmp_path)
    assert written.urgency.read_text() == "id\tlabel\ttext\n1\tP2\tmeh\n"


def test_a_span_of_handled_tickets_does_not_hang_on_their_order() -> None:
    verdicts = [judged(number, 3.0 + number % 3, at=NOW + number * HOUR) for number in range(30)]
    tickets = tuple(
        a_ticket(one.mention, urgency=Urgency.SOON, state=TicketState.CONTENT) for one in verdicts
    )
    one_way = evidence(*verdicts, tickets=tickets).labels
    other_way = evidence(*verdicts, tickets=tuple(reversed(tickets))).labels
    assert sorted(map(str, one_way)) == sorted(map(str, other_way))
    assert len(one_way) <= 30 * HOUR / timedelta(hours=12) + 2
