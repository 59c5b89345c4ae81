"""What the validator said is read from its report: it ends well even when rules fail."""

from pathlib import Path

import pytest

from chalicelib.domain.errors import BadInput
from infra.focus.verdict import LEGS, Verdict, problems, verdict_of

RECORDED = Path(__file__).with_name("report.xml")
"""What focus-validator 2.2.1 said of a sample, cut down to some columns."""


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.xml"
    path.write_text(RECORDED.read_text())
    return path


def edited(report: Path, before: str, after: str) -> Path:
    text = report.read_text()
    assert before in text
    report.write_text(text.replace(before, after, 1))
    return report


def test_a_recorded_report_is_all_well_but_for_the_rule_that_always_fails(report: Path) -> None:
    found = verdict_of(report)

    assert (found.passed, found.skipped, list(found.failed)) == (22, 5, [LEGS[1]])
    assert problems(found, least=found.passed) == []


def test_a_rule_that_fails_is_a_problem_that_names_it(report: Path) -> None:
    whole = '<testcase name="BillingCurrency-C-003-M :: Format" time="0" />'
    wrong = whole.replace(" />", '><failure message="no currency">Failed</failure></testcase>')
    found = verdict_of(edited(report, whole, wrong))

    assert problems(found, least=0) == ["BillingCurrency-C-003-M: no currency"]


def test_a_rule_that_could_not_be_tried_for_a_fault_of_ours_is_a_problem(report: Path) -> None:
    whole = '<testcase name="ServiceName-C-003-M :: Nullability" time="0" />'
    wrong = whole.replace(" />", '><error message="column not present" /></testcase>')

    assert problems(verdict_of(edited(report, whole, wrong)), least=0) == [
        "ServiceName-C-003-M: column not present"
    ]


def a_verdict(*failed: str, passed: int = 302) -> Verdict:
    return Verdict(passed=passed, skipped=275, failed=dict.fromkeys(failed, "fails"))


@pytest.mark.parametrize("leg", LEGS)
def test_one_of_the_two_legs_alone_may_fail(leg: str) -> None:
    assert problems(a_verdict(leg)) == []


def test_both_legs_failing_or_none_is_a_problem() -> None:
    assert problems(a_verdict(*LEGS)) == [f"{leg}: fails" for leg in LEGS]
    (line,) = problems(a_verdict())
    assert "the validator has changed" in line


def test_fewer_rules_than_before_are_a_problem() -> None:
    (line,) = problems(a_verdict(LEGS[1], passed=301))
    assert line == "only 301 rules hold, 302 were expected to"


def test_a_report_that_is_cut_off_or_missing_is_no_verdict(report: Path, tmp_path: Path) -> None:
    whole = '<testcase name="BillingCurrency-C-003-M :: Format" time="0" />'
    with pytest.raises(BadInput, match="lacks some"):
        verdict_of(edited(report, whole, ""))
    report.write_text(report.read_text()[:500])
    with pytest.raises(BadInput, match="no report that can be read"):
        verdict_of(report)
    with pytest.raises(BadInput, match="no report that can be read"):
        verdict_of(tmp_path / "none.xml")
