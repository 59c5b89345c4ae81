"""What a cold start carries: import times and the size of the package."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from infra.package import package, sizes

RUNS = 7

IMPORTS = {
    "app.py": "import app",
    "app.py and what judges": "import app, chalicelib.scoring",
    "Python alone": "pass",
}


def measure(tell: Callable[[str], None] = lambda _: None) -> dict[str, Any]:
    """Import times in milliseconds (median of fresh interpreters), package sizes in bytes."""
    with tempfile.TemporaryDirectory() as folder:
        package("dev", Path(folder), tell=tell)
        found = sizes(Path(folder))
    return {
        "import_ms": {name: round(_import_ms(code)) for name, code in IMPORTS.items()},
        "package_bytes": {"zipped": found.zipped, "unzipped": found.unzipped},
    }


def _import_ms(code: str) -> float:
    """Wall time of a whole interpreter that runs `code`; compiled files are there, as on AWS."""
    environment = {**os.environ, "AWS_DEFAULT_REGION": "us-east-1"}
    seconds = []
    for _ in range(RUNS + 1):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True, env=environment)
        seconds.append(time.perf_counter() - began)
    return 1000 * median(seconds[1:])
