"""The code of every function, as Chalice packages it from a copy of the project."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from infra.package.failure import PackagingFailed

_LAUNCH = "from chalice.cli import main; raise SystemExit(main())"


def copy_project(project: Path, copy: Path) -> None:
    """All that Chalice reads of a project, and what is merged into its template."""
    ignored = shutil.ignore_patterns("__pycache__", "deployed", "deployments", "*.pyc")
    for folder in ("chalicelib", ".chalice"):
        shutil.copytree(project / folder, copy / folder, ignore=ignored)
    for name in ("app.py", "requirements.txt"):
        shutil.copy(project / name, copy / name)
    for path in project.joinpath("infra").glob("*.yaml"):
        copy.joinpath("infra").mkdir(exist_ok=True)
        shutil.copy(path, copy / "infra" / path.name)


def run_chalice(stage: str, project: Path, merge_file: Path, out: Path) -> None:
    """Package the project, which is a copy, into the folder `out`. Raises PackagingFailed."""
    # The functions' settings must not leak from this shell into what is imported, and a region
    # must be set though none is used.
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("NIGHTDESK_")
    }
    environment.setdefault("AWS_DEFAULT_REGION", "eu-west-1")
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    command = [sys.executable, "-c", _LAUNCH, "package", "--stage", stage]
    command += ["--merge-template", str(merge_file), "--template-format", "json", str(out)]
    ran = subprocess.run(
        command, cwd=project, env=environment, capture_output=True, text=True, check=False
    )
    if ran.returncode:
        said = (ran.stderr.strip() or ran.stdout.strip()).splitlines()
        raise PackagingFailed(
            "chalice package failed: " + "\n".join(said[-12:]) + "\nDoes `make test` pass?"
        )
    if missing := missing_wheels(ran.stdout + ran.stderr):
        raise PackagingFailed(
            f"there is no wheel for Lambda of {', '.join(missing)}; pin other versions in "
            "requirements.txt"
        )


def missing_wheels(said: str) -> tuple[str, ...]:
    """Requirements that Chalice left out, from what it printed; it goes on without them.

    Source of the wording: `MISSING_DEPENDENCIES_TEMPLATE` in chalice/constants.py, 1.34.0.
    """
    _, found, rest = said.partition("Could not install dependencies:")
    return tuple(rest.partition("You will have to build")[0].split()) if found else ()
