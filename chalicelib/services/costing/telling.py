"""Telling finance: a letter to each of its addresses, once each."""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.cost.letter import FinanceLetter
from chalicelib.domain.errors import ChannelError, ChannelRefused
from chalicelib.ports import CostMarks, LetterPost, Meter

log = logging.getLogger("nightdesk.costing")


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a letter."""

    sent: int = 0
    """That went out now."""
    reached: int = 0
    """Addresses that have it, from now or from before."""
    refused: int = 0
    """Addresses that cannot be reached."""


class TellingFinance:
    """Sends and remembers. What could not be sent is sent by a later hour."""

    def __init__(self, *, marks: CostMarks, post: LetterPost, meter: Meter) -> None:
        self._marks = marks
        self._post = post
        self._meter = meter

    def is_wanted(self, key: str, to: Sequence[str]) -> bool:
        """Whether any of these addresses may not have it yet; one cheap read."""
        return bool(to) and self._marks.kept(f"{key}#all") != _digest(*to)

    def tell(
        self,
        key: str,
        letter: FinanceLetter,
        to: Sequence[str],
        *,
        also: Sequence[str] = (),
        now: datetime,
    ) -> Told:
        """Send it to each address that does not have it under this key; raises nothing of a
        provider's.

        What it tells by the way (`also`) is then told, too. A crash between sending and
        remembering sends it once more, after ten minutes.
        """
        if not self.is_wanted(key, to):
            return Told(reached=len(to))
        sent = reached = refused = 0
        for address in to:
            whose = _digest(address)
            if not self._marks.begin(f"{key}#{whose}", now=now):
                reached += 1
                continue
            try:
                self._post.send_letter(address, letter)
            except ChannelError as error:
                refused += isinstance(error, ChannelRefused)
                log.error("finance_letter_not_sent", extra={"key": key, "trouble": str(error)})
                self._meter.count("FinanceLettersNotSent")
                continue
            for one in (key, *also):
                self._marks.done(f"{one}#{whose}", now=now)
            sent += 1
        if sent and reached + sent == len(to):
            for one in (key, *also):
                self._marks.keep(f"{one}#all", _digest(*to))
        return Told(sent, reached + sent, refused)


def _digest(*addresses: str) -> str:
    """Addresses, without their standing in a table that others read."""
    return hashlib.sha256("\n".join(addresses).encode()).hexdigest()[:16]
