"""The command `nightdesk`: every verb of running the product, each with an example in its help.

Imports stand inside the verbs, so that help comes at once.
"""

import typer

from infra.cli import (
    agents,
    cost,
    desk,
    drill,
    forgetting,
    judging,
    oncall,
    ready,
    running,
    searching,
    sources,
    whatif,
)
from infra.cli.terminal import Verbs

app = typer.Typer(
    cls=Verbs,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    add_completion=False,
    help="Listens to what is said about you at night and wakes the right person.",
)
app.command()(running.local)
app.command()(desk.check)
app.command()(sources.doctor)
app.command()(judging.judge)
app.command()(judging.retrain)
app.command()(desk.apply)
app.command()(oncall.oncall)
app.command()(oncall.holidays)
app.command()(ready.ready)
app.command("test-page")(ready.try_out)
app.command()(ready.verify)
app.command()(drill.drill)
app.command()(ready.calendar)
app.command()(forgetting.forget)
app.command()(searching.reindex)

agent = typer.Typer(cls=Verbs, no_args_is_help=True, help="Who works at the desk.")
agent.command("add")(agents.add)
agent.command("list")(agents.show)
agent.command("remove")(agents.remove)
app.add_typer(agent, name="agent")

secret = typer.Typer(
    cls=Verbs, no_args_is_help=True, help="Credentials of sources, addresses of webhooks."
)
secret.command("set")(desk.set_secret)
app.add_typer(secret, name="secret")

costs = typer.Typer(cls=Verbs, no_args_is_help=True, help="What it costs, and what it would cost.")
costs.command("show")(cost.show)
costs.command("export")(cost.export)
costs.command("rows")(cost.rows)
costs.command("about")(cost.about)
costs.command("prices")(cost.prices)
costs.command("whatif")(whatif.whatif)
app.add_typer(costs, name="cost")

app.command()(running.package)
app.command()(running.deploy)


def main() -> None:
    app(prog_name="nightdesk")
