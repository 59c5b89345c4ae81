"""The company's own rules in the configuration: what is read, refused and doubted."""

import pytest

from chalicelib.domain.desk import SecondReading
from chalicelib.domain.rules import SHIPPED, Rules
from chalicelib.domain.signal import Topic
from infra.changes import differences
from infra.config.checks.judging import COMMON
from tests.infra.desk_file import VALID, desk, problems, the_problem, warnings

LINES = VALID.count("\n")
EVERYTHING = """\
judging:
  page: [gas leak, product recall]
  never_page: [acme records]
  vips: [bigcritic]
  ignored: ["acme_anna"]
  wake_at: {billing: 0.9, else: 0.6}
  quiet_topics: [praise, spam]
  second_reader: {model: "eu.amazon.nova-micro-v1:0", most_per_day: 50}
"""


def judging(*settings: str) -> str:
    return VALID + "judging:\n" + "".join(f"  {one}\n" for one in settings)


def test_every_rule_is_read() -> None:
    found = desk(VALID + EVERYTHING)
    assert found.rules == Rules(
        page=("gas leak", "product recall"),
        never_page=("acme records",),
        vips=("bigcritic",),
        ignored=("acme_anna",),
        wake_at={Topic.BILLING: 0.9},
        wake_at_else=0.6,
        quiet_topics=frozenset({Topic.PRAISE, Topic.SPAM}),
    )
    assert found.second_reading == SecondReading(model="eu.amazon.nova-micro-v1:0", most_per_day=50)
    assert warnings(VALID + EVERYTHING) == []


def test_without_rules_judging_is_as_shipped_and_nobody_reads_twice() -> None:
    assert desk(VALID).rules == Rules()
    assert desk(VALID).second_reading == SecondReading()


@pytest.mark.parametrize(
    ("line", "others", "billing"),
    [
        ("wake_at: 0.6", 0.6, 0.6),
        ("wake_at: .6", 0.6, 0.6),
        ("wake_at: 1", 1.0, 1.0),
        ("wake_at: {else: 0.7}", 0.7, 0.7),
        ("wake_at: {billing: 0.9}", SHIPPED, 0.9),
        ("wake_at: {billing: '0.95', else: 0.4}", 0.4, 0.95),
    ],
)
def test_a_line_is_one_number_or_one_by_topic(line: str, others: float, billing: float) -> None:
    rules = desk(judging(line)).rules
    assert (rules.wakes_at(Topic.OUTAGE), rules.wakes_at(Topic.BILLING)) == (others, billing)


def test_every_topic_can_have_a_line_and_be_quiet() -> None:
    lines = ", ".join(f"{topic}: 0.7" for topic in Topic)
    rules = desk(judging(f"wake_at: {{{lines}}}")).rules
    assert set(rules.wake_at) == set(Topic)
    assert desk(judging(f"quiet_topics: [{', '.join(Topic)}]")).rules.quiet_topics == set(Topic)


