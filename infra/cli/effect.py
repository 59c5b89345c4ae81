"""How the effect of rules is told: as a table with examples, and as data."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from infra.cli.terminal import out, print_table

if TYPE_CHECKING:
    from infra.judging import Change, Count, Effect, Example

NO_HISTORY = (
    "Nothing was judged in the last {days} days, so the effect of these rules cannot be told yet."
)


def print_effect(effect: "Effect", *, zone: str) -> None:
    """Each rule, examples with their time on the wall of `zone`, and the sum."""
    days = (effect.until - effect.since).days
    if not effect.verdicts or effect.first_at is None:
        out.print(NO_HISTORY.format(days=days))
        return
    short = (effect.until - effect.first_at).days < days - 1
    only = f", the first on {_wall(effect.first_at, zone)}" if short else ""
    out.print(f"Of the last {days} days: {_counted(effect.verdicts, 'verdict')}{only}.")
    if effect.changes:
        rows = [
            [
                one.setting,
                _named(one),
                one.status,
                _signed(one.pages),
                _signed(one.incidents),
                f"{one.raised} graver, {one.lowered} milder" if one.does_anything else "none",
            ]
            for one in effect.changes
        ]
        columns = ["rule", "of", "is", "pages", "incidents", "verdicts"]
        print_table("", columns, rows)
    for one in effect.changes:
        if one.examples:
            out.print(f"\n{one.setting} {_named(one)}:")
            _print_examples(one.examples, zone)
    out.print(f"\nAll together: {_sum('page', effect)}, {_sum('incident', effect)}.")
    out.print(
        "A page is an incident for which somebody is woken, once: what joins one that is open "
        f"rings nobody. One that never was is taken to last {_length(effect)}, as yours usually "
        "do. What the crowd opens by itself is not counted, and rules overlap, so that single "
        "rules need not add up."
    )


def effect_as_data(effect: "Effect | None") -> dict[str, Any] | None:
    """For `--json`."""
    if effect is None:
        return None
    return {
        "since": _utc(effect.since),
        "until": _utc(effect.until),
        "verdicts": effect.verdicts,
        "first_at": _utc(effect.first_at) if effect.first_at else None,
        "usual_incident_minutes": round(effect.usual.total_seconds() / 60),
        "before": _count(effect.before),
        "after": _count(effect.after),
        "rules": [
            {
                "rule": one.setting,
                "of": one.what,
                "is": one.status,
                "wake_at": one.least,
                "pages": one.pages,
                "incidents": one.incidents,
                "graver": one.raised,
                "milder": one.lowered,
                "examples": _examples(one.examples),
            }
            for one in effect.changes
        ],
        "examples": _examples(effect.examples),
    }


def _print_examples(examples: "Iterable[Example]", zone: str) -> None:
    for one in examples:
        rings = ""
        if one.rings:
            rings = " (wakes)" if one.after.value == "wake" else " (no longer wakes)"
        by = f"{one.author}: " if one.author else ""
        out.print(f"  {_wall(one.at, zone)}  {one.before.value} -> {one.after.value}{rings}")
        out.print(f"    {by}{_shown(one.text)}")


def _shown(text: str) -> str:
    """Without what would move a terminal's cursor or turn its writing about."""
    return "".join(one if one.isprintable() else " " for one in text)


def _named(change: "Change") -> str:
    if change.least is None:
        return change.what
    return f"{change.what} from {change.least:g}"


def _sum(what: str, effect: "Effect") -> str:
    before, after = (getattr(one, what + "s") for one in (effect.before, effect.after))
    return f"{_counted(after, what)} instead of {before} ({_signed(after - before)})"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _signed(count: int) -> str:
    return f"{count:+,}" if count else "0"


def _length(effect: "Effect") -> str:
    minutes = round(effect.usual.total_seconds() / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:g} h".replace(".0 ", " ")


def _wall(moment: datetime, zone: str) -> str:
    return moment.astimezone(ZoneInfo(zone)).strftime("%a %Y-%m-%d %H:%M %Z")


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _count(count: "Count") -> dict[str, int]:
    return {"pages": count.pages, "incidents": count.incidents}


def _examples(examples: "Iterable[Example]") -> list[dict[str, object]]:
    return [
        {
            "mention": one.id,
            "at": _utc(one.at),
            "brand": one.brand,
            "topic": one.topic,
            "author": one.author,
            "text": one.text,
            "before": one.before,
            "after": one.after,
            "wakes_or_no_longer": one.rings,
        }
        for one in examples
    ]
