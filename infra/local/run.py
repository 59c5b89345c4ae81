"""What the command `nightdesk local` does: serve the product here, or play a scenario through."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from chalicelib.ports import Scorer
from infra.config import load as load_config
from infra.local.clock import SteppedClock
from infra.local.desk import LocalDesk
from infra.local.events import Happenings
from infra.local.player import Player, Unplayed
from infra.local.report import report
from infra.local.scenario import Scenario, ScenarioRefused
from infra.local.scenario import load as load_scenario
from infra.local.serving import serve
from infra.local.weekend import WEEKEND, WEEKEND_CONFIG

__all__ = ["WEEKEND", "WEEKEND_CONFIG", "Show", "play", "played", "serve"]

STRIDE = timedelta(minutes=15)
"""How far the clock moves between two looks at the progress."""


def play(
    scenario: Path,
    config: Path | None = None,
    *,
    watch: Callable[[float], None] | None = None,
    scorer: Scorer | None = None,
) -> dict[str, Any]:
    """Play a scenario to its end as fast as the machine goes; its figures (docs/scenarios.md).

    `watch` is told the share that is done, 0 to 1; `scorer` judges in the place of the shipped
    one. Raises ScenarioRefused or ConfigRefused.
    """
    began = time.perf_counter()
    with played(scenario, config, watch=watch, scorer=scorer) as show:
        return report(
            show.desk,
            show.happenings,
            show.scenario,
            unplayed=show.unplayed,
            machine_seconds=time.perf_counter() - began,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Show:
    """A scenario that was played, on the desk on which it was."""

    desk: LocalDesk
    happenings: Happenings
    scenario: Scenario
    unplayed: Sequence[Unplayed]


@contextmanager
def played(
    scenario: Path,
    config: Path | None = None,
    *,
    watch: Callable[[float], None] | None = None,
    scorer: Scorer | None = None,
) -> Iterator[Show]:
    """The desk on which a scenario was played to its end, open; raises and watches as `play`."""
    read = load_scenario(scenario)
    checked = load_config(config or WEEKEND_CONFIG, now=read.starts_at)
    if not any(entry.kind == "replay" for entry in checked.desk.sources):
        raise ScenarioRefused(
            f"{(config or WEEKEND_CONFIG).name}: sources: none is of kind replay, so nothing would "
            "read the scenario; add one for each platform in it"
        )
    clock = SteppedClock(read.starts_at)
    happenings = Happenings(clock.now)
    with LocalDesk(
        checked,
        clock=clock,
        recording=scenario,
        log=happenings,
        has_receipts=True,
        scorer=scorer,
    ) as desk:
        player = Player(desk)
        acts = list(read.acts())
        whole = (read.ends_at - read.starts_at) or timedelta(seconds=1)
        while clock.now() < read.ends_at:
            until = min(clock.now() + STRIDE, read.ends_at)
            while acts and acts[0][1].at <= until:
                line, act = acts.pop(0)
                desk.cloud.step_to(act.at)
                player.act(line, act)
                desk.cloud.settle()
            desk.cloud.step_to(until)
            if watch is not None:
                watch((clock.now() - read.starts_at) / whole)
        yield Show(desk=desk, happenings=happenings, scenario=read, unplayed=player.unplayed)
