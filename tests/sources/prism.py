"""Prism (github.com/stoplightio/prism): a platform's own OpenAPI document as a server.

It refuses every request that the document does not allow, with 422 (credentials: 401) and what is
wrong in the header `sl-violations`, and answers the others with the document's examples. It
comes from npm into `build/prism`, once, whoever needs it first; that takes npm and a connection to
the registry that npm is set to.

The documents are the platforms' and not ours to give away: `NIGHTDESK_SPECS` names the folder
that holds them, and tests that need one are skipped where it is not set.
"""

import fcntl
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

VERSION = "5.14.2"
"""The last one that runs on Node 18 and 20."""

FOLDER = Path(__file__).parents[2] / "build/prism"
STARTS_WITHIN = 60
"""Seconds, on a machine that is busy."""

_STARTED = "Prism is listening on "


def spec(name: str) -> Path:
    """An official document, such as `x-openapi.json`; skips the test that asks where
    `NIGHTDESK_SPECS` is not set, and fails it where that folder does not hold it."""
    folder = os.environ.get("NIGHTDESK_SPECS", "")
    if not folder:
        pytest.skip(f"NIGHTDESK_SPECS does not say where {name} is")
    path = Path(folder, name).resolve()
    assert path.is_file(), f"NIGHTDESK_SPECS is {folder}, which does not hold {name}"
    return path


@contextmanager
def prism_serving(document: Path) -> Iterator[str]:
    """Prism with this document on this machine alone; its address, without a path.

    Paths are those of the document, without `basePath` or the path of its `servers`.
    """
    program = _program()
    with tempfile.TemporaryFile("w+", encoding="utf-8") as log:
        process = subprocess.Popen(
            ["node", str(program), "mock", "--errors", "-h", "127.0.0.1", "-p", "0", str(document)],
            stdout=log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "NO_COLOR": "1", "FORCE_COLOR": "0"},
        )
        try:
            yield _address(process, log.fileno())
        finally:
            process.terminate()
            process.wait()


def _program() -> Path:
    """Where Prism stands; workers of one run wait for the first of them to install it."""
    ready = FOLDER / f"ready-{VERSION}"
    if not ready.exists():
        if shutil.which("npm") is None:
            raise RuntimeError("Prism comes from npm, which is not installed here")
        FOLDER.mkdir(parents=True, exist_ok=True)
        with (FOLDER / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not ready.exists():
                _install()
                ready.touch()
    return FOLDER / "node_modules/@stoplight/prism-cli/dist/index.js"


def _install() -> None:
    (FOLDER / "package.json").write_text("{}", encoding="utf-8")
    package = f"@stoplight/prism-cli@{VERSION}"
    done = subprocess.run(
        ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", package],
        cwd=FOLDER,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"npm could not install {package}:\n{done.stderr[-2_000:]}")


def _address(process: "subprocess.Popen[bytes]", log: int) -> str:
    """The address that Prism says it listens on, at a port of its own choice."""
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        said = os.pread(log, 1_000_000, 0).decode(errors="replace")
        if _STARTED in said:
            return said.split(_STARTED)[-1].split()[0]
        if process.poll() is not None:
            raise RuntimeError(f"Prism has not started:\n{said[-2_000:]}")
        time.sleep(0.05)
    raise RuntimeError(f"Prism did not listen within {STARTS_WITHIN} seconds")
