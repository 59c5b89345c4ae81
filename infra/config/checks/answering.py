"""Checks of how customers are answered: what contradicts itself, or is hardly meant."""

from collections.abc import Iterator
from itertools import pairwise

from chalicelib.domain.answering.saved import PERSONAL
from chalicelib.domain.signal import Urgency
from infra.config.answering import PROMISED, AnsweringSetting
from infra.config.checks.parts import Finding, Parts


def faults(parts: Parts) -> Iterator[Finding]:
    """What must be put right before the file can be in force."""
    if parts.answering is None:
        return
    for urgency, promise in parts.answering.promises.items():
        if promise.in_hours and not parts.section("hours"):
            yield (
                ("answering", "promises", urgency, "in_hours"),
                "is true, and the file has no business hours; add hours, or take it out",
            )


def doubts(parts: Parts) -> Iterator[Finding]:
    """What is allowed and yet hardly meant."""
    rules = parts.answering
    if rules is None:
        return
    yield from _promises(rules)
    for name, saved in rules.saved.items():
        if "{" + PERSONAL + "}" not in saved.text:
            yield (
                ("answering", "saved", name, "text"),
                "has no {personal}, so agents do not see where their own words go; add it",
            )
    for brand, checklist in rules.checklists.items():
        loved = {one.casefold() for one in (*checklist.greetings, *checklist.apologies)}
        for number, words in enumerate(checklist.banned):
            if words.casefold() in loved:
                yield (
                    ("answering", "checklists", brand, "banned", number),
                    f"{words!r} is asked for as well in this checklist; take it out of one",
                )
    seen: dict[str, str] = {}
    for name, hook in rules.hooks.items():
        if (before := seen.setdefault(hook.secret, name)) != name:
            yield (
                ("answering", "hooks", name, "secret"),
                f"is that of {before} too, so one receiver is told twice; keep one of them",
            )


def _promises(rules: AnsweringSetting) -> Iterator[Finding]:
    """A graver mention that may wait longer than a lesser one, by the file's own words."""
    shipped = {Urgency.WAKE: 15, Urgency.SOON: 60, Urgency.ANSWER: 1_440}
    minutes = dict(shipped)
    for urgency, promise in rules.promises.items():
        if promise.in_hours:
            # An hour of the wall and an hour of the office cannot be compared.
            del minutes[Urgency(urgency)]
        else:
            minutes[Urgency(urgency)] = promise.within_minutes
    for graver, lesser in pairwise(one for one in PROMISED if one in minutes):
        if minutes[graver] > minutes[lesser]:
            named = graver if graver in rules.promises else lesser
            yield (
                ("answering", "promises", named),
                f"{graver} may wait longer ({minutes[graver]} minutes) than {lesser} "
                f"({minutes[lesser]}); is it the wrong way round?",
            )
