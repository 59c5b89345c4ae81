"""`make focus-check`: the export of a made-up month must pass `focus-validator`, a broken one not.

The validator needs a Python of its own. Where there is none this says so and checks nothing;
where there is one, nothing is skipped, not even when its environment cannot be built.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory

from chalicelib.adapters.focus import Cell, Row, focus_rows
from chalicelib.domain.errors import BadInput
from infra.focus.parquet import write_parquet
from infra.focus.python import VERSION, environment, found_pythons
from infra.focus.sample import DEPLOYMENT, sample_book, sample_days
from infra.focus.verdict import Verdict, problems, verdict_of

PROJECT = Path(__file__).parents[2]

CRITERIA = (
    "ACCOUNT_NAMING_SUPPORTED",
    "AVAILABILITY_ZONE_SUPPORTED",
    "BILLING_BASED_ON_PROVISIONED_RESOURCES_SUPPORTED",
    "MULTIPLE_BILLING_ACCOUNT_TYPES_SUPPORTED",
    "MULTIPLE_PRICING_CATEGORIES_SUPPORTED",
    "MULTIPLE_SUB_ACCOUNT_TYPES_SUPPORTED",
    "NEGOTIATED_PRICING_SUPPORTED",
    "PRICING_BILLING_CURRENCY_DIFFERENCES_SUPPORTED",
    "PUBLIC_PRICE_LIST_SUPPORTED",
    "REGION_SUPPORTED",
    "RESOURCE_TYPE_ASSIGNMENT_SUPPORTED",
    "SUB_ACCOUNT_SUPPORTED",
    "TAGGING_SUPPORTED",
    "UNIT_PRICING_SUPPORTED",
    "USAGE_MEASUREMENT_SUPPORTED",
    "VIRTUAL_CURRENCY_SUPPORTED",
)
"""Rules that hold for some sellers only are tried too, but those of commitment discounts and
capacity reservations: nobody here has any, and the validator's rules for them contradict each
other (`CommitmentDiscountStatus-C-003-C` and `-004-C`)."""

_TIMEOUT_S = 120
_CURRENCIES = "focus_validator/rules/currency_codes.csv"


BREAKS: Mapping[str, Mapping[str, Cell]] = {
    "BillingAccountId-C-001-M": {"BillingAccountId": None},
    "BillingCurrency-C-003-M": {"BillingCurrency": "US$"},
    "ContractedUnitPrice-C-009-C": {"ContractedUnitPrice": Decimal(-1)},
    "PricingUnit-C-005-C": {"PricingQuantity": None},
    "ServiceName-C-005-C": {"ServiceCategory": "Other"},
    "SkuPriceId-C-008-M": {"SkuId": "another"},
    "Tags-C-001-M": {"Tags": "{"},
}
"""By the rule that must find it: what is made wrong in one row of a broken copy."""

Validate = Callable[[Path], Verdict]


def sample_rows() -> Iterator[Row]:
    return focus_rows(sample_days(), book=sample_book(), deployment=DEPLOYMENT)


def broken_rows() -> Iterator[Row]:
    """The same, one row wrong for each of `BREAKS`."""
    wrong = dict(enumerate(BREAKS.values(), start=1000))
    for number, row in enumerate(sample_rows()):
        yield {**row, **wrong.get(number, {})}


def check(validate: Validate, folder: Path, tell: Callable[[str], None]) -> bool:
    """Whether the sample passes and its broken copy does not."""
    whole, broken = folder / "sample.parquet", folder / "broken.parquet"
    rows = write_parquet(sample_rows(), whole)
    said = validate(whole)
    wrong = problems(said)
    tell(
        f"focus-validator: {rows} rows of a made-up month, {said.passed} rules hold, "
        f"{len(said.failed)} fails as it always does, {said.skipped} cannot be tried"
        if not wrong
        else f"focus-validator: {said.passed} rules hold, {len(said.failed)} fail"
    )
    for line in wrong:
        tell(f"  {line}")
    write_parquet(broken_rows(), broken)
    missed = [rule for rule in BREAKS if rule not in validate(broken).failed]
    for rule in missed:
        tell(f"  {rule}: a copy that breaks it was let through")
    if not missed:
        tell(f"focus-validator: a copy with {len(BREAKS)} faults was refused for each")
    return not wrong and not missed


def validator(home: Path, folder: Path) -> Validate:
    """Runs the validator of an environment in `folder`, where it looks for a list of currencies
    and writes its log. Raises BadInput when it gives no verdict."""
    # It asks for them by a path from where it runs, not from where it stands.
    listed = next(home.glob(f"lib/python*/site-packages/{_CURRENCIES}"))
    folder.joinpath(_CURRENCIES).parent.mkdir(parents=True)
    copy(listed, folder / _CURRENCIES)

    def validate(file: Path) -> Verdict:
        report = file.with_suffix(".xml")
        command = [
            *(str(home / "bin/focus-validator"), "--data-file", str(file)),
            *("--validate-version", "1.2", "--block-download"),
            *("--applicability-criteria", ",".join(CRITERIA)),
            *("--output-type", "unittest", "--output-destination", str(report)),
        ]
        ran = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=_TIMEOUT_S
        )
        if ran.returncode:
            said = "\n".join((ran.stdout + ran.stderr).strip().splitlines()[-8:])
            raise BadInput(f"the validator ended with {ran.returncode}:\n{said}")
        return verdict_of(report)

    return validate


def check_with(
    pythons: Sequence[str], tell: Callable[[str], None], *, project: Path = PROJECT
) -> bool:
    """Whether all is well, or there is no Python for it."""
    if not pythons:
        tell(
            f"focus-check: skipped. The FOCUS validator needs Python {VERSION}, and none that "
            f"runs is on this machine, as python{VERSION} or under ~/.pyenv/versions."
        )
        return True
    try:
        home = environment(pythons[0], project)
        with TemporaryDirectory() as scratch:
            folder = Path(scratch)
            return check(validator(home, folder), folder, tell)
    except (BadInput, subprocess.TimeoutExpired) as error:
        tell(f"focus-check: {error}")
        return False


if __name__ == "__main__":
    sys.exit(0 if check_with(found_pythons(), print) else 1)
