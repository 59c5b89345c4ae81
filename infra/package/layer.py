"""The layer of the function that judges: the deep model and the libraries that read it.

On AWS a layer is unpacked into `/opt`, of which `/opt/python` is imported from. What it holds is
in the order of its names and without dates, so that equal contents give an equal zip.
"""

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from infra.package.failure import PackagingFailed

WEIGHTS = Path("training", "weights", "deep")
"""Where the weights stand in a project, as `python -m training.deep` writes them."""

WEIGHT_FILES = ("model.onnx", "tokenizer.json", "card.json")

INSIDE = "nightdesk/deep"
"""Where they stand in the layer, so at run time `/opt/nightdesk/deep`."""

REQUIREMENTS = "requirements-deep.txt"

REMEDY = "or do without the deep model: --without-deep"

_NEVER_READ = (
    "*/tests/*",
    "*.pyi",
    "*.h",
    "*.pxd",
    "*.a",
    "*.md",
    "*.dist-info/RECORD",
    "numpy/doc/*",
    "numpy/f2py/*",
    "numpy/distutils/*",
    # Tools around models; what reads one is in `capi`. The C library is in the extension module
    # already, and is meant for programs in other languages.
    "onnxruntime/backend/*",
    "onnxruntime/datasets/*",
    "onnxruntime/quantization/*",
    "onnxruntime/tools/*",
    "onnxruntime/transformers/*",
    "onnxruntime/capi/libonnxruntime.so*",
    "tokenizers/tools/*",
)
"""Left out of the wheels. Licences and notices stay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """For what machine the libraries are."""

    python: tuple[int, int]
    architecture: str
    """`x86_64` or `arm64`."""

    @property
    def platforms(self) -> Iterator[str]:
        """pip's names of the platforms whose wheels run there, on x86_64.

        Sources: "Lambda runtimes" in the AWS Lambda Developer Guide for the operating systems;
        glibc 2.26 is Amazon Linux 2's and 2.34 that of Amazon Linux 2023.
        """
        newest = 26 if self.python < (3, 12) else 34
        yield from (f"manylinux_2_{minor}_x86_64" for minor in range(17, newest + 1))
        yield "manylinux2014_x86_64"


def runtime_of(function: Mapping[str, Any]) -> Runtime:
    """What a packaged function runs on, from its properties."""
    major, minor = re.findall(r"\d+", function["Runtime"])
    (architecture,) = function.get("Architectures", ["x86_64"])
    return Runtime(python=(int(major), int(minor)), architecture=architecture)


def build_layer(project: Path, layer: Path, runtime: Runtime) -> None:
    """Write the zip `layer`. Downloads wheels unless pip has them. Raises PackagingFailed."""
    if runtime.architecture != "x86_64":
        # Source: microsoft/onnxruntime, issue 10038, open. No exception: the process ends.
        raise PackagingFailed(
            f"onnxruntime ends the process on Lambdas of {runtime.architecture}: take "
            f'"lambda_architecture" out of .chalice/config.json, {REMEDY}'
        )
    weights = _weights(project / WEIGHTS)
    with TemporaryDirectory() as folder:
        wheels = _wheels(project / REQUIREMENTS, Path(folder), runtime)
        files = dict(inside for wheel in wheels for inside in _libraries(wheel))
    files |= {f"{INSIDE}/{name}": content for name, content in weights.items()}
    with ZipFile(layer, "w", ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, files[name])


def _weights(folder: Path) -> dict[str, bytes]:
    """The files of the model, which must be those that its card describes."""
    if missing := [name for name in WEIGHT_FILES if not folder.joinpath(name).is_file()]:
        raise PackagingFailed(
            f"{WEIGHTS} has no {' and no '.join(missing)}: train the model (`make train`), {REMEDY}"
        )
    found = {name: folder.joinpath(name).read_bytes() for name in WEIGHT_FILES}
    described = json.loads(found["card.json"]).get("files", {})
    for name, one in described.items():
        if name in found and hashlib.sha256(found[name]).hexdigest() != one["sha256"]:
            raise PackagingFailed(
                f"{WEIGHTS / name} is not the file that card.json describes: train the model "
                f"again (`make train`), {REMEDY}"
            )
    return found


def _wheels(requirements: Path, folder: Path, runtime: Runtime) -> list[Path]:
    lines = requirements.read_text().splitlines()
    if not any(line.strip() and not line.startswith("#") for line in lines):
        return []
    version = ".".join(map(str, runtime.python))
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--only-binary=:all:", "--implementation", "cp"]
    command += ["--python-version", version, "--requirement", str(requirements)]
    for platform in runtime.platforms:
        command += ["--platform", platform]
    ran = subprocess.run(
        [*command, "--dest", str(folder)], capture_output=True, text=True, check=False
    )
    if ran.returncode:
        said = [line for line in ran.stderr.splitlines() if line.startswith("ERROR")]
        raise PackagingFailed(
            f"the wheels of {requirements.name} cannot be had for Python {version} on Lambda:\n"
            + "\n".join(said[-4:] or ran.stderr.splitlines()[-4:])
            + f"\nPin versions that have them, {REMEDY}"
        )
    return sorted(folder.glob("*.whl"))


def _libraries(wheel: Path) -> Iterator[tuple[str, bytes]]:
    with ZipFile(wheel) as archive:
        for name in archive.namelist():
            # Commands (`.data/scripts`) are for people; the rest of `.data` has no other place.
            place = re.sub(r"^[^/]+\.data/(purelib|platlib)/", "", name)
            is_read = not any(fnmatch(place, pattern) for pattern in _NEVER_READ)
            if is_read and not name.endswith("/") and ".data/" not in place:
                yield f"python/{place}", archive.read(name)
