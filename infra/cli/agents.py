"""The verbs about who works at the desk: agent add, agent list, agent remove."""

from typing import Annotated

import typer

from infra.cli.terminal import Json, Stage, out, print_json, print_table, told


def add(
    name: Annotated[str, typer.Argument(help="Customers see the first word of it.")],
    email: Annotated[str, typer.Option(help="They sign in with it; Cognito writes to it.")],
    role: Annotated[
        list[str] | None,
        typer.Option(help="agent, lead, finance or admin; more than once for more than one."),
    ] = None,
    id: Annotated[
        str, typer.Option("--id", help="Of a responder: their id there. [default: by the name]")
    ] = "",
    stage: Stage = "dev",
    as_json: Json = False,
) -> None:
    """Let somebody work at the desk, or change the name, address and roles of who does.

    Example: `nightdesk agent add "Ana Novak" --email ana@example.com --role agent --role lead`
    """
    from infra.agents import agents_of
    from infra.credentials import slug

    roles = role or ["agent"]
    is_new = agents_of(stage).add(name, email=email, roles=roles, id=id)
    who = id or slug(name)
    if as_json:
        print_json({"agent": who, "roles": roles, "is_new": is_new})
        return
    may = " and ".join(roles)
    if is_new:
        out.print(f"{stage}: {name} ({who}) is {may} from now on.")
        told.print(f"Cognito has written to {email}: the first password is good for a week.")
    else:
        out.print(f"{stage}: {name} ({who}) is {may}, from the next sign-in on.")


def show(stage: Stage = "dev", as_json: Json = False) -> None:
    """Who works at the desk, and what each may do.

    Example: `nightdesk agent list --stage dev`
    """
    from dataclasses import asdict

    from infra.agents import agents_of

    found = agents_of(stage).all()
    if as_json:
        print_json({"agents": [asdict(one) for one in found]})
        return
    if not found:
        told.print("Nobody yet: nightdesk agent add NAME --email ADDRESS", style="yellow")
        return
    print_table(
        "",
        ("id", "name", "e-mail", "roles", "state"),
        [(one.id, one.name, one.email, ", ".join(one.roles), one.state) for one in found],
    )


def remove(
    id: Annotated[str, typer.Argument(help="As `nightdesk agent list` shows it.")],
    stage: Stage = "dev",
    as_json: Json = False,
) -> None:
    """Let somebody work at the desk no more.

    What they have open ends within the hour; what they wrote keeps their name.

    Example: `nightdesk agent remove ana --stage dev`
    """
    from infra.agents import agents_of

    agents_of(stage).remove(id)
    if as_json:
        print_json({"agent": id, "is_removed": True})
        return
    out.print(f"{stage}: {id} cannot sign in any more; what is open ends within the hour.")
