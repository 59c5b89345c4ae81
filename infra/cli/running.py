"""The verbs that run the product: local, package, deploy."""

from pathlib import Path
from typing import Annotated

import typer

from infra.cli.terminal import Json, Stage, bar, out, print_json, progress


def local(
    config: Annotated[
        Path | None, typer.Option(help="Listen to the sources of this configuration.")
    ] = None,
    scenario: Annotated[
        Path | None, typer.Option(help="Play this scenario (JSON lines).", exists=True)
    ] = None,
    speed: Annotated[
        float, typer.Option(help="Minutes of the scenario in a real one.", min=0.1)
    ] = 60.0,
    port: Annotated[int, typer.Option(help="Another is taken when it is in use.", min=0)] = 8000,
    as_json: Annotated[
        bool, typer.Option("--json", help="Play the scenario to its end; print what came of it.")
    ] = False,
) -> None:
    """Run the product on this machine, on a cloud of its own: nothing leaves it but reads.

    Example: `nightdesk local --scenario infra/local/weekend.jsonl --json`
    """
    from infra.local.run import play, serve

    if as_json:
        if scenario is None:
            raise typer.BadParameter("--json plays a scenario; name one with --scenario")
        with bar(f"playing {scenario.name}") as watch:
            figures = play(scenario, config, watch=watch)
        print_json(figures)
        return
    serve(config=config, scenario=scenario, speed=speed, port=port)


WithoutDeep = Annotated[
    bool,
    typer.Option("--without-deep", help="Leave the deep model out: the lean one judges alone."),
]


def package(
    stage: Stage = "dev",
    to: Annotated[
        Path | None, typer.Option("--out", help="Folder. [default: build/<stage>]")
    ] = None,
    without_deep: WithoutDeep = False,
    as_json: Json = False,
) -> None:
    """Build what is deployed: the code and the deep model as zips, the template beside them.

    Example: `nightdesk package --stage dev --out build/dev`
    """
    from infra import package as packaging

    folder = to or Path("build", stage)
    with progress() as tell:
        template = packaging.package(stage, folder, deep=not without_deep, tell=tell)
    size, layer = packaging.sizes(folder), packaging.layer_sizes(folder)
    if as_json:
        deep = layer and {"zipped": layer.zipped, "unzipped": layer.unzipped}
        print_json(
            {
                "template": str(template),
                "zipped": size.zipped,
                "unzipped": size.unzipped,
                "deep": deep,
            }
        )
        return
    out.print(f"{template}: {size.zipped:,} bytes of code, {size.unzipped:,} unzipped.")
    if layer is None:
        out.print("Without the deep model: the lean one judges alone.")
        return
    out.print(
        f"The layer of the deep model: {layer.zipped:,} bytes, {layer.unzipped:,} unzipped. The "
        f"function that judges carries {size.unzipped + layer.unzipped:,} of the "
        f"{packaging.UNZIPPED_LIMIT:,} that Lambda takes."
    )


def deploy(
    stage: Stage = "dev",
    packaged: Annotated[
        Path | None,
        typer.Option(help="Deploy this folder of `nightdesk package`. [default: package anew]"),
    ] = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="A parameter of the template; may be repeated."),
    ] = None,
    without_deep: WithoutDeep = False,
    as_json: Json = False,
) -> None:
    """Bring it into your AWS account. Twice changes nothing the second time.

    Example: `nightdesk deploy --stage dev --parameter RetentionDays=400`
    """
    from infra import deploy as deploying
    from infra import package as packaging

    parameters = dict(_assignment(one) for one in parameter or ())
    if packaged is not None and without_deep:
        raise typer.BadParameter(
            "--without-deep is for packaging anew; for a package: --parameter DeepModel=no"
        )
    with progress() as tell:
        folder = packaged or Path("build", stage)
        if packaged is None:
            packaging.package(stage, folder, deep=not without_deep, tell=tell)
        done = deploying.deploy(stage, folder, parameters=parameters, tell=tell)
    if as_json:
        outputs = dict(done.outputs)
        print_json({"stack": done.stack, "has_changed": done.has_changed, "outputs": outputs})
        return
    state = "stands" if done.has_changed else "stood there already"
    out.print(f"{done.stack} {state}: {done.outputs.get('PublicUrl', '')}")
    out.print(f"Next: nightdesk apply nightdesk.yaml --stage {stage}")


def _assignment(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise typer.BadParameter(f"--parameter {text!r}; write NAME=VALUE")
    return name, value
