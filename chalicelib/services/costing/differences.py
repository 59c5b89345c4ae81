"""Telling finance of differences over 5 %, each once."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from chalicelib.domain.cost.day import DayState
from chalicelib.domain.cost.exact import shown
from chalicelib.domain.cost.letter import FinanceLetter, Section
from chalicelib.domain.cost.reconciling import UNEXPLAINED, Reconciled
from chalicelib.domain.desk import Desk
from chalicelib.ports import CostMarks
from chalicelib.services.costing.telling import TellingFinance

WORTH = Decimal("0.01")
"""US dollars; what differs by less is flagged on the page alone."""

MOST = 30
"""Differences that a letter names."""


class Differences:
    """Tells what is new; one letter a day at most."""

    def __init__(
        self, *, marks: CostMarks, telling: TellingFinance, link: Callable[[], str]
    ) -> None:
        """`link` is where the figures can be opened."""
        self._marks = marks
        self._telling = telling
        self._link = link

    def flagged(self, desk: Desk, lines: Iterable[Reconciled], *, now: datetime) -> int:
        """How many letters went out. What nobody could be told of is told tomorrow.

        Less than was metered is told once the day is final: until then a bill only lags.
        """
        to = desk.finance.tell if desk.email.sender else ()
        wanted = [line for line in lines if _is_worth_a_word(line)]
        if not to or not wanted:
            return 0
        told = {line.month: self._told(line.month) for line in wanted}
        new = [line for line in wanted if _key(line) not in told[line.month]]
        if not new:
            return 0
        today = now.astimezone(UTC).date()
        key = f"told#{today:%Y-%m}#differences-{today}"
        outcome = self._telling.tell(key, _letter(new, self._link()), to, now=now)
        if outcome.reached:
            for month in {line.month for line in new}:
                keys = {*told[month], *(_key(line) for line in new if line.month == month)}
                self._marks.keep(f"told#{month}#differences", "\n".join(sorted(keys)))
        return outcome.sent

    def _told(self, month: str) -> set[str]:
        return set((self._marks.kept(f"told#{month}#differences") or "").splitlines())


def _is_worth_a_word(line: Reconciled) -> bool:
    variance = line.variance
    if variance is None or not line.is_flagged or abs(variance) < WORTH:
        return False
    return variance > 0 or line.state is DayState.FINAL


def _key(line: Reconciled) -> str:
    return f"{line.period}/{line.group}/{line.named}"


def _letter(lines: Sequence[Reconciled], link: str) -> FinanceLetter:
    first = min(line.period for line in lines)
    sentences = [_sentence(line) for line in lines[:MOST]]
    if len(lines) > MOST:
        sentences.append(f"And {len(lines) - MOST} more.")
    return FinanceLetter(
        subject=f"What was charged differs by over 5 % from what was metered, since {first}",
        sections=(Section(paragraphs=tuple(sentences)),),
        link=link,
    )


def _sentence(line: Reconciled) -> str:
    what = line.named if line.group == UNEXPLAINED else line.group
    charged = shown(line.charged or Decimal(0), 4)
    return (
        f"{line.period}, {what}: {charged} {line.currency} were charged where "
        f"{shown(line.metered, 4)} were metered ({line.state}). {line.reason}."
    )
