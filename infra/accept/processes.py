"""Servers that are started for the run and ended after it, whatever happens."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import urllib3

T = TypeVar("T")


class Unaccepted(Exception):
    """Something did not happen as it must; says what."""


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def await_value(
    what: str, look: Callable[[], T | None], *, seconds: float, every: float = 0.5
) -> T:
    """What `look` finds, asked again until it is not None. Raises Unaccepted after `seconds`."""
    until = time.monotonic() + seconds
    while (found := look()) is None:
        if time.monotonic() > until:
            raise Unaccepted(f"{what}: not within {seconds:.0f} seconds")
        time.sleep(every)
    return found


@contextmanager
def server(
    name: str,
    command: Sequence[str],
    *,
    health: str,
    log: Path,
    environment: Mapping[str, str],
    seconds: float = 30,
) -> Iterator[None]:
    """A server for as long as the block runs; it answers at the address `health` when it is up.

    It leads a process group of its own, which is ended as a whole: what it has started itself
    (the functions of a cloud) ends with it. Its output goes to the file `log`.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        await_value(
            f"{name} is up",
            lambda: _answers(name, process, health, log),
            seconds=seconds,
            every=0.2,
        )
        yield
    finally:
        _end(process)


def _answers(name: str, process: subprocess.Popen[bytes], health: str, log: Path) -> bool | None:
    if process.poll() is not None:
        said = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
        raise Unaccepted(f"{name} ended at once:\n{said}")
    try:
        answer = urllib3.request("GET", health, timeout=2, retries=False)
    except urllib3.exceptions.HTTPError:
        return None
    return True if answer.status == 200 else None


def _end(process: subprocess.Popen[bytes]) -> None:
    for sent in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sent)
        except ProcessLookupError:
            break
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            continue
    process.wait()
