"""What is deployed: the code as a zip and the template that says where it runs.

Chalice packages the functions, `infra/template.yaml` and `infra/alarms.yaml` are merged into
its template. It works on a copy of the project, so that neither compiled files nor a half
finished package of an earlier attempt get in.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import yaml

PROJECT = Path(__file__).resolve().parent.parent

TEMPLATE = "sam.json"
"""Name of the packaged template in the output folder."""

CODE = "deployment.zip"
"""Name of the packaged code in the output folder."""

UNZIPPED_LIMIT = 250 * 1024 * 1024
"""Bytes. Source: "Lambda quotas" in the AWS Lambda Developer Guide."""

_LAUNCH = "from chalice.cli import main; raise SystemExit(main())"

Tell = Callable[[str], None]
"""Is told in a few words what happens next."""


class PackagingFailed(Exception):
    """Nothing was packaged; says why and what helps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much a function carries, in bytes."""

    zipped: int
    unzipped: int


def package(stage: str, out: Path, *, project: Path = PROJECT, tell: Tell = lambda _: None) -> Path:
    """Package `stage` into the folder `out`; the path of the template, the code stands beside it.

    The template is JSON and refers to the code as `./deployment.zip`. Downloads the pinned
    wheels of `requirements.txt` unless pip has them. Raises PackagingFailed.
    """
    if stage not in (known := stages(project)):
        raise PackagingFailed(
            f"stage {stage!r} is not in .chalice/config.json; use one of {', '.join(known)} "
            "or add it there"
        )
    tell("copying the project")
    with tempfile.TemporaryDirectory() as folder:
        copy, merge_file = Path(folder, "project"), Path(folder, "merge.json")
        copy_project(project, copy)
        merge_file.write_text(json.dumps(merged_template(project)))
        tell("collecting code and dependencies")
        _run_chalice(stage, copy, merge_file, Path(folder, "out"))
        out.mkdir(parents=True, exist_ok=True)
        for name in (TEMPLATE, CODE):
            shutil.move(Path(folder, "out", name), out / name)
    if (size := sizes(out)).unzipped > UNZIPPED_LIMIT:
        raise PackagingFailed(
            f"the code unpacks to {size.unzipped:,} bytes, Lambda takes {UNZIPPED_LIMIT:,}; "
            "take something out of requirements.txt"
        )
    return out / TEMPLATE


def stages(project: Path = PROJECT) -> tuple[str, ...]:
    """The stages that can be packaged."""
    config = json.loads(project.joinpath(".chalice", "config.json").read_text())
    return tuple(config["stages"])


def merged_template(project: Path = PROJECT) -> dict[str, Any]:
    """What is merged into Chalice's template: ours and the alarms, intrinsics in long form."""
    template = load_template(project / "infra" / "template.yaml")
    alarms = load_template(project / "infra" / "alarms.yaml")
    return {**template, "Resources": {**template["Resources"], **alarms["Resources"]}}


def sizes(out: Path) -> Sizes:
    """The weight of the code that `package` put into `out`."""
    with ZipFile(out / CODE) as code:
        unzipped = sum(entry.file_size for entry in code.infolist())
    return Sizes(zipped=out.joinpath(CODE).stat().st_size, unzipped=unzipped)


def code_digest(code: Path) -> str:
    """Equal for two zips that unpack to the same files, whatever their order and dates."""
    digest = hashlib.sha256()
    with ZipFile(code) as archive:
        for name in sorted(archive.namelist()):
            content = hashlib.sha256(archive.read(name)).hexdigest()
            digest.update(f"{name}\n{content}\n".encode())
    return digest.hexdigest()


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


def load_template(path: Path) -> dict[str, Any]:
    """A CloudFormation template in YAML as plain data: `!Ref x` becomes `{"Ref": "x"}`."""
    loaded: dict[str, Any] = yaml.load(path.read_text(), Loader=_TemplateLoader)  # noqa: S506
    return loaded


class _TemplateLoader(yaml.SafeLoader):
    """Knows CloudFormation's short tags besides plain YAML."""

    def intrinsic(self, suffix: str, node: yaml.Node) -> dict[str, Any]:
        value: Any = None
        if isinstance(node, yaml.ScalarNode):
            value = self.construct_scalar(node)
        elif isinstance(node, yaml.SequenceNode):
            value = self.construct_sequence(node, deep=True)
        elif isinstance(node, yaml.MappingNode):
            value = self.construct_mapping(node, deep=True)
        if suffix == "GetAtt" and isinstance(value, str):
            value = value.split(".", 1)
        return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_TemplateLoader.add_multi_constructor("!", _TemplateLoader.intrinsic)


def _run_chalice(stage: str, project: Path, merge_file: Path, out: Path) -> None:
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
