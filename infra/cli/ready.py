"""The verbs that see to it that people can be woken: ready, test-page, verify, calendar."""

from datetime import UTC
from typing import Annotated, Any

import typer

from infra.cli.terminal import Json, Stage, now, out, print_json, print_table

Who = Annotated[str, typer.Argument(metavar="WHO", help="A responder, by name in the file.")]


def try_out(
    who: Who,
    stage: Stage = "dev",
    channel: Annotated[
        str | None, typer.Option(help="sms, email or webhook. [default: all that WHO has]")
    ] = None,
    as_json: Json = False,
) -> None:
    """Send somebody a test page. Whoever answers it has shown that they can be woken.

    Answered by its link, by SMS with its code, or by `nightdesk verify`.

    Example: `nightdesk test-page ana --stage dev --channel sms`
    """
    from chalicelib.domain.schedule import ResponderId
    from infra.acting import acting_as

    with acting_as(stage) as wiring:
        tried = wiring.contacting().test(ResponderId(who), channel, now=now())
    if as_json:
        print_json(
            {
                "responder": who,
                "sent": [
                    {"channel": one.channel, "is_sent": one.is_sent, "refusal": one.refusal}
                    for one in tried
                ],
            }
        )
    else:
        for one in tried:
            said = "a test page is on its way" if one.is_sent else f"not sent: {one.refusal}"
            out.print(f"{who}, {one.channel}: {said}")
    if not any(one.is_sent for one in tried):
        raise typer.Exit(1)


def verify(
    who: Who,
    code: Annotated[str, typer.Option(help="The five letters of the newest test page.")],
    stage: Stage = "dev",
    channel: Annotated[str, typer.Option(help="By which the code came.")] = "sms",
    as_json: Json = False,
) -> None:
    """Say that a test page has come, by its code.

    Example: `nightdesk verify ana --code BCDFG --channel sms --stage dev`
    """
    from chalicelib.domain.schedule import ResponderId
    from infra.acting import acting_as

    with acting_as(stage) as wiring:
        contact = wiring.contacting().verify_code(ResponderId(who), channel, code, now=now())
    if as_json:
        verified_at = contact.verified_at.astimezone(UTC).isoformat(timespec="seconds")
        print_json({"responder": who, "channel": channel, "verified_at": verified_at})
        return
    out.print(f"{who}, {channel}: verified, this contact works.")


def ready(stage: Stage = "dev", as_json: Json = False) -> None:
    """Check now whether somebody could be woken tonight; tells nobody else of it.

    Ends with 1 when tonight is not covered.

    Example: `nightdesk ready --stage dev`
    """
    from infra.acting import acting_as

    with acting_as(stage) as wiring:
        report = wiring.readiness().check(now=now())
    if as_json:
        print_json(
            {
                "checked_at": report.checked_at.astimezone(UTC).isoformat(timespec="seconds"),
                "is_covered_tonight": report.is_covered_tonight,
                "findings": [
                    {"gravity": one.gravity, "what": one.what, "remedy": one.remedy}
                    for one in report.findings
                ],
            }
        )
    else:
        _print_report(stage, report)
    if not report.is_covered_tonight:
        raise typer.Exit(1)


def calendar(
    stage: Stage = "dev",
    renew: Annotated[
        str | None,
        typer.Option(
            metavar="KIND/NAME",
            help="Give this calendar another address, such as person/ana; the old one is shut.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Tell where ordinary calendars find the shifts of each person and schedule.

    Whoever has an address can read that calendar: hand it to its person only.

    Example: `nightdesk calendar --stage dev --renew person/ana`
    """
    from infra.acting import acting_as

    with acting_as(stage) as wiring:
        from chalicelib.web.calendar import url_of

        calendars = wiring.calendars()
        if renew is not None:
            kind, _, name = renew.partition("/")
            addresses = (calendars.renew(kind, name),)
        else:
            addresses = calendars.addresses()
        found = [
            {"kind": one.kind.value, "name": one.name, "url": url_of(one, wiring.public_url())}
            for one in addresses
        ]
    if as_json:
        print_json({"calendars": found})
        return
    print_table("", ["calendar", "of", "address"], [one.values() for one in found])


def _print_report(stage: str, report: Any) -> None:
    tonight = "is covered" if report.is_covered_tonight else "is NOT covered"
    if not report.findings:
        out.print(f"{stage}: all well, tonight {tonight}.")
        return
    rows = [[one.gravity.value, one.what, one.remedy] for one in report.findings]
    print_table("", ["gravity", "what", "remedy"], rows, has_prose=True)
    out.print(f"{stage}: tonight {tonight}.")
