"""The verb that mends the search: reindex."""

from datetime import UTC, datetime

from infra.cli.terminal import Json, Stage, bar, out, print_json


def reindex(stage: Stage = "dev", as_json: Json = False) -> None:
    """Make every ticket of a deployment findable anew; what is found already stays so.

    For tickets of a release without search, and after changes were lost (*dead letters* in the
    runbook). Reads every ticket and writes some 50 words of each: about three US cents for 1,000.

    Example: `nightdesk reindex --stage dev`
    """
    from infra.acting import acting_as
    from infra.judging.looking import history_of

    with acting_as(stage) as wiring:
        tickets = history_of(stage, region=None).tickets(datetime(2000, 1, 1, tzinfo=UTC))
        words = 0
        with bar("writing the index") as watch:
            for number, ticket in enumerate(tickets, start=1):
                words += wiring.indexing().index(ticket)
                watch(number / len(tickets))
    if as_json:
        print_json({"tickets": len(tickets), "words": words})
        return
    what = "ticket" if len(tickets) == 1 else "tickets"
    out.print(f"{stage}: {len(tickets)} {what} can be found, by {words} words.")
