"""What the validator said of a file. It ends well even when rules fail, so its report is read.

Source of the form: `focus-validator` 2.2.1, `--output-type unittest`: a `testcase` for each rule,
with a `failure` or an `error` in it where it did not hold, and `skipped` where it was not tried.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from chalicelib.domain.errors import BadInput

LEAST_PASSED = 302
"""Rules that hold for the sample. Fewer would mean that some are no longer tried."""

LEGS = ("InvoiceId-C-004-C", "InvoiceId-C-005-C")
"""`InvoiceId` must be null without an invoice, and must not be null with one. The validator has
no condition for either, so it wants both of every row: one of the two always fails."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How many rules held, and which did not."""

    passed: int
    skipped: int
    failed: Mapping[str, str]
    """By name of the rule: what the validator says of it."""


def verdict_of(report: Path) -> Verdict:
    """Raises BadInput when it is no whole report."""
    try:
        root = ElementTree.parse(report).getroot()  # noqa: S314
        tried = int(root.attrib["tests"])
    except (OSError, ElementTree.ParseError, KeyError, ValueError) as error:
        raise BadInput(f"the validator has left no report that can be read: {error}") from None
    passed, skipped, failed = 0, 0, {}
    for case in root.iter("testcase"):
        rule = case.attrib["name"].partition(" ::")[0]
        wrong = [one for kind in ("failure", "error") for one in case.iter(kind)]
        if wrong:
            failed[rule] = wrong[0].attrib.get("message", "")
        elif case.find("skipped") is not None:
            skipped += 1
        else:
            passed += 1
    if tried != passed + skipped + len(failed):
        raise BadInput(f"the report of the validator speaks of {tried} rules and lacks some")
    return Verdict(passed=passed, skipped=skipped, failed=failed)


def problems(verdict: Verdict, *, least: int = LEAST_PASSED) -> list[str]:
    """What is wrong with a file, a line each; empty when all is well."""
    found = [f"{rule}: {says}" for rule, says in verdict.failed.items() if rule not in LEGS]
    legs = [rule for rule in LEGS if rule in verdict.failed]
    if len(legs) > 1:
        found += [f"{rule}: {verdict.failed[rule]}" for rule in legs]
    if not legs:
        found.append(f"{' and '.join(LEGS)} both hold: the validator has changed; look anew")
    if verdict.passed < least:
        found.append(f"only {verdict.passed} rules hold, {least} were expected to")
    return found
