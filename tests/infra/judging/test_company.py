"""A company teaches its desk: pages graded, lines learned, applied, felt."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner, Result

from chalicelib import wiring
from chalicelib.adapters.incidents import DynamoIncidents
from chalicelib.adapters.mentions import DynamoMentions
from chalicelib.domain.incident import IncidentState, incident_id
from chalicelib.domain.signal import Topic
from chalicelib.domain.timeline import Act, ActKind
from infra.cli import app
from infra.cli.terminal import now
from infra.config import check
from infra.judging.labels import evidence_of
from infra.judging.learning import lesson_of
from infra.judging.looking import LOCAL, history_of
from infra.judging.yaml_lines import with_lines
from infra.local.clock import SteppedClock
from infra.local.desk import LocalDesk
from tests.builders import NOW, a_pulled, an_incident, mention_number
from tests.fakes import FakeScorer
from tests.infra.desk_file import VALID
from tests.infra.judging.past import HOUR, a_verdict, judged
from tests.infra.staging import deployed

NOISE = a_verdict(11.0, Topic.BILLING)
GRAVE_BILL = a_verdict(14.0, Topic.BILLING)
DANGER = a_verdict(11.0, Topic.SAFETY)
DESK = VALID


class Company:
    """The product on the local cloud, judging by a table, with its clock in hand."""

    def __init__(self, desk: LocalDesk, clock: SteppedClock) -> None:
        self.desk = desk
        self._clock = clock
        self._posts = 0

    def hears(self, text: str) -> list[str]:
        """A mention; which incidents it leaves open."""
        self._posts += 1
        self._clock.move_to(self._clock.now() + HOUR)
        mention = mention_number(self._posts, text=text, pulled_at=self._clock.now())
        self.desk.mentions.add(a_pulled(mention))
        self.desk.cloud.settle()
        return [one.topic.value for one in wiring.parts.incidents().open_ones()]

    def grades(self, *, is_worth_it: bool) -> None:
        """Ana ends what is open and says whether it was worth it."""
        for one in wiring.parts.incidents().open_ones():
            at = self._clock.now()
            wiring.acknowledging().resolve(one.id, "ana", now=at)
            wiring.acknowledging().grade(one.id, "ana", is_worth_it=is_worth_it, now=at)


@contextmanager
def company(text: str, recording: Path) -> Iterator[Company]:
    clock = SteppedClock(NOW)
    config = check(text, file="nightdesk.yaml", now=NOW)
    table = {"refund": NOISE, "charged twice": GRAVE_BILL, "smoke": DANGER}
    with ExitStack() as opening:
        desk = opening.enter_context(LocalDesk(config, clock=clock, recording=recording))
        opening.enter_context(wiring.override(now=clock, scorer=FakeScorer(table)))
        yield Company(desk, clock)


def test_pages_that_were_not_worth_it_make_their_topic_stricter_and_no_other(
    tmp_path: Path,
) -> None:
    quiet = tmp_path / "quiet.jsonl"
    quiet.touch()
    with company(DESK, quiet) as acme:
        for number in range(18):
            assert acme.hears(f"where is my refund, number {number}") == ["billing"]
            acme.grades(is_worth_it=False)
        for number in range(5):
            assert acme.hears(f"charged twice and again, number {number}") == ["billing"]
            acme.grades(is_worth_it=True)
        history = history_of(LOCAL, region=None)
        found = evidence_of(
            history.verdicts(NOW, watch=lambda share: None),
            history.incidents(NOW),
            history.tickets(NOW),
            acme.desk.desk.rules,
        )
        lesson = lesson_of(found.labels, acme.desk.desk.rules)
        assert (lesson.worth_it, lesson.not_worth_it, lesson.missing) == (5, 18, "")
        assert 0.5 < lesson.rules.wakes_at(Topic.BILLING) < 1
        assert lesson.rules.wakes_at(Topic.SAFETY) == 0.5

        taught = with_lines(DESK, lesson.rules)
        acme.desk.put_in_force(check(taught, file="nightdesk.yaml", now=NOW).desk)
        acme.desk.cloud.step(timedelta(minutes=6))  # functions look for another desk now and then

        assert acme.hears("and another refund that is late") == []
        assert acme.hears("there is smoke in your shop") == ["safety"]
        acme.grades(is_worth_it=True)
        assert acme.hears("charged twice, still, since Monday") == ["billing"]


# --- the verbs ---------------------------------------------------------------------------


def nightdesk(*arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(app, arguments, input=typed)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "nightdesk.yaml"
    path.write_text(VALID.replace("2026-11-02", "2020-01-06"))
    return path


@pytest.fixture
def cloud() -> Iterator[None]:
    with mock_aws():
        deployed("dev")
        yield


@pytest.fixture
def applied(cloud: None, file: Path) -> Path:
    assert nightdesk("apply", str(file)).exit_code == 0
    return file


def remembered(count: int, points: float, *, is_worth_it: bool, began_at: datetime) -> None:
    """Graded pages of billing, an hour apart."""
    mentions = DynamoMentions("nightdesk-dev-mentions", retention_days=400)
    incidents = DynamoIncidents("nightdesk-dev-incidents", retention_days=400)
    for number in range(count):
        at = began_at + number * HOUR
        id = incident_id("acme", Topic.BILLING, at)
        number += 1000 * is_worth_it
        one = judged(number, points, Topic.BILLING, text=f"bill {number}", at=at, incident_id=id)
        mentions.add(a_pulled(one.mention))
        mentions.record_score(one.mention.id, one.score, incident_id=id, now=at)
        incident = an_incident(
            topic=Topic.BILLING,
            opened_at=at,
            mention_id=one.mention.id,
            state=IncidentState.RESOLVED,
            resolved_at=at + HOUR / 2,
            acts=(Act(kind=ActKind.GRADED, at=at + HOUR / 2, by="ana", is_worth_it=is_worth_it),),
        )
        incidents.open(incident, instead_of=incidents.current("acme", Topic.BILLING))


@pytest.fixture
def graded(applied: Path) -> Path:
    """Eighteen pages of billing that were not worth it, and five that were."""
    began_at = now() - timedelta(days=9)
    remembered(18, 11.0, is_worth_it=False, began_at=began_at)
    remembered(5, 14.0, is_worth_it=True, began_at=began_at + 20 * HOUR)
    return applied


def add(file: Path, text: str) -> None:
    file.write_text(file.read_text() + text)


def test_judge_tells_what_each_rule_would_have_changed(graded: Path) -> None:
    add(graded, "judging: {never_page: [bill 3], vips: [nobody]}\n")
    shown = nightdesk("judge", str(graded), "--zone", "Europe/Vienna")

    assert shown.exit_code == 0, shown.output
    assert "Of the last 30 days: 23 verdicts, the first on " in shown.stdout
    row = next(line for line in shown.stdout.splitlines() if line.startswith("never_page"))
    assert row.split() == [
        "never_page",
        "bill",
        "3",
        "new",
        "-1",
        "-1",
        "0",
        "graver,",
        "1",
        "milder",
    ]
    assert "wake -> soon (no longer wakes)\n    carla: bill 3\n" in shown.stdout
    assert " CET  wake" in shown.stdout or " CEST  wake" in shown.stdout
    assert "All together: 22 pages instead of 23 (-1), 22 incidents instead of 23" in shown.stdout
    assert nightdesk("check", str(graded)).exit_code == 0


def test_judge_gives_a_program_the_same(graded: Path) -> None:
    add(graded, "judging: {wake_at: 0.9}\n")
    told = json.loads(nightdesk("judge", str(graded), "--json").stdout)
    (rule,) = told["rules"]
    assert (rule["rule"], rule["of"], rule["wake_at"], rule["pages"]) == (
        "wake_at",
        "else",
        0.9,
        -18,
    )
    assert told["before"]["pages"] - told["after"]["pages"] == 18
    assert rule["examples"][0]["text"].startswith("bill ")


def test_judge_says_when_nothing_was_judged_yet(applied: Path) -> None:
    add(applied, "judging: {page: [gas leak]}\n")
    shown = nightdesk("judge", str(applied))
    assert shown.exit_code == 0
    assert "Nothing was judged in the last 30 days" in shown.stdout


def test_apply_tells_the_effect_of_changed_rules_and_of_no_others(graded: Path) -> None:
    assert "verdicts" not in nightdesk("apply", str(graded)).output
    add(graded, "judging: {wake_at: {billing: 0.9}}\n")
    shown = nightdesk("apply", str(graded))
    assert shown.exit_code == 0
    assert "All together: 5 pages instead of 23 (-18)" in shown.stdout
    assert shown.stdout.index("All together") < shown.stdout.index("~ judging: wake_at")
    assert json.loads(nightdesk("apply", str(graded), "--json").stdout)["effect"] is None


def test_a_history_that_cannot_be_read_keeps_no_rule_from_being_applied(graded: Path) -> None:
    boto3.client("dynamodb").delete_table(TableName="nightdesk-dev-mentions")
    add(graded, "judging: {page: [gas leak]}\n")
    shown = nightdesk("apply", str(graded))
    assert shown.exit_code == 0
    assert "What these rules would have changed cannot be told" in shown.stderr
    assert "version 2 is in force" in shown.stdout


def test_retrain_proposes_and_puts_nothing_in_force(graded: Path) -> None:
    before = graded.read_bytes()
    shown = nightdesk("retrain", "--stage", "dev")

    assert shown.exit_code == 0, shown.output
    assert "23 mentions whether they were worth waking for: 5 were, 18 were not" in shown.stdout
    assert "All together: 5 pages instead of 23 (-18)" in shown.stdout
    assert "judging:\n  wake_at: {billing: 0.74, else: 0.5}" in shown.stdout
    assert graded.read_bytes() == before
    assert "it was in force already" in nightdesk("apply", str(graded)).stdout


def test_retrain_writes_into_the_file_when_somebody_agrees(graded: Path) -> None:
    before = graded.read_text()
    refused = nightdesk("retrain", "--apply-to", str(graded), typed="n\n")
    assert (refused.exit_code, graded.read_text()) == (1, before)

    shown = nightdesk("retrain", "--apply-to", str(graded), typed="y\n")
    assert shown.exit_code == 0
    assert "+  wake_at: {billing: 0.74, else: 0.5}" in shown.stderr
    assert f"nightdesk apply {graded} --stage dev" in shown.stdout
    assert graded.read_text().startswith(before)
    assert "~ judging: wake_at" in nightdesk("apply", str(graded)).stdout
    assert "the best that can be learned" in nightdesk("retrain").stdout


def test_retrain_says_how_much_is_missing(applied: Path) -> None:
    remembered(4, 11.0, is_worth_it=False, began_at=now() - timedelta(days=2))
    shown = nightdesk("retrain")
    assert shown.exit_code == 0
    assert (
        "Nothing can be learned yet. Missing: 16 more of 20, 3 more that say worth" in shown.stdout
    )
    told = json.loads(nightdesk("retrain", "--json").stdout)
    assert (told["lines"], told["yaml"], told["effect"]) == ([], None, None)


def test_retrain_needs_a_configuration_in_force(cloud: None) -> None:
    shown = nightdesk("retrain")
    assert shown.exit_code == 1
    assert "no configuration is in force" in shown.stderr


def test_retrain_exports_the_labelled_posts_with_a_warning(graded: Path, tmp_path: Path) -> None:
    shown = nightdesk("retrain", "--export", str(tmp_path / "labels"))
    assert "your customers' words" in shown.stderr
    rows = (tmp_path / "labels/urgency.tsv").read_text().splitlines()
    assert rows[0] == "id\tlabel\ttext"
    assert sorted(row.split("\t")[1] for row in rows[1:]) == ["P1"] * 5 + ["P2"] * 18
    assert "carla" not in "".join(rows)


def test_what_others_wrote_does_not_move_the_terminal(applied: Path) -> None:
    mentions = DynamoMentions("nightdesk-dev-mentions", retention_days=400)
    one = judged(1, 2.0, text="gas leak \x1b[2J\u202eevil", at=now() - HOUR)
    mentions.add(a_pulled(replace(one.mention)))
    mentions.record_score(one.mention.id, one.score, incident_id=None, now=one.judged_at)
    add(applied, "judging: {page: [gas leak]}\n")
    shown = nightdesk("judge", str(applied))
    assert "gas leak" in shown.stdout
    assert "\x1b" not in shown.stdout
    assert "\u202e" not in shown.stdout
