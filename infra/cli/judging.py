"""The verbs that look back at what was judged: judge, retrain."""

from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.cli.oncall import checked_zone
from infra.cli.terminal import File, Json, Stage, bar, now, out, print_json, print_table, told

if TYPE_CHECKING:
    from chalicelib.domain.rules import Rules
    from infra.judging.labels import Evidence
    from infra.judging.learning import Lesson

Days = Annotated[int, typer.Option(help="How many days to look back.", min=1, max=400)]
ZoneOption = Annotated[
    str | None,
    typer.Option(
        "--zone", help="Tell times in this zone. [default: the lead's]", callback=checked_zone
    ),
]


def judge(
    file: File,
    stage: Stage = "dev",
    days: Days = 30,
    zone: ZoneOption = None,
    as_json: Json = False,
) -> None:
    """Tell what the rules of a configuration would have changed; changes nothing.

    Judges the recorded verdicts anew, by the rules of the file and by those in force. With
    `--stage local` the demo's weekend is played on this machine first, no account needed.

    Example: `nightdesk judge nightdesk.yaml --stage dev --days 30`
    """
    from chalicelib.domain.rules import Rules
    from infra.cli.effect import effect_as_data, print_effect
    from infra.config import load
    from infra.judging import effect_of, looking_at

    began_at = now()
    desk = load(file, now=began_at).desk
    with bar("playing the demo") as played, looking_at(stage, now=began_at, watch=played) as past:
        if past.in_force is None:
            told.print(
                f"{stage}: no configuration is in force that can be read, so these rules are "
                "compared with none",
                style="yellow",
            )
        with bar("reading what was judged") as read:
            effect = effect_of(
                past.history,
                desk,
                in_force=past.in_force.rules if past.in_force else Rules(),
                now=past.now,
                back=timedelta(days=days),
                watch=read,
            )
    if as_json:
        print_json(effect_as_data(effect))
        return
    lead = desk.responder(desk.lead)
    print_effect(effect, zone=zone or (lead.zone if lead else "UTC"))


def retrain(
    stage: Stage = "dev",
    days: Days = 30,
    missed_costs: Annotated[
        float,
        typer.Option(help="Pages for nothing that one missed is worth.", min=1, max=1000),
    ] = 10.0,
    apply_to: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write the lines into this configuration, after asking.",
            exists=True,
        ),
    ] = None,
    export: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write the labelled posts there, for `training/`."),
    ] = None,
    zone: ZoneOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Write without asking first.")] = False,
    as_json: Json = False,
) -> None:
    """Propose better lines of waking, from graded pages, corrections and handled tickets.

    Puts nothing in force: it prints the lines and what they would have changed in the last 30
    days, and with --apply-to writes them into the file, for `nightdesk apply`.

    Example: `nightdesk retrain --stage dev --days 90 --apply-to nightdesk.yaml`
    """
    from dataclasses import replace

    from chalicelib.domain.errors import NotFound
    from infra.cli.effect import effect_as_data, print_effect
    from infra.judging import LOOKED_BACK, effect_of, looking_at
    from infra.judging.export import export as export_posts
    from infra.judging.labels import evidence_of
    from infra.judging.learning import lesson_of
    from infra.judging.yaml_lines import as_yaml

    with ExitStack() as opening:
        played = opening.enter_context(bar("playing the demo"))
        past = opening.enter_context(looking_at(stage, now=now(), watch=played))
        desk = past.in_force
        if desk is None:
            raise NotFound(f"{stage}: no configuration is in force that can be read; apply one")
        since = past.now - timedelta(days=days)
        with bar("reading what was judged") as read:
            verdicts = past.history.verdicts(since, watch=read)
        # Graded and handled is what was judged in that time, so what it belongs to is no older.
        earlier = since - LOOKED_BACK
        evidence = evidence_of(
            verdicts,
            past.history.incidents(earlier),
            past.history.tickets(earlier),
            desk.rules,
        )
        lesson = lesson_of(evidence.labels, desk.rules, missed_costs=missed_costs)
        effect = None
        if lesson.rules != desk.rules:
            proposed = replace(desk, rules=lesson.rules)
            effect = effect_of(past.history, proposed, in_force=desk.rules, now=past.now)
    exported = export_posts(evidence.posts, export) if export is not None else None
    if as_json:
        written = _write_lines(apply_to, lesson.rules, yes=yes) if effect and apply_to else False
        print_json(
            {
                **_lesson_as_data(lesson, evidence),
                "yaml": as_yaml(lesson.rules) if effect else None,
                "effect": effect_as_data(effect),
                "written": written,
                "exported": {"urgencies": exported.urgencies, "moods": exported.moods}
                if exported
                else None,
            }
        )
        return
    _print_evidence(lesson, evidence, days=days)
    if exported is not None:
        _print_exported(exported)
    if effect is None:
        if not lesson.missing:
            out.print("What is in force is the best that can be learned from them.")
        return
    _print_lines(lesson, missed_costs)
    lead = desk.responder(desk.lead)
    print_effect(effect, zone=zone or (lead.zone if lead else "UTC"))
    out.print(
        f"\nTo put it in force, let this stand in your configuration:\n\n{as_yaml(lesson.rules)}"
    )
    if apply_to is None:
        told.print("With --apply-to FILE it is written there for you. Nothing is in force yet.")
    elif _write_lines(apply_to, lesson.rules, yes=yes):
        out.print(f"Written. Put it in force: nightdesk apply {apply_to} --stage {stage}")


