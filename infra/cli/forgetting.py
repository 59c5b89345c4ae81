"""The verb of whoever answers for people's data: forget."""

from typing import Annotated, Any

import typer

from infra.cli.terminal import Json, Stage, now, out, print_json, told


def forget(
    platform: Annotated[str, typer.Argument(help="Such as mastodon.")],
    handle: Annotated[str, typer.Argument(help="As the platform writes it.")],
    stage: Stage = "dev",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Remove all that a person wrote and all that is known of them, linked profiles included.

    It cannot be undone. It reads every mention there is (about one US cent for 100,000); a proof
    without personal data stays. What the platform shows, copies of the database and what other
    desks were told are not reached.

    Example: `nightdesk forget mastodon carla@social.example --stage dev`
    """
    from chalicelib.services.knowing import profile_named
    from infra.acting import acting_as

    profile = profile_named(platform, handle)
    with acting_as(stage) as wiring:
        if not yes:
            found = wiring.forgetting().remembered(profile)
            _show(found)
            if not found.is_nothing:
                typer.confirm("Remove all of it for good?", abort=True, err=True)
        erasure = wiring.forgetting().forget(profile, now=now())
    if as_json:
        print_json(
            {
                "person": erasure.person,
                "profiles": erasure.profiles,
                "tickets": erasure.tickets,
                "mentions": erasure.mentions,
                "incidents": erasure.incidents,
            }
        )
        return
    out.print(
        f"{stage}: forgotten, {_counted(erasure.tickets, 'ticket')}, "
        f"{_counted(erasure.mentions, 'mention')}, taken out of "
        f"{_counted(erasure.incidents, 'incident')}; the proof is {erasure.person}."
    )


def _show(found: Any) -> None:
    for profile in found.customer.profiles:
        told.print(f"{profile.handle} on {profile.platform}")
    told.print(
        f"{_counted(len(found.tickets), 'ticket')}, {_counted(len(found.written), 'mention')}, "
        f"{_counted(len(found.customer.notes), 'note')} of agents"
    )


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
