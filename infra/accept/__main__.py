"""`python -m infra.accept`: the acceptance run. Exits 1 with a sentence when it fails."""

import os
import signal
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from types import FrameType

from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import HTTPError

from chalicelib.domain.errors import NightdeskError
from infra.accept.cloud import Cloud, ministack
from infra.accept.mastodon import mastodon
from infra.accept.next_door import next_door
from infra.accept.processes import Unaccepted
from infra.accept.story import STAGE, Night
from infra.accept.witness import function_logs, trouble
from infra.deploy import DeployFailed
from infra.package import PackagingFailed, Tell

LONGEST = 360
"""Seconds after which the run ends itself."""


_SEEN = (
    "woken, escalated, acknowledged by link and by SMS, answered once, found, told next door, "
    "nothing dead"
)

_FAILURES = (
    Unaccepted,
    NightdeskError,
    DeployFailed,
    PackagingFailed,
    BotoCoreError,
    ClientError,
    HTTPError,
)


def main() -> int:
    """Run it; what it says goes to stdout, the exit code is 0 or 1."""
    started = time.monotonic()

    def tell(what: str) -> None:
        print(f"{time.monotonic() - started:6.1f} s  {what}", flush=True)

    signal.signal(signal.SIGALRM, _too_long)
    signal.signal(signal.SIGTERM, _ended)
    signal.alarm(LONGEST)
    with tempfile.TemporaryDirectory(prefix="nightdesk-accept-") as folder, ExitStack() as servers:
        try:
            _run(Path(folder), servers, tell)
            tell(f"accepted: {_SEEN}")
        except _FAILURES as error:
            _show_logs(Path(folder))
            tell(f"NOT ACCEPTED: {error}")
            return 1
        except KeyboardInterrupt:
            tell("stopped")
            return 130
        finally:
            signal.alarm(0)  # nothing may interrupt the ending of the servers
    return 0


def _run(folder: Path, servers: ExitStack, tell: Tell) -> None:
    tell("starting a cloud and a Mastodon server")
    cloud = servers.enter_context(ministack(folder, tell))
    server = servers.enter_context(mastodon(folder))
    beside = servers.enter_context(next_door())
    _point_at(cloud)
    try:
        night = Night(cloud=cloud, mastodon=server, next_door=beside, folder=folder, tell=tell)
        night.live()
    except _FAILURES:
        with suppress(*_FAILURES):  # a cloud that has died must not hide why
            _gather_evidence(folder, tell)
        raise


def _gather_evidence(folder: Path, tell: Tell) -> None:
    for function, lines in function_logs(STAGE).items():
        folder.joinpath(f"{function}.log").write_text("\n".join(lines))
    for found in trouble(STAGE):
        tell(found)


def _point_at(cloud: Cloud) -> None:
    """Every AWS client of this process speaks to the cloud of this run and to no other."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(cloud.environment)


def _show_logs(folder: Path) -> None:
    for log in sorted(folder.glob("*.log")):
        print(f"--- the end of {log.name}")
        for line in log.read_text(errors="replace").splitlines()[-25:]:
            print(line[:500])


def _too_long(number: int, frame: FrameType | None) -> None:
    raise Unaccepted(f"the run took longer than {LONGEST} seconds")


def _ended(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