@pytest.mark.parametrize(
    ("line", "field", "told"),
    [
        ("pages: [x]", "pages", "is not a setting; did you mean page?"),
        ("page: gas leak", "page", "'gas leak' is not a list; write page: [gas leak"),
        ("page: [' ']", "page[0]", "is empty text; write a word"),
        ("vips: {a: b}", "vips", "a mapping is not a list; write vips: ["),
        ("wake_at: 1.5", "wake_at", "'1.5' is not a number from 0 (wake always) to 1 (never)"),
        ("wake_at: -1", "wake_at", "-1 is not a number from 0"),
        ("wake_at: nan", "wake_at", "'nan' is not a number from 0"),
        ("wake_at: true", "wake_at", "True is not a number from 0"),
        ("wake_at: [0.5]", "wake_at", "a list is not a number from 0"),
        ("wake_at:", "wake_at", "is empty; write wake_at: 0.6, or wake_at: {billing: 0.9"),
        ("wake_at: {biling: 1}", "wake_at.biling", "'biling' is not a topic; did you mean billing"),
        ("wake_at: {billing: high}", "wake_at.billing", "'high' is not a number from 0"),
        ("quiet_topics: [prais]", "quiet_topics[0]", "'prais' is not a topic; did you mean praise"),
        ("quiet_topics: [else]", "quiet_topics[0]", "'else' is not a topic"),
        ("second_reader: {}", "second_reader.model", 'is missing; add it, such as model: "eu.'),
        ("second_reader: {model: a b}", "second_reader.model", "'a b' is not a model of Amazon"),
        (
            "second_reader: {model: x, most_per_day: 0}",
            "second_reader.most_per_day",
            "0 is too small; use 1 or more",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_remedy(line: str, field: str, told: str) -> None:
    problem = the_problem(judging(line))
    assert problem.startswith(f"nightdesk.yaml:{LINES + 2}: judging.{field}: ")
    assert told in problem


def test_each_wrong_rule_is_told_in_its_own_line() -> None:
    text = judging("wake_at:", "  billing: 0.9", "  delivry: 0.8", "  else: 2")
    assert [one.split(": ")[0] for one in problems(text)] == [
        f"nightdesk.yaml:{LINES + 4}",
        f"nightdesk.yaml:{LINES + 5}",
    ]


@pytest.mark.parametrize(
    ("lines", "field", "told"),
    [
        (["page: [Gas  leak]", "never_page: [gas leak]"], "page[0]", "stands in never_page too"),
        (["page: [the]"], "page[0]", "stands in very many texts"),
        (["page: [ist das nicht]"], "page[0]", "stands in very many texts"),
        (["never_page: [and]"], "never_page[0]", "so it keeps pages back for nearly everything"),
        (["page: [ab]"], "page[0]", "has less than 3 letters"),
        (["page: [Acme]"], "page[0]", "is what acme is found by, so it pages for nearly every"),
        (["vips: [big]", "ignored: [Big]"], "vips[0]", "is among ignored too, which wins"),
        (["vips: ['@big']"], "vips[0]", "'@big' is read without its @; write big"),
        (["ignored: ['@acme_anna']"], "ignored[0]", "write acme_anna"),
        (["wake_at: 0.1"], "wake_at.else", "wakes for nearly everything"),
        (["wake_at: {billing: 0.19}"], "wake_at.billing", "use 0.2 or more"),
        (["wake_at: 1"], "wake_at.else", "never wakes for any topic not named"),
        (["wake_at: {safety: 1}"], "wake_at.safety", "never wakes for safety; use less than 1"),
        (["quiet_topics: [safety]"], "quiet_topics[0]", "nobody is woken when people are in"),
        (["quiet_topics: [security]"], "quiet_topics[0]", "or data leaks"),
        (["quiet_topics: [spam]", "wake_at: {spam: 0.9}"], "wake_at.spam", "spam is among quiet"),
    ],
)
def test_what_is_hardly_meant_is_doubted(lines: list[str], field: str, told: str) -> None:
    (warning,) = warnings(judging(*lines))
    assert warning.startswith(f"judging.{field}: ")
    assert told in warning


def test_an_account_of_a_brand_itself_is_no_vip() -> None:
    text = VALID.replace("terms: [Acme]", "handles: [AcmeHelp]")
    (warning,) = warnings(text + "judging: {vips: [acmehelp]}\n")
    assert "acmehelp is an account of acme itself" in warning


@pytest.mark.parametrize(
    "line",
    [
        "page: [gas leak, R2D2, 火災警報, no power at all]",
        "wake_at: {billing: 1, else: 0.2}",
        "wake_at: 0.95",
        "vips: [bigcritic@mastodon.social]",
    ],
)
def test_what_is_meant_is_not_doubted(line: str) -> None:
    assert warnings(judging(line)) == []


def test_words_of_danger_are_not_taken_for_common_ones() -> None:
    assert not COMMON & {"fire", "leak", "down", "hacked", "recall", "bomb", "feuer", "brand"}


def test_a_rule_that_stands_twice_counts_once() -> None:
    assert desk(judging("page: [gas leak, gas leak]")).rules.page == ("gas leak",)


def test_another_rule_is_a_difference_by_its_name_without_its_value() -> None:
    before, after = desk(VALID), desk(VALID + EVERYTHING)
    assert list(differences(before, after)) == [
        "~ judging: page, never_page, vips, ignored, wake_at, wake_at_else, quiet_topics",
        "~ judging.second_reader: model, most_per_day",
    ]
    assert list(differences(after, after)) == []
