"""What is deployed: the code as a zip, the layer of the deep model, and the template that says
where they run.

Chalice packages the functions, `infra/template.yaml` and `infra/alarms.yaml` are merged into
its template. It works on a copy of the project, so that neither compiled files nor a half
finished package of an earlier attempt get in.

template  what is merged
code      the copy, and Chalice
layer     the deep model with its libraries, for the function that judges alone
"""

import hashlib
import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from infra.package.code import copy_project, missing_wheels, run_chalice
from infra.package.failure import PackagingFailed, Tell
from infra.package.layer import INSIDE, build_layer, runtime_of
from infra.package.template import (
    DEEP_LAYER,
    DEEP_PARAMETER,
    JUDGE,
    load_template,
)
from infra.package.template import merged_template as _merged_template

__all__ = [
    "CODE",
    "DEEP_LAYER",
    "DEEP_PARAMETER",
    "INSIDE",
    "JUDGE",
    "LAYER",
    "PROJECT",
    "TEMPLATE",
    "UNZIPPED_LIMIT",
    "PackagingFailed",
    "Sizes",
    "Tell",
    "code_digest",
    "copy_project",
    "layer_sizes",
    "load_template",
    "merged_template",
    "missing_wheels",
    "package",
    "sizes",
    "stages",
]

PROJECT = Path(__file__).resolve().parents[2]

TEMPLATE = "sam.json"
"""Name of the packaged template in the output folder."""

CODE = "deployment.zip"
"""Name of the packaged code in the output folder."""

LAYER = "deep.zip"
"""Name of the layer in the output folder, where there is one."""

UNZIPPED_LIMIT = 250 * 1024 * 1024
"""Bytes of code and layers. Source: "Lambda quotas" in the AWS Lambda Developer Guide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much a zip weighs, in bytes."""

    zipped: int
    unzipped: int


def package(
    stage: str,
    out: Path,
    *,
    deep: bool = True,
    project: Path = PROJECT,
    tell: Tell = lambda _: None,
) -> Path:
    """Package `stage` into the folder `out`; the path of the template, the zips stand beside it.

    The template is JSON and refers to the code as `./deployment.zip`, and with `deep` to the layer
    as `./deep.zip`. Downloads the pinned wheels of `requirements.txt` and `requirements-deep.txt`
    unless pip has them. Raises PackagingFailed.
    """
    if stage not in (known := stages(project)):
        raise PackagingFailed(
            f"stage {stage!r} is not in .chalice/config.json; use one of {', '.join(known)} "
            "or add it there"
        )
    tell("copying the project")
    with tempfile.TemporaryDirectory() as folder:
        copy, merge_file, made = (Path(folder, name) for name in ("project", "merge.json", "out"))
        copy_project(project, copy)
        merge_file.write_text(json.dumps(merged_template(project, deep=deep)))
        tell("collecting code and dependencies")
        run_chalice(stage, copy, merge_file, made)
        if deep:
            tell("collecting the deep model and what reads it")
            _add_layer(project, made)
        _refuse_too_much(made)
        out.mkdir(parents=True, exist_ok=True)
        out.joinpath(LAYER).unlink(missing_ok=True)  # of an earlier package
        for name in (TEMPLATE, CODE, LAYER) if deep else (TEMPLATE, CODE):
            shutil.move(made / name, out / name)
    return out / TEMPLATE


def stages(project: Path = PROJECT) -> tuple[str, ...]:
    """The stages that can be packaged."""
    config = json.loads(project.joinpath(".chalice", "config.json").read_text())
    return tuple(config["stages"])


def merged_template(project: Path = PROJECT, *, deep: bool = True) -> dict[str, Any]:
    """What is merged into Chalice's template: ours and the alarms, intrinsics in long form."""
    return _merged_template(project, deep=deep)


def sizes(out: Path) -> Sizes:
    """The weight of the code that `package` put into `out`."""
    return _sizes(out / CODE)


def layer_sizes(out: Path) -> Sizes | None:
    """The weight of the layer that `package` put into `out`; None when it was to make none."""
    return _sizes(out / LAYER) if out.joinpath(LAYER).is_file() else None


def code_digest(code: Path) -> str:
    """Equal for two zips that unpack to the same files, whatever their order and dates."""
    digest = hashlib.sha256()
    with ZipFile(code) as archive:
        for name in sorted(archive.namelist()):
            content = hashlib.sha256(archive.read(name)).hexdigest()
            digest.update(f"{name}\n{content}\n".encode())
    return digest.hexdigest()


def _sizes(path: Path) -> Sizes:
    with ZipFile(path) as archive:
        unzipped = sum(entry.file_size for entry in archive.infolist())
    return Sizes(zipped=path.stat().st_size, unzipped=unzipped)


def _add_layer(project: Path, made: Path) -> None:
    """The layer beside the template, made for what the function that judges runs on."""
    template = json.loads(made.joinpath(TEMPLATE).read_text())
    judge = template["Resources"][JUDGE]["Properties"]
    build_layer(project, made / LAYER, runtime_of(judge))
    template["Resources"][DEEP_LAYER]["Properties"] |= {
        "CompatibleRuntimes": [judge["Runtime"]],
        "CompatibleArchitectures": judge["Architectures"],
    }
    made.joinpath(TEMPLATE).write_text(json.dumps(template, indent=2))


def _refuse_too_much(made: Path) -> None:
    code, layer = sizes(made), layer_sizes(made)
    if layer is None and code.unzipped > UNZIPPED_LIMIT:
        raise PackagingFailed(
            f"the code unpacks to {code.unzipped:,} bytes, Lambda takes {UNZIPPED_LIMIT:,}; "
            "take something out of requirements.txt"
        )
    if layer is not None and code.unzipped + layer.unzipped > UNZIPPED_LIMIT:
        raise PackagingFailed(
            f"the code unpacks to {code.unzipped:,} bytes and the layer of the deep model to "
            f"{layer.unzipped:,}, Lambda takes {UNZIPPED_LIMIT:,} of both; take something out of "
            "requirements.txt or requirements-deep.txt, or do without the deep model: "
            "--without-deep"
        )