def _write_lines(file: Path, rules: "Rules", *, yes: bool) -> bool:
    """Write the lines into a file after showing what changes; whether it was done."""
    from difflib import unified_diff

    from chalicelib.domain.errors import BadInput
    from infra.config import check, load
    from infra.judging.yaml_lines import lines_of, with_lines

    load(file, now=now())  # refused, with every problem, before anything is written
    before = file.read_bytes().decode("utf-8-sig")
    after = with_lines(before, rules)
    found = check(after, file=file.name, now=now()).desk.rules
    if lines_of(found) != lines_of(rules):
        raise BadInput(f"{file.name}: its lines cannot be changed safely; write them yourself")
    if before == after:
        told.print(f"{file.name} says so already.")
        return True
    shown = unified_diff(
        before.splitlines(), after.splitlines(), file.name, file.name, lineterm="", n=2
    )
    for line in shown:
        told.print(line)
    if not yes:
        typer.confirm(f"Write this into {file.name}?", abort=True, err=True)
    draft = file.with_name(file.name + ".new")
    draft.write_bytes(after.encode())
    draft.chmod(file.stat().st_mode)
    draft.replace(file)
    return True


def _print_evidence(lesson: "Lesson", evidence: "Evidence", *, days: int) -> None:
    said = lesson.worth_it + lesson.not_worth_it
    handled = sum(not one.is_said for one in evidence.labels)
    out.print(
        f"In the last {days} days people said of {said} mentions whether they were worth waking "
        f"for: {lesson.worth_it} were, {lesson.not_worth_it} were not. Handled tickets besides: "
        f"{handled} pages that nobody missed."
    )
    for why, count in sorted(evidence.left_out.items()):
        out.print(f"Left out: {count} ({why}).")
    if len(evidence.scorers) > 1:
        told.print(
            "They were judged by different scorers, whose figures need not agree: "
            + ", ".join(f"{name} {count}" for name, count in sorted(evidence.scorers.items())),
            style="yellow",
        )
    if lesson.missing:
        out.print(
            f"Nothing can be learned yet. Missing: {lesson.missing}. Pages are graded when an "
            "incident is over, verdicts corrected in a ticket; --days looks further back."
        )


def _print_lines(lesson: "Lesson", missed_costs: float) -> None:
    rows = [
        [
            one.topic.value if one.topic else "else",
            f"{one.before:g}",
            f"{one.after:g}",
            f"{one.worth_it} + {one.not_worth_it} + {one.handled}",
            f"{one.missed_before} -> {one.missed_after}",
            f"{one.for_nothing_before} -> {one.for_nothing_after}",
        ]
        for one in lesson.lines
    ]
    columns = ["wake_at", "now", "better", "worth it + not + handled", "missed", "for nothing"]
    print_table(f"One missed counts as {missed_costs:g} pages for nothing:", columns, rows)
    out.print("")


def _print_exported(exported: Any) -> None:
    from infra.judging.export import WARNING

    out.print(
        f"{exported.urgency}: {exported.urgencies} posts, {exported.moods_file}: {exported.moods}"
    )
    told.print(WARNING, style="yellow")


def _lesson_as_data(lesson: "Lesson", evidence: "Evidence") -> dict[str, object]:
    return {
        "worth_it": lesson.worth_it,
        "not_worth_it": lesson.not_worth_it,
        "handled": sum(not one.is_said for one in evidence.labels),
        "left_out": evidence.left_out,
        "scorers": evidence.scorers,
        "missing": lesson.missing or None,
        "lines": [
            {
                "topic": one.topic.value if one.topic else "else",
                "before": one.before,
                "after": one.after,
                "worth_it": one.worth_it,
                "not_worth_it": one.not_worth_it,
                "handled": one.handled,
                "missed": {"before": one.missed_before, "after": one.missed_after},
                "for_nothing": {"before": one.for_nothing_before, "after": one.for_nothing_after},
            }
            for one in lesson.lines
        ],
    }
