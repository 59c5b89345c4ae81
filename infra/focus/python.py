"""The Python that the validator needs, and the environment it has to itself.

It wants numpy before 2, of which there are wheels up to Python 3.12, and Python 3.12 or newer:
so 3.12 it is (its metadata on PyPI, of release 2.2.1).
"""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from chalicelib.domain.errors import BadInput

VERSION = "3.12"
ENVIRONMENT = ".venv-focus"
REQUIREMENTS = "requirements-focus.txt"
_BUILT = ".ready"


def candidates(path: str, home: Path) -> Iterator[str]:
    """Where it may stand: `path` is that of the shell; pyenv keeps its versions at home."""
    if found := shutil.which(f"python{VERSION}", path=path):
        yield found
    for one in sorted(home.glob(f".pyenv/versions/{VERSION}*/bin/python"), reverse=True):
        yield str(one)


def runs(python: str) -> bool:
    """Whether it is there and of that version. A shim of pyenv may be there and not run."""
    return _says(python, "import sys; print('%d.%d' % sys.version_info[:2])") == VERSION


def builds(python: str) -> bool:
    """Whether it can make environments; Debian keeps that apart."""
    return _says(python, "import ensurepip, venv; print('yes')") == "yes"


def found_pythons() -> tuple[str, ...]:
    """Those on this machine that really run, the best first."""
    found = dict.fromkeys(candidates(os.environ.get("PATH", ""), Path.home()))
    return tuple(sorted((one for one in found if runs(one)), key=builds, reverse=True))


def environment(python: str, project: Path) -> Path:
    """The environment of the validator, built anew when what it needs has changed.

    Raises BadInput with what pip said when it cannot be built.
    """
    folder, wanted = project / ENVIRONMENT, project / REQUIREMENTS
    mark = hashlib.sha256(wanted.read_bytes()).hexdigest()
    built = folder / _BUILT
    if built.is_file() and built.read_text() == mark:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    _run([python, "-m", "venv", str(folder)])
    pip = [str(folder / "bin/python"), "-m", "pip", "install", "-qq"]
    _run([*pip, "--disable-pip-version-check", "-r", str(wanted)])
    built.write_text(mark)
    return folder


def _run(command: list[str]) -> None:
    ran = subprocess.run(command, capture_output=True, text=True)
    if ran.returncode:
        said = "\n".join((ran.stdout + ran.stderr).strip().splitlines()[-8:])
        raise BadInput(f"the environment of the validator cannot be built:\n{said}")


def _says(python: str, asked: str) -> str:
    try:
        ran = subprocess.run([python, "-c", asked], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return ran.stdout.strip() if ran.returncode == 0 else ""
