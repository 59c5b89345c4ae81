"""Lighthouse over the queue, as somebody sees it who is signed in.

Lighthouse comes from npm into `build/lighthouse`; it needs node and a Chromium.
"""

import json
import shutil
import subprocess
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.recording import OUTAGE, QUESTION, SATURDAY_NIGHT, posts, write
from infra.config import load as load_config
from infra.local.clock import SteppedClock
from infra.local.desk import LocalDesk
from infra.local.http import Server
from infra.local.weekend import WEEKEND_CONFIG

PACKAGE = "lighthouse@13.5.0"
FOLDER = Path(__file__).parent.parent / "build/lighthouse"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

SKIPPED = ["is-crawlable"]
"""It wants the page to be found by search engines; a desk forbids that by a header, on purpose."""


def measure() -> dict[str, Any]:
    """Scores by form factor and category, and the audits that lost something."""
    chromium = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if chromium is None or shutil.which("npm") is None:
        raise RuntimeError("Lighthouse needs npm and chromium; install them and measure again")
    if not (FOLDER / "node_modules/lighthouse").exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / "package.json").write_text("{}", encoding="utf-8")
        _run(["npm", "install", "--no-audit", "--no-fund", "--silent", PACKAGE], cwd=FOLDER)
    start, minute = SATURDAY_NIGHT, timedelta(minutes=1)
    lines = [
        *posts(QUESTION, range(40), at=start + minute, over=minute),
        *posts(OUTAGE, range(1000, 1003), at=start + minute, over=minute),
    ]
    with tempfile.TemporaryDirectory() as folder:
        recording = write(Path(folder, "posts.jsonl"), lines)
        clock = SteppedClock(start)
        config = load_config(WEEKEND_CONFIG, now=start)
        with LocalDesk(config, clock=clock, recording=recording) as desk:
            desk.cloud.step(4 * minute)
            server = Server(desk.cloud.app, port=0, local=lambda *_: None)
            with server:
                desk.publish_at(server.address)
                expires_at = (clock.now() + timedelta(hours=12)).isoformat()
                session = {"token": desk.token("gus", "Gus"), "expires_at": expires_at}
                storage = {"nightdesk.session": json.dumps(session)}
                return {
                    "skipped": SKIPPED,
                    "forms": {
                        form: _scores(server.address + "/", storage, chromium, form)
                        for form in ("mobile", "desktop")
                    },
                }


def _scores(url: str, storage: dict[str, str], chromium: str, form: str) -> dict[str, Any]:
    order = {"url": url, "storage": storage, "chromium": chromium, "form": form, "skipped": SKIPPED}
    script = str(Path(__file__).with_suffix(".mjs"))
    found: dict[str, Any] = json.loads(_run(["node", script, str(FOLDER), json.dumps(order)]))
    return found


def _run(command: list[str], cwd: Path | None = None) -> str:
    return subprocess.run(command, cwd=cwd, check=True, capture_output=True, text=True).stdout
