"""Budgets: each mark is told once a month, and a budget that stops SMS is put in force."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from chalicelib.domain.cost.account import MonthAccount
from chalicelib.domain.cost.budget import Alert, alerts
from chalicelib.domain.cost.letter import alert_letter
from chalicelib.domain.desk import Desk
from chalicelib.domain.errors import NotFound
from chalicelib.domain.finance import SMS
from chalicelib.ports import CostMarks, Desks, Notices
from chalicelib.services.costing.accounts import Accounts
from chalicelib.services.costing.caps import SmsCap
from chalicelib.services.costing.quota import SmsQuota
from chalicelib.services.costing.telling import TellingFinance

MORNING, EVENING = 8, 20
"""Between these hours (in the desk's zone) the people who keep the desk running may be told of
money; their phones ring by a notice."""


class Budgets:
    """Looks after the budgets of the present month."""

    def __init__(
        self,
        *,
        desks: Desks,
        accounts: Accounts,
        quota: SmsQuota,
        cap: SmsCap,
        marks: CostMarks,
        telling: TellingFinance,
        notices: Notices,
        link: Callable[[], str],
    ) -> None:
        """`link` is where the figures can be opened."""
        self._desks = desks
        self._accounts = accounts
        self._quota = quota
        self._cap = cap
        self._marks = marks
        self._telling = telling
        self._notices = notices
        self._link = link

    def watch(self, *, now: datetime) -> int:
        """Ask the provider, put the cap in force or lift it, and tell what is new.

        How many letters and notices went out. By e-mail to whoever is told; without such a way
        as a notice; that a budget is about to stop SMS as a notice too. Both by day only: whether
        the coming night is covered is for the readiness check to say.
        """
        try:
            desk = self._desks.current()
        except NotFound:
            return 0
        self._quota.look(now=now)
        month = f"{now.astimezone(UTC):%Y-%m}"
        account = self._accounts.month(month, now=now)
        own = [one for one in account.budgets if not one.is_of_reading]
        self._cap.set(next((one for one in own if one.name == SMS), None), now=now)
        due = self._due(desk, account, now=now)
        return sum(self._tell(desk, month, alert, now=now) for alert in due)

    def _due(self, desk: Desk, account: MonthAccount, *, now: datetime) -> Sequence[Alert]:
        booked = self._accounts.booked(account.month, now=now)
        found = alerts(account.budgets, account.sms, booked, month=account.month, now=now)
        # A company that has set no budget and names nobody did not ask to be told of money.
        is_asked = bool(desk.finance.tell or desk.finance.budgets)
        return [one for one in found if is_asked or one.is_urgent]

    def _tell(self, desk: Desk, month: str, alert: Alert, *, now: datetime) -> int:
        key, *also = (f"told#{month}#{one}" for one in (alert.key, *alert.also))
        to = desk.finance.tell if desk.email.sender else ()
        letter = alert_letter([alert.text], link=self._link())
        told = self._telling.tell(key, letter, to, also=also, now=now)
        is_without_mail = told.refused == len(to) and not told.reached
        if (alert.is_urgent or is_without_mail) and _is_day(desk, now):
            return told.sent + self._notify(key, alert, also=also, now=now)
        return told.sent

    def _notify(self, key: str, alert: Alert, *, also: Sequence[str], now: datetime) -> int:
        if not self._marks.begin(f"{key}#notice", now=now):
            return 0
        if not self._notices.tell(f"budget:{alert.key}", alert.text, now=now):
            return 0
        for one in (key, *also):
            self._marks.done(f"{one}#notice", now=now)
        return 1


def _is_day(desk: Desk, now: datetime) -> bool:
    return MORNING <= now.astimezone(desk.zone).hour < EVENING
