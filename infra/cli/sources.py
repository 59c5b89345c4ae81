"""The verb of whoever sets up sources: doctor."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.cli.terminal import File, Json, now, out, print_json, print_table, progress, stage_name

if TYPE_CHECKING:
    from infra.sources.doctor import Finding


def doctor(
    file: File,
    stage: Annotated[
        str | None,
        typer.Option(
            help="Take the credentials of this deployment. By default they are taken from the "
            "environment, such as NIGHTDESK_SECRET_MASTODON.",
            callback=stage_name,
        ),
    ] = None,
    posts: Annotated[
        int, typer.Option(help="Posts a day that each source is taken to bring.", min=0)
    ] = 30,
    as_json: Json = False,
) -> None:
    """Try each configured source with one cheap call: what works, what is missing, what it costs.

    Ends with 1 when one of them does not work or lacks a permission.

    Example: `nightdesk doctor nightdesk.yaml --stage dev`
    """
    from chalicelib.adapters.price_book import price_book
    from chalicelib.http import HttpClient
    from infra.config import load
    from infra.sources.doctor import examine

    desk = load(file, now=now()).desk
    found: list[Finding] = []
    with progress() as tell:
        tell(f"{len(desk.sources)} sources, one call each")
        for one in examine(
            desk,
            secret=_of_stage(stage) if stage else _of_environment,
            http=HttpClient(trust_loopback=True),
            now=now,
            prices=price_book(),
            posts_a_day=posts,
        ):
            tell(f"{one.name}: {_state(one)}")
            found.append(one)
    if as_json:
        print_json({"posts_a_day": posts, "sources": [_as_json(one) for one in found]})
    else:
        _print(found, posts)
    if not all(one.is_well for one in found):
        raise typer.Exit(1)


def _of_environment(name: str) -> str:
    import os

    from chalicelib.domain.errors import NotFound
    from infra.credentials import variable_of

    if value := os.environ.get(variable_of(name), ""):
        return value
    raise NotFound(f"its secret {name} is missing; set {variable_of(name)}, or give --stage")


def _of_stage(stage: str) -> Callable[[str], str]:
    import boto3

    from chalicelib.domain.errors import NotFound

    ssm = boto3.client("ssm")

    def secret(name: str) -> str:
        try:
            found = ssm.get_parameter(
                Name=f"/nightdesk/{stage}/secrets/{name}", WithDecryption=True
            )
        except ssm.exceptions.ParameterNotFound:
            raise NotFound(
                f"its secret {name} is not stored; run `nightdesk secret set {name} "
                f"--stage {stage}`"
            ) from None
        return str(found["Parameter"]["Value"])

    return secret


def _state(one: "Finding") -> str:
    if one.trouble:
        return "does not answer now" if one.passes else "does not work"
    if one.missing:
        return "works in part" if one.works else "does not work"
    return "works"


def _print(found: "list[Finding]", posts: int) -> None:
    rows = [
        [
            one.name,
            _state(one),
            one.account,
            "; ".join(
                (
                    *((one.trouble,) if one.trouble else (*one.works, *one.missing)),
                    *one.forecast.over,
                )
            ),
            f"{one.forecast.calls:,}",
            _money(one),
        ]
        for one in found
    ]
    print_table(
        "", ["source", "state", "as", "what was found", "calls", "a month"], rows, has_prose=True
    )
    out.print(
        f"Calls and money are for 30 days at the configured pace, with {posts} posts a day from "
        "each source; --posts says another number."
    )
    for line in dict.fromkeys(line for one in found for line in one.forecast.prices):
        out.print(f"  {line}")


def _money(one: "Finding") -> str:
    amount = f"${one.forecast.usd:.2f}" if one.forecast.usd else "nothing"
    if not one.forecast.unpriced:
        return amount
    unknown = f"unknown: no price for {', '.join(one.forecast.unpriced)}"
    return f"{amount}, and {unknown}" if one.forecast.usd else unknown


def _as_json(one: "Finding") -> dict[str, Any]:
    return {
        "name": one.name,
        "kind": one.kind,
        "state": _state(one),
        "account": one.account,
        "works": one.works,
        "missing": one.missing,
        "trouble": one.trouble,
        "calls_a_month": one.forecast.calls,
        "usd_a_month": str(one.forecast.usd),
        "unpriced": one.forecast.unpriced,
        "over_budget": one.forecast.over,
        "prices": one.forecast.prices,
    }
