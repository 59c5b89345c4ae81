"""The verb that rings an alarm on purpose: drill."""

from typing import TYPE_CHECKING, Annotated

import typer

from infra.cli.terminal import Json, Stage, out, print_json, told

if TYPE_CHECKING:
    from infra.drill import Drill

_WAYS = {"sms": "SMS", "email": "e-mail"}


def drill(
    stage: Stage = "dev",
    yes: Annotated[bool, typer.Option("--yes", help="Ring without asking first.")] = False,
    as_json: Json = False,
) -> None:
    """Ring the alarm on the missing tick, so that people see that alarms reach them.

    Alarms go past every function, so no test page shows whether they arrive. SMS and e-mail
    really go out, to the fallback person and the lead; nobody else is paged.

    Example: `nightdesk drill --stage prod`
    """
    import boto3

    from infra.apply import stage_of
    from infra.drill import prepare, ring

    cloudwatch = boto3.client("cloudwatch")
    prepared = prepare(stage_of(stage), stage, cloudwatch=cloudwatch)
    _doubts(prepared)
    if not yes:
        told.print(
            f"This rings the alarm {prepared.alarm!r} at {_people(prepared)}. Tell them before: "
            "the SMS reads like a real alarm; only the e-mail says that it is a drill."
        )
        typer.confirm("Ring it now?", abort=True, err=True)
    ring(prepared, cloudwatch=cloudwatch)
    if as_json:
        print_json(
            {
                "alarm": prepared.alarm,
                "should_reach": [
                    {"responder": one.responder, "name": one.name, "ways": one.ways}
                    for one in prepared.should_reach
                ],
                "others": prepared.others,
                "unconfirmed": [one.id for one in prepared.unconfirmed],
                "missing": [one.id for one in prepared.missing],
            }
        )
        return
    out.print("It rings. Within a minute it should reach:")
    for one in prepared.should_reach:
        out.print(f"  {one.name}: {', '.join(_WAYS[way] for way in one.ways)}")
    if prepared.others:
        out.print(f"  {prepared.others} more that the configuration does not know")
    out.print(f"The alarm returns by itself; escalation goes on meanwhile.\n{_remedies(stage)}")


def _doubts(prepared: "Drill") -> None:
    for person in prepared.missing:
        told.print(
            f"no alarm reaches {person.name} by SMS; run `nightdesk apply` first", style="yellow"
        )
    for person in prepared.unconfirmed:
        told.print(
            f"{person.name} must confirm the letter from AWS: no alarm reaches that mailbox yet",
            style="yellow",
        )


def _people(prepared: "Drill") -> str:
    names = [one.name for one in prepared.should_reach]
    if prepared.others:
        names.append(f"{prepared.others} more")
    return ", ".join(names)


def _remedies(stage: str) -> str:
    return (
        "When somebody heard nothing:\n"
        f"  nightdesk ready --stage {stage}      says of opt-outs, the SMS sandbox and its money\n"
        f"  nightdesk test-page NAME --stage {stage}  shows whether SMS reach that phone at all\n"
        f"  nightdesk apply FILE --stage {stage}  subscribes whoever is missing once more\n"
        "  No e-mail: look among spam for it, and for the letter from AWS that asks to confirm"
    )
