"""Serving the product on this machine: its page, its phones, and time that passes by itself."""

import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.text import Text

from chalicelib.domain.mention import Mention, MentionId
from chalicelib.ports import Scorer
from infra.config import Checked
from infra.config import load as load_config
from infra.local.clock import Alarm, FastClock, RealClock
from infra.local.desk import LocalDesk
from infra.local.events import Happenings
from infra.local.http import Server
from infra.local.narrator import Narrator
from infra.local.phones_page import PhonesPage
from infra.local.player import Player
from infra.local.scenario import Scenario
from infra.local.scenario import load as load_scenario
from infra.local.weekend import WEEKEND, WEEKEND_CONFIG

AGENT = ("mia", "Mia")
SIGNED_IN_FOR = timedelta(days=7)
SECRET = "NIGHTDESK_SECRET_"  # noqa: S105 - the beginning of a variable's name
"""Where credentials of real sources and addresses of webhooks are taken from:
`NIGHTDESK_SECRET_<NAME>`."""

Stop = Callable[[], bool]


def serve(
    *,
    config: Path | None,
    scenario: Path | None,
    speed: float,
    port: int,
    console: Console | None = None,
    stop: Stop = lambda: False,
    scorer: Scorer | None = None,
) -> None:
    """Run the product on this machine until Ctrl-C, or until `stop` says so.

    With a configuration alone it listens to the sources that this names, in real time; else a
    scenario (the sample weekend unless another is given) plays at `speed`. `scorer` judges in the
    place of the shipped one. Raises ConfigRefused or ScenarioRefused before anything is started.
    """
    console = console or Console()
    read = None
    if scenario is not None or config is None:
        read = load_scenario(scenario or WEEKEND)
    now = read.starts_at if read is not None else datetime.now(UTC)
    checked = load_config(config or WEEKEND_CONFIG, now=now)
    try:
        with ExitStack() as opening:
            opening.enter_context(_terminated_like_interrupted())
            show = _Show(
                opening, checked, read, speed=speed, port=port, console=console, scorer=scorer
            )
            show.run(stop)
    except KeyboardInterrupt:
        console.print("\nStopped.", style="dim")


class _Show:
    """The local cloud with everything that is served of it."""

    def __init__(
        self,
        opening: ExitStack,
        checked: Checked,
        scenario: Scenario | None,
        *,
        speed: float,
        port: int,
        console: Console,
        scorer: Scorer | None,
    ) -> None:
        self._console = console
        self._scenario = scenario
        self._clock = FastClock(scenario.starts_at, speed=speed) if scenario else RealClock()
        self._acts = list(scenario.acts()) if scenario else []
        happenings = Happenings(self._clock.now)
        secrets = _secrets(checked, console)
        console.print("Building the local cloud …", style="dim")
        self._desk = opening.enter_context(
            LocalDesk(
                checked,
                clock=self._clock,
                recording=scenario.path if scenario else None,
                secrets=secrets,
                log=happenings,
                has_receipts=True,
                scorer=scorer,
            )
        )
        self._player = Player(self._desk)
        self._alarm = Alarm(self._clock)
        zone = _zone(checked)
        page = PhonesPage(
            self._desk.phones,
            self._desk.mailboxes,
            clock=self._clock,
            zone=zone,
            title=_title(checked, scenario),
            wake=self._alarm.wake,
        )
        self._server = opening.enter_context(
            Server(self._desk.cloud.app, port=port, local=page.answer)
        )
        self._desk.publish_at(self._server.address)
        narrator = Narrator(
            console,
            zone=zone,
            names={str(one.id): one.name for one in self._desk.desk.responders},
            mention=_mention_in(self._desk),
        )
        happenings.watch(narrator.tell)
        happenings.watch(page.note)
        self._welcome(port)

    def run(self, stop: Stop) -> None:
        """Let time pass. Everything but the routes runs in this thread."""
        self._desk.cloud.run_due()  # imports and clients are made here, while time stands still
        if isinstance(self._clock, FastClock):
            self._clock.start()
        has_ended = self._scenario is None
        while not stop():
            self._desk.cloud.run_due()
            while self._acts and self._acts[0][1].at <= self._clock.now():
                self._player.act(*self._acts.pop(0))
                self._desk.cloud.settle()
            if not has_ended and self._scenario and self._clock.now() >= self._scenario.ends_at:
                has_ended = True
                self._goodbye()
            next_at = self._desk.cloud.next_at or self._clock.now() + timedelta(minutes=1)
            if self._acts:
                next_at = min(next_at, self._acts[0][1].at)
            self._alarm.sleep_until(next_at)

    def _welcome(self, port: int) -> None:
        address = self._server.address
        if port not in (0, self._server.port):
            self._say(f"Port {port} is taken; this is port {self._server.port}.", "yellow")
        id, name = AGENT
        token = self._desk.token(id, name, lifetime=SIGNED_IN_FOR)
        self._say(f"Queue, signed in as {name}:", "bold")
        self._say(f"  {address}/#token={token}", "cyan")
        self._say("Phones (no SMS and no e-mail leaves this machine):", "bold")
        self._say(f"  {address}/phones", "cyan")
        if self._scenario is not None:
            self._say(f"{self._scenario.path.name} at {self._clock.speed:g} times real time.")
        self._say("Ctrl-C stops.", "dim")
        self._console.print()

    def _goodbye(self) -> None:
        letters = len(self._desk.cloud.dead_letters)
        self._say(f"The scenario is over; dead letters: {letters}. The desk goes on.", "bold")
        for one in self._player.unplayed:
            self._say(f"line {one.line} could not be played: {one.why}", "red")

    def _say(self, text: str, style: str = "") -> None:
        self._console.print(Text(text, style=style), soft_wrap=True)


def _mention_in(desk: LocalDesk) -> Callable[[str], Mention | None]:
    def found(id: str) -> Mention | None:
        return desk.mentions.get(MentionId(id))

    return found


def _secrets(checked: Checked, console: Console) -> Mapping[str, str]:
    desk = checked.desk
    wanted = {entry.secret: "read the sources that need it" for entry in desk.sources}
    wanted |= {one.webhook.secret: "let its webhook ring" for one in desk.responders if one.webhook}
    found = {}
    for name in sorted(wanted.keys() - {""}):
        variable = SECRET + name.upper().replace("-", "_")
        if value := os.environ.get(variable, ""):
            found[name] = value
        else:
            text = f"Secret {name} is missing; set {variable} to {wanted[name]}."
            console.print(Text(text, style="yellow"))
    return found


def _zone(checked: Checked) -> str:
    """The zone in which what happens is told: that of the first schedule, else of the lead."""
    desk = checked.desk
    if desk.schedules:
        return desk.schedules[0].zone
    lead = desk.responder(desk.lead)
    return lead.zone if lead is not None else "UTC"


def _title(checked: Checked, scenario: Scenario | None) -> str:
    brands = ", ".join(brand.name for brand in checked.desk.brands)
    return f"{brands}: {scenario.path.stem}" if scenario else f"{brands}, as it happens"


@contextmanager
def _terminated_like_interrupted() -> Iterator[None]:
    """While open, Ctrl-C and a polite `kill` end the process, and alike.

    A shell that starts it in the background lets it ignore Ctrl-C, and Python leaves that so.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # signals reach the main thread only
        return
    ending = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(one, signal.default_int_handler) for one in ending]
    try:
        yield
    finally:
        for one, handler in zip(ending, before, strict=True):
            signal.signal(one, handler)
