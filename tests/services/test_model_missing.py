"""A model that should be there and is not: mentions are judged without it, people are told."""

from datetime import datetime, timedelta

import pytest

from chalicelib.domain.signal import Urgency
from chalicelib.services.judging import Judging
from tests.builders import ANA, NOW
from tests.fakes import FakeScorer
from tests.services.stage import SCORES, Stage, after


def _crippled() -> FakeScorer:
    scorer = FakeScorer(SCORES)
    scorer.faults = ("the deep model cannot be loaded: no file",)
    return scorer


def test_a_missing_model_is_told_once_an_hour_and_counted_at_every_mention() -> None:
    stage = Stage(scorer=_crippled())
    for number in range(3):
        stage.triage.judge(stage.post("the site is down", number), now=NOW)

    assert stage.rung() == [ANA]
    assert stage.notices.kinds() == ["model-missing"]
    assert stage.meter.counts["ModelsMissing"] == 3
    stage.triage.judge(stage.post("lovely", 4), now=NOW + timedelta(hours=1, seconds=1))
    assert stage.notices.kinds() == ["model-missing"] * 2


def test_while_all_models_are_there_nobody_is_told() -> None:
    stage = Stage()
    stage.triage.judge(stage.post("the site is down", 1), now=NOW)

    assert stage.notices.kinds() == []
    assert stage.meter.counts["ModelsMissing"] == 0


class _Line:
    """Notices that keep when they were called; nobody can be told while it is cut."""

    def __init__(self, *, is_cut: bool = False) -> None:
        self.is_cut = is_cut
        self.called: list[datetime] = []

    def tell(self, kind: str, text: str, *, now: datetime) -> bool:
        self.called.append(now)
        if self.is_cut:
            raise ConnectionError("no line")
        return False


def _judging(stage: Stage, line: _Line) -> Judging:
    return Judging(
        scorer=_crippled(),
        gathering=stage.gathering,
        rereading=stage.rereading,
        notices=line,
        meter=stage.meter,
    )


def _judged_each_ten_minutes(judging: Judging, stage: Stage, *, until: int) -> None:
    for minutes in range(0, until + 1, 10):
        mention = stage.post("the site is down", minutes)
        judging.verdict(mention, stage.desks.current(), now=after(minutes))


def test_a_worker_writes_once_an_hour_that_a_model_is_missing_and_counts_each_mention(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stage, line = Stage(), _Line()
    _judged_each_ten_minutes(_judging(stage, line), stage, until=120)

    assert line.called == [after(0), after(60), after(120)]
    assert [one.message for one in caplog.records].count("model_missing") == 3
    assert stage.meter.counts["ModelsMissing"] == 13


def test_a_worker_that_could_tell_nobody_does_not_try_at_every_mention_either() -> None:
    stage, line = Stage(), _Line(is_cut=True)
    _judged_each_ten_minutes(_judging(stage, line), stage, until=60)

    assert line.called == [after(0), after(60)]


def test_a_mention_is_judged_though_nobody_can_be_told() -> None:
    stage = Stage()
    judging = _judging(stage, _Line(is_cut=True))
    mention = stage.post("the site is down", 1)

    assert judging.verdict(mention, stage.desks.current(), now=NOW).urgency is Urgency.WAKE
