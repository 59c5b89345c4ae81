"""Letters: what a month has cost, on the first of the next."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from chalicelib.domain.cost.account import MonthAccount
from chalicelib.domain.cost.day import DayState
from chalicelib.domain.cost.forecast import month_bounds
from chalicelib.domain.cost.letter import month_letter
from chalicelib.domain.errors import NotFound
from chalicelib.ports import Desks
from chalicelib.services.costing.accounts import Accounts
from chalicelib.services.costing.telling import TellingFinance

AT = time(8)
"""On the wall of the desk's zone, on the first of the month."""

UNTIL_DAY = 7
"""Of the month: a letter that could not be sent for so long is not sent any more."""


class Letters:
    """Sends the letter of the month, once to each address."""

    def __init__(
        self,
        *,
        desks: Desks,
        accounts: Accounts,
        telling: TellingFinance,
        link: Callable[[], str],
    ) -> None:
        """`link` is where the figures can be opened."""
        self._desks = desks
        self._accounts = accounts
        self._telling = telling
        self._link = link

    def send(self, *, now: datetime) -> int:
        """Send what is due; how many letters went out.

        A month (UTC) is told once it is over there too, and its last day added up, or on the
        second of the month as it then stands. Of a month without books there is no letter.
        """
        try:
            desk = self._desks.current()
        except NotFound:
            return 0
        finance = desk.finance
        if not finance.is_monthly or not finance.tell or not desk.email.sender:
            return 0
        local = now.astimezone(desk.zone)
        month = _before(local.date())
        first, end = month_bounds(month)
        is_time = local.day > 1 or local.time() >= AT
        if not is_time or local.day > UNTIL_DAY or now.astimezone(UTC).date() < end:
            return 0
        if not self._telling.is_wanted(_key(month), finance.tell):
            return 0
        account = self._accounts.month(month, now=now)
        if not account.days or (local.day == 1 and not _is_added_up(account, end)):
            return 0
        letter = month_letter(
            account,
            before=self._accounts.month(_before(first), now=now),
            coming=self._accounts.month(f"{end:%Y-%m}", now=now),
            link=self._link(),
        )
        return self._telling.tell(_key(month), letter, finance.tell, now=now).sent


def _key(month: str) -> str:
    return f"told#{month}#letter"


def _before(on: date) -> str:
    """The month before that of a day."""
    return f"{on.replace(day=1) - timedelta(days=1):%Y-%m}"


def _is_added_up(account: MonthAccount, end: date) -> bool:
    last = account.days[-1]
    return last.on == end - timedelta(days=1) and last.state is not DayState.RUNNING
