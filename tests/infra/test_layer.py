"""The layer of the deep model: what is in it, for which machine, and what keeps it from being."""

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from infra.package import LAYER, PROJECT, PackagingFailed, layer_sizes, package, sizes
from infra.package.layer import REQUIREMENTS, WEIGHTS, Runtime, build_layer, runtime_of
from tests.infra.packaged import small_project

HERE = Runtime(python=sys.version_info[:2], architecture="x86_64")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return small_project(tmp_path / "project")


def a_wheel(folder: Path, *names: str) -> str:
    """A wheel of a library that holds these files; the line that asks for it."""
    folder.mkdir(exist_ok=True)
    wheel = folder / "alib-1.0-py3-none-any.whl"
    about = "alib-1.0.dist-info"
    with ZipFile(wheel, "w") as archive:
        for name in names:
            archive.writestr(name, "")
        archive.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: alib\nVersion: 1.0\n")
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")
        archive.writestr(f"{about}/licenses/LICENSE", "do as you like")
    return f"--no-index\n--find-links {folder}\nalib==1.0\n"


def names_in(layer: Path) -> list[str]:
    with ZipFile(layer) as archive:
        return archive.namelist()


def test_weights_stand_where_the_setting_says_and_libraries_where_they_are_imported_from(
    project: Path, tmp_path: Path
) -> None:
    line = a_wheel(tmp_path / "wheels", "alib/__init__.py", "alib-1.0.data/scripts/a-command")
    project.joinpath(REQUIREMENTS).write_text(line)
    package("dev", tmp_path / "out", project=project)
    assert names_in(tmp_path / "out" / LAYER) == [
        "nightdesk/deep/card.json",
        "nightdesk/deep/model.onnx",
        "nightdesk/deep/tokenizer.json",
        "python/alib-1.0.dist-info/METADATA",
        "python/alib-1.0.dist-info/WHEEL",
        "python/alib-1.0.dist-info/licenses/LICENSE",
        "python/alib/__init__.py",
    ]


def test_tests_headers_and_stubs_stay_out_and_notices_stay_in(
    project: Path, tmp_path: Path
) -> None:
    kept = ["alib/__init__.py", "alib/ThirdPartyNotices.txt", "alib/testing/it.py"]
    left = ["alib/tests/test_it.py", "alib/it.pyi", "alib/include/it.h", "alib/README.md"]
    project.joinpath(REQUIREMENTS).write_text(a_wheel(tmp_path / "wheels", *kept, *left))
    build_layer(project, tmp_path / LAYER, HERE)
    assert {f"python/{name}" for name in kept} <= set(names_in(tmp_path / LAYER))
    assert not {f"python/{name}" for name in left} & set(names_in(tmp_path / LAYER))


def test_equal_contents_give_the_same_bytes(project: Path, tmp_path: Path) -> None:
    layers = [tmp_path / "1.zip", tmp_path / "2.zip"]
    for layer in layers:
        build_layer(project, layer, HERE)
        for file in (project / WEIGHTS).iterdir():
            file.touch()
    assert layers[0].read_bytes() == layers[1].read_bytes()


@pytest.mark.parametrize("missing", ["model.onnx", "tokenizer.json", "card.json"])
def test_without_weights_it_says_how_to_get_them_and_how_to_do_without(
    project: Path, tmp_path: Path, missing: str
) -> None:
    project.joinpath(WEIGHTS, missing).unlink()
    with pytest.raises(PackagingFailed, match=f"has no {missing}: train .* --without-deep"):
        package("dev", tmp_path / "out", project=project)
    assert not tmp_path.joinpath("out").exists()
    assert package("dev", tmp_path / "out", deep=False, project=project).exists()


