"""The verbs of whoever keeps the desk: check, apply, secret."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from infra.cli.terminal import SLUG, File, Json, Stage, bar, matching, now, out, print_json, told

_secret = matching(r"[a-z0-9][a-z0-9_-]{0,39}", f"{SLUG}, as in the configuration")


def check(file: File, as_json: Json = False) -> None:
    """Tell every problem of a configuration by its line; change nothing.

    Example: `nightdesk check nightdesk.yaml`
    """
    from infra.config import load

    with _refusals(as_json):
        checked = load(file, now=now())
    if as_json:
        print_json({"ok": True, "problems": [], "warnings": _as_data(checked.warnings)})
        return
    _warn(file, checked.warnings)
    out.print(f"{file.name} can be put in force: {_summary(checked.desk)}.")


def apply(file: File, stage: Stage = "dev", as_json: Json = False) -> None:
    """Put a configuration in force, whole or not at all.

    Example: `nightdesk apply nightdesk.yaml --stage dev`
    """
    from infra import apply as applying
    from infra.cli.effect import effect_as_data
    from infra.config import load

    began_at = now()
    with _refusals(as_json):
        checked = load(file, now=began_at)
    deployment = applying.stage_of(stage)
    effect = _effect_of_rules(checked.desk, deployment, stage, as_json=as_json)
    done = applying.put_in_force(checked, deployment, now=began_at)
    if as_json:
        print_json(
            {
                "ok": True,
                "version": done.version,
                "changes": done.changes,
                "handovers": done.handovers,
                "subscribed": done.subscribed,
                "unsubscribed": done.unsubscribed,
                "unconfirmed": done.unconfirmed,
                "refused_emails": dict(done.refused_emails),
                "unsubscribed_emails": done.unsubscribed_emails,
                "missing_secrets": done.missing_secrets,
                "effect": effect_as_data(effect),
                "warnings": _as_data(done.warnings),
            }
        )
        return
    _warn(file, done.warnings)
    for name in done.missing_secrets:
        told.print(
            f"secret {name} is not stored yet: nightdesk secret set {name} --stage {stage}",
            style="yellow",
        )
    for person in done.unconfirmed:
        told.print(
            f"{person} must confirm the letter from AWS; until then alarms reach {person} by SMS "
            "alone",
            style="yellow",
        )
    for person, code in done.refused_emails:
        told.print(
            f"{person} cannot get alarms by e-mail ({code}), so by SMS alone; apply again",
            style="yellow",
        )
    for change in done.changes:
        out.print(change)
    for handover in done.handovers:
        out.print(f"on call in {handover}")
    for person in done.subscribed:
        out.print(f"{person} hears alarms from now on")
    if done.unsubscribed:
        out.print(f"{done.unsubscribed} phone(s) no longer hear alarms")
    if done.unsubscribed_emails:
        out.print(f"{done.unsubscribed_emails} e-mail address(es) no longer get alarms")
    what = f"version {done.version} is in force" if done.version else "it was in force already"
    out.print(f"{stage}: {what}.")


def _effect_of_rules(desk: Any, deployment: Any, stage: str, *, as_json: bool) -> Any:
    """What changed rules would have changed, told before they are in force; None else.

    Nothing that goes wrong here keeps a configuration from being put in force.
    """
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError
    from pynamodb.exceptions import PynamoDBException

    from chalicelib.domain.errors import NightdeskError
    from chalicelib.domain.rules import Rules
    from infra.cli.effect import print_effect
    from infra.judging import effect_of
    from infra.judging.looking import desk_of, history_of

    before = desk_of(deployment.desks)
    rules = before.rules if before else Rules()
    if desk.rules == rules:
        return None
    history = history_of(stage, region=boto3.session.Session().region_name)
    try:
        with bar("reading what was judged") as read:
            effect = effect_of(history, desk, in_force=rules, now=now(), watch=read)
    except (PynamoDBException, ClientError, BotoCoreError, NightdeskError) as error:
        told.print(
            f"What these rules would have changed cannot be told ({type(error).__name__}): "
            f"`nightdesk judge` needs to read the tables of stage {stage}",
            style="yellow",
        )
        return None
    if not as_json:
        lead = desk.responder(desk.lead)
        print_effect(effect, zone=lead.zone if lead else "UTC")
    return effect


def set_secret(
    name: Annotated[
        str, typer.Argument(help="As `secret` in the file names it.", callback=_secret)
    ],
    stage: Stage = "dev",
) -> None:
    """Store the credentials of a source or the address of a webhook, typed at a prompt or piped in.

    A webhook's is its address and, on a second line, the key its requests are signed with, if any.

    Example: `nightdesk secret set mastodon --stage dev < token.txt`
    """
    import boto3

    from infra.credentials import WEBHOOK, store_secret

    if sys.stdin.isatty():
        value = typer.prompt(f"{name} (not shown)", hide_input=True, err=True)
        if name.startswith(WEBHOOK):
            asked = "Key to sign with (not shown; empty for none)"
            value += "\n" + typer.prompt(
                asked, default="", hide_input=True, err=True, show_default=False
            )
    else:
        value = sys.stdin.read()
    store_secret(name, value.strip(), stage=stage, ssm=boto3.client("ssm"))
    told.print(f"{stage}: secret {name} is stored; functions read it within five minutes.")


@contextmanager
def _refusals(as_json: bool) -> Iterator[None]:
    """With --json a refused configuration is an object too."""
    from infra.config import ConfigRefused

    try:
        yield
    except ConfigRefused as refused:
        if not as_json:
            raise
        print_json({"ok": False, "problems": _as_data(refused.problems), "warnings": []})
        raise typer.Exit(1) from refused


def _as_data(problems: Any) -> list[dict[str, object]]:
    return [{"line": one.line, "field": one.field, "message": one.message} for one in problems]


def _warn(file: Path, warnings: Any) -> None:
    for warning in warnings:
        told.print(f"{warning.located(file.name)} (warning)", style="yellow")


def _summary(desk: Any) -> str:
    parts = {
        "brand": desk.brands,
        "source": desk.sources,
        "responder": desk.responders,
        "schedule": desk.schedules,
        "policy": desk.policies,
    }
    answering = {"saved reply": desk.answering.saved, "hook": desk.answering.hooks}
    parts |= {name: found for name, found in answering.items() if found}
    plural = {"policy": "policies", "saved reply": "saved replies"}
    return ", ".join(
        f"{len(found)} {name if len(found) == 1 else plural.get(name, name + 's')}"
        for name, found in parts.items()
    )
