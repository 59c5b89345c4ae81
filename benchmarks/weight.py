"""What a cold start carries: import times, the size of package and layer, what each stage takes.

The deep model runs by the libraries of the layer as it is packaged, not by those installed here.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from typing import Any
from zipfile import ZipFile

from infra.package import INSIDE, LAYER, PROJECT, Sizes, layer_sizes, package, sizes

RUNS = 7

POSTS = PROJECT / "training" / "data" / "written-a.tsv"
"""What the stages read for the measurement."""

STAGES = {"lean": "the lean model", "deep": "the deep model", "nightdesk": "the whole scorer"}
"""Stages of `training.evaluate.speed`, as the table calls them."""


def measure(tell: Callable[[str], None] = lambda _: None) -> dict[str, Any]:
    """Import and load times in milliseconds (median of fresh interpreters), sizes in bytes,
    microseconds for a post in each stage."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        package("dev", folder, tell=tell)
        code, layer = sizes(folder), layer_sizes(folder)
        with ZipFile(folder / LAYER) as archive:
            archive.extractall(folder / "opt")
        beside = {"PYTHONPATH": os.pathsep.join((str(folder / "opt" / "python"), str(PROJECT)))}
        import_ms = {
            what: round(_import_ms(run, beside))
            for what, run in _imports(folder / "opt" / INSIDE).items()
        }
        stages = {what: _stage_us(stage, beside) for stage, what in STAGES.items()}
    return {
        "import_ms": import_ms,
        "package_bytes": _bytes(code),
        "layer_bytes": _bytes(layer) if layer else None,
        "microseconds_per_post": stages,
    }


def _imports(weights: Path) -> Mapping[str, str]:
    """What is timed, and the code that does it."""
    deep = "from pathlib import Path; from chalicelib.scoring.deep import DeepModel"
    return {
        "app.py": "import app",
        "app.py and what judges": "import app, chalicelib.scoring",
        "the lean model, loaded": (
            "from chalicelib.scoring.lean import LeanModel; LeanModel().read('hello')"
        ),
        "the deep model, loaded": f"{deep}; DeepModel(Path({str(weights)!r})).read('hello')",
        "Python alone": "pass",
    }


def _bytes(size: Sizes) -> dict[str, int]:
    return {"zipped": size.zipped, "unzipped": size.unzipped}


def _stage_us(stage: str, environment: Mapping[str, str]) -> int:
    """Microseconds a post, in a fresh interpreter on one core."""
    command = [sys.executable, "-m", "training.evaluate.speed", stage, str(POSTS)]
    ran = subprocess.run(
        command, env=os.environ | environment, stdout=subprocess.PIPE, check=True, text=True
    )
    found: dict[str, float] = json.loads(ran.stdout)
    return round(found["microseconds_per_post"])


def _import_ms(code: str, beside: Mapping[str, str]) -> float:
    """Wall time of a whole interpreter that runs `code`; compiled files are there, as on AWS."""
    environment = {**os.environ, **beside, "AWS_DEFAULT_REGION": "us-east-1"}
    seconds = []
    for _ in range(RUNS + 1):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True, env=environment)
        seconds.append(time.perf_counter() - began)
    return 1000 * median(seconds[1:])