def test_weights_that_their_card_does_not_describe_are_refused(
    project: Path, tmp_path: Path
) -> None:
    card = project / WEIGHTS / "card.json"

    def describe(content: bytes) -> None:
        digest = hashlib.sha256(content).hexdigest()
        card.write_text(json.dumps({"files": {"model.onnx": {"sha256": digest}}}))

    describe(b"m")
    build_layer(project, tmp_path / LAYER, HERE)
    describe(b"of another day")
    with pytest.raises(PackagingFailed, match=r"model.onnx is not the file .* --without-deep"):
        build_layer(project, tmp_path / LAYER, HERE)


def test_wheels_that_cannot_be_had_are_told_with_the_remedy(project: Path, tmp_path: Path) -> None:
    project.joinpath(REQUIREMENTS).write_text("--no-index\nno-such-library==1\n")
    with pytest.raises(PackagingFailed, match=r"(?s)no-such-library.*--without-deep"):
        build_layer(project, tmp_path / LAYER, HERE)


def test_on_arm64_it_is_refused_since_the_judge_would_die_of_it(
    project: Path, tmp_path: Path
) -> None:
    runtime = runtime_of({"Runtime": "python3.13", "Architectures": ["arm64"]})
    with pytest.raises(PackagingFailed, match=r"arm64: .* --without-deep"):
        build_layer(project, tmp_path / LAYER, runtime)


def test_more_than_lambda_takes_is_refused_with_both_sizes(project: Path, tmp_path: Path) -> None:
    with project.joinpath(WEIGHTS, "model.onnx").open("wb") as model:
        model.truncate(250 * 1024 * 1024)
    with pytest.raises(
        PackagingFailed, match=r"the code unpacks to [\d,]+ .* the layer .* to 262,"
    ):
        package("dev", tmp_path / "out", project=project)
    assert not tmp_path.joinpath("out").exists()


def test_the_layer_of_an_earlier_package_does_not_stay_behind(
    project: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    package("dev", out, project=project)
    size = layer_sizes(out)
    assert size is not None
    assert (size.zipped, size.unzipped) == (out.joinpath(LAYER).stat().st_size, 4)
    package("dev", out, deep=False, project=project)
    assert layer_sizes(out) is None
    assert sizes(out).zipped > 0


@pytest.mark.parametrize(("name", "newest"), [("python3.11", 26), ("python3.12", 34)])
def test_wheels_are_of_a_c_library_that_the_runtime_has(name: str, newest: int) -> None:
    platforms = list(runtime_of({"Runtime": name}).platforms)
    assert f"manylinux_2_{newest}_x86_64" in platforms
    assert f"manylinux_2_{newest + 1}_x86_64" not in platforms
    assert "manylinux2014_x86_64" in platforms


def test_what_newer_runtimes_get_is_what_development_and_training_have() -> None:
    pins = {}
    for line in (PROJECT / REQUIREMENTS).read_text().splitlines():
        if line.startswith("#") or '< "3.12"' in line:
            continue
        name, version = line.partition(";")[0].split("==")
        pins[name] = version.strip()
    assert set(pins) == {"numpy", "onnxruntime", "tokenizers"}
    for file in ("requirements-train.txt", "constraints.txt"):
        found = dict(re.findall(r"^([\w-]+)==(\S+)$", (PROJECT / file).read_text(), re.MULTILINE))
        assert {name: found.get(name, pins[name]) for name in pins} == pins


def test_nothing_that_reads_the_model_is_missed_without_what_is_left_out() -> None:
    """By what is installed here: an interpreter that sees three libraries and nothing else."""
    read = (
        "import sys, onnxruntime, tokenizers, numpy\n"
        "onnxruntime.InferenceSession, onnxruntime.SessionOptions, tokenizers.Tokenizer\n"
        "left = ('numpy.f2py', 'numpy.distutils', 'onnxruntime.tools', 'onnxruntime.quantization',"
        " 'onnxruntime.transformers', 'onnxruntime.backend', 'onnxruntime.datasets',"
        " 'tokenizers.tools', 'google', 'flatbuffers', 'huggingface_hub', 'packaging')\n"
        "print([one for one in left if one in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", read], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
