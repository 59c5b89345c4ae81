"""Caps: an SMS budget that stops SMS once it is used up, as a named person has confirmed.

This can silence pages, so everything doubtful lets an SMS through: a cap that cannot be read, one
of another month, one of a budget that was raised or taken out since.
"""

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

from chalicelib.domain.cost.account import BudgetStanding
from chalicelib.domain.cost.exact import shown
from chalicelib.domain.finance import SMS, Budget
from chalicelib.ports import CostMarks, Desks

log = logging.getLogger("nightdesk.costing")

KEY = "cap#sms"

READ_EVERY = 60.0
"""Seconds."""


class SmsCap:
    """Whether SMS are stopped."""

    def __init__(
        self,
        *,
        desks: Desks,
        marks: CostMarks,
        now: Callable[[], datetime],
        seconds: Callable[[], float],
    ) -> None:
        """`seconds` counts up, from anywhere: the mark is read every `READ_EVERY` at most."""
        self._desks = desks
        self._marks = marks
        self._now = now
        self._seconds = seconds
        self._read: str | None = None
        self._read_at: float | None = None

    def set(self, standing: BudgetStanding | None, *, now: datetime) -> None:
        """Stop SMS, or let them go, as the budget of SMS stands; None: there is none."""
        text = ""
        if standing is not None and standing.stops and standing.is_used_up:
            text = json.dumps({"month": _month(now), "usd": str(standing.usd)})
        if (self._marks.kept(KEY) or "") != text:
            self._marks.keep(KEY, text)
            log.warning("sms_cap_set" if text else "sms_cap_lifted")

    def refusal(self) -> str:
        """Why no SMS may leave now; empty when it may.

        Costs nothing where no budget stops SMS. Raises nothing.
        """
        try:
            budget = self._in_force()
        except Exception:
            log.exception("sms_cap_unread")
            return ""
        if budget is None:
            return ""
        return (
            f"the SMS budget of {shown(budget.usd)} USD is used up, and {budget.confirmed_by} has "
            "confirmed that SMS stop then"
        )

    def is_in_force(self) -> bool:
        """Whether no SMS may leave now. Raises whatever keeps this from being known."""
        return self._in_force() is not None

    def _in_force(self) -> Budget | None:
        """The budget that stops SMS now."""
        budget = self._desks.current().finance.budget(SMS)
        if budget is None or not budget.stops or not budget.confirmed_by:
            return None
        cap = json.loads(self._kept() or "{}")
        is_old = cap.get("month") != _month(self._now())
        return None if is_old or budget.usd > Decimal(cap["usd"]) else budget

    def _kept(self) -> str | None:
        seconds = self._seconds()
        if self._read_at is None or seconds - self._read_at >= READ_EVERY:
            # First of all, so that a table that does not answer is asked once a minute only.
            self._read, self._read_at = None, seconds
            self._read = self._marks.kept(KEY)
        return self._read


def _month(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m}"
