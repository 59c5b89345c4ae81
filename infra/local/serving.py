"""Serving the product on this machine: its page, its phones, and time that passes by itself."""

import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.text import Text

from chalicelib import wiring
from chalicelib.domain.mention import Mention, MentionId
from chalicelib.ports import Scorer
from infra.config import Checked
from infra.config import load as load_config
from infra.credentials import variable_of
from infra.local.clock import Alarm, FastClock, RealClock
from infra.local.desk import LocalDesk
from infra.local.ending import terminated_like_interrupted
from infra.local.events import Happenings
from infra.local.http import Answer, Local, Server
from infra.local.narrator import Narrator
from infra.local.phones_page import PhonesPage
from infra.local.player import Player
from infra.local.scenario import SAID_EVERY, Scenario
from infra.local.scenario import load as load_scenario
from infra.local.weekend import WEEKEND, WEEKEND_CONFIG

LINGERS = 20.0
"""Real seconds for which a fast clock runs as real time does, from when an answer was last worked
on."""

_WRITING = frozenset({"preview", "reply", "approve"})
"""What the page asks for while somebody writes an answer, and sends it."""

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
            opening.enter_context(terminated_like_interrupted())
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
        self._said_next = self._clock.now()
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
            Server(
                self._desk.cloud.app,
                port=port,
                local=_first(page.answer, self._desk.identity.answer),
                heed=self._heed,
                behind=self._desk.behind_api,
            )
        )
        self._desk.publish_at(self._server.address)
        narrator = Narrator(
            console,
            zone=zone,
            names={one.id: one.name for one in self._desk.people()},
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
            # On a slow machine a minute of the cloud may take many of a fast clock: nobody acts
            # before what was posted until then has been read.
            until = self._clock.now()
            self._desk.cloud.run_due()
            self._keep_on_duty()
            while self._acts and self._acts[0][1].at <= until:
                self._player.act(*self._acts.pop(0))
                self._desk.cloud.settle()
            if not has_ended and self._scenario and self._clock.now() >= self._scenario.ends_at:
                has_ended = True
                self._goodbye()
            next_at = self._desk.cloud.next_at or self._clock.now() + timedelta(minutes=1)
            if self._acts:
                next_at = min(next_at, self._acts[0][1].at)
            self._alarm.sleep_until(next_at)

    def _heed(self, method: str, path: str) -> None:
        """Who writes an answer has the ten seconds in which it can be taken back."""
        act = path.rpartition("/")[2]
        if method == "POST" and act in _WRITING and isinstance(self._clock, FastClock):
            self._clock.linger(LINGERS)

    def _keep_on_duty(self) -> None:
        """A page says every five minutes that somebody is there: real ones, too few for a clock
        that runs fast."""
        now = self._clock.now()
        if not isinstance(self._clock, FastClock) or now < self._said_next:
            return
        self._said_next = now + SAID_EVERY
        attendances = wiring.parts.attendances()
        for one in attendances.all():
            if one.is_on_duty:
                attendances.put(replace(one, heard_at=now))

    def _welcome(self, port: int) -> None:
        address = self._server.address
        if port not in (0, self._server.port):
            self._say(f"Port {port} is taken; this is port {self._server.port}.", "yellow")
        self._say("Queue (sign in as whom you like, with one click):", "bold")
        self._say(f"  {address}/", "cyan")
        self._say("Phones (no SMS and no e-mail leaves this machine):", "bold")
        self._say(f"  {address}/phones", "cyan")
        if self._scenario is not None:
            self._say(f"{self._scenario.path.name} at {self._clock.speed:g} times real time.")
            if self._clock.speed > 1:
                self._say("While you write an answer it takes its time.", "dim")
        self._say("Ctrl-C stops.", "dim")
        self._console.print()

    def _goodbye(self) -> None:
        letters = len(self._desk.cloud.dead_letters)
        self._say(f"The scenario is over; dead letters: {letters}. The desk goes on.", "bold")
        for one in self._player.unplayed:
            self._say(f"line {one.line} could not be played: {one.why}", "red")

    def _say(self, text: str, style: str = "") -> None:
        self._console.print(Text(text, style=style), soft_wrap=True)


def _first(*pages: Local) -> Local:
    """What the first of them that has an answer says."""

    def answer(method: str, path: str, body: bytes) -> Answer | None:
        found = (page(method, path, body) for page in pages)
        return next((one for one in found if one is not None), None)

    return answer


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
        variable = variable_of(name)
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
