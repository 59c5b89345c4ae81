"""Packaging: what goes in, what is refused, and that one can tell two packages apart."""

import json
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZipFile

import pytest
from chalice.constants import MISSING_DEPENDENCIES_TEMPLATE

from infra.package import (
    PROJECT,
    PackagingFailed,
    code_digest,
    load_template,
    missing_wheels,
    package,
    sizes,
    stages,
)
from tests.infra.packaged import packaged, small_project


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return small_project(tmp_path / "project")


def zipped(path: Path, files: Mapping[str, str], *, year: int = 2020) -> Path:
    from zipfile import ZipInfo

    with ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(ZipInfo(name, date_time=(year, 1, 1, 0, 0, 0)), content)
    return path


def test_the_package_holds_the_app_and_what_stands_beneath_it_and_nothing_else() -> None:
    names = {name.split("/")[0] for name in code_names()}
    assert names == {"app.py", "chalice", "chalicelib"}
    assert not [name for name in code_names() if "__pycache__" in name]


def code_names() -> list[str]:
    import io

    with ZipFile(io.BytesIO(packaged()[1])) as archive:
        return archive.namelist()


def test_every_file_of_the_page_is_in_the_package() -> None:
    page = PROJECT / "chalicelib" / "web" / "static"
    files = {path.relative_to(PROJECT).as_posix() for path in page.rglob("*") if path.is_file()}
    assert files
    assert files <= set(code_names())


def test_an_unknown_stage_is_refused_with_those_there_are(tmp_path: Path, project: Path) -> None:
    with pytest.raises(PackagingFailed, match="use one of dev, prod, accept"):
        package("devv", tmp_path / "out", project=project)
    assert not tmp_path.joinpath("out").exists()


def test_stages_come_from_the_configuration_of_chalice() -> None:
    assert stages() == ("dev", "prod", "accept")


def test_an_app_that_cannot_be_imported_is_told_with_its_error(
    tmp_path: Path, project: Path
) -> None:
    project.joinpath("app.py").write_text("raise RuntimeError('no such room')\n")
    with pytest.raises(PackagingFailed, match="no such room"):
        package("dev", tmp_path / "out", project=project)


def test_what_is_set_in_this_shell_does_not_reach_the_package(
    tmp_path: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NIGHTDESK_STAGE", "leaked")
    app = project / "app.py"
    app.write_text(app.read_text() + "\nimport os\nassert 'NIGHTDESK_STAGE' not in os.environ\n")
    assert "leaked" not in package("dev", tmp_path / "out", project=project).read_text()


def test_it_says_what_it_is_doing(tmp_path: Path, project: Path) -> None:
    said: list[str] = []
    package("dev", tmp_path / "out", project=project, tell=said.append)
    assert said == [
        "copying the project",
        "collecting code and dependencies",
        "collecting the deep model and what reads it",
    ]


def test_packaging_twice_gives_equal_code(tmp_path: Path, project: Path) -> None:
    digests = set()
    for number in range(2):
        template = package("dev", tmp_path / str(number), project=project)
        digests.add(code_digest(template.with_name("deployment.zip")))
    assert len(digests) == 1


def test_a_requirement_without_a_wheel_is_found_in_what_chalice_prints() -> None:
    said = "Creating deployment package.\n" + MISSING_DEPENDENCIES_TEMPLATE % "a==1(wheel)\nb==2"
    assert missing_wheels(said) == ("a==1(wheel)", "b==2")
    assert missing_wheels("Creating deployment package.\n") == ()


def test_the_digest_sees_contents_and_not_dates_or_order(tmp_path: Path) -> None:
    one = zipped(tmp_path / "1.zip", {"a": "x", "b": "y"})
    same = zipped(tmp_path / "2.zip", {"b": "y", "a": "x"}, year=2026)
    other = zipped(tmp_path / "3.zip", {"a": "x", "b": "z"})
    assert code_digest(one) == code_digest(same) != code_digest(other)


def test_sizes_are_those_of_the_zip_and_of_what_it_unpacks_to(tmp_path: Path) -> None:
    path = zipped(tmp_path / "deployment.zip", {"a": "x" * 1000, "b": "y"})
    size = sizes(tmp_path)
    assert (size.zipped, size.unzipped) == (path.stat().st_size, 1001)


def test_short_tags_are_read_in_their_long_form(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(
        "a: !Ref X\nb: !GetAtt X.Arn\nc: !Sub '${X}'\n"
        "d: !If [Y, !Ref X, {e: !Not [!Condition Z]}]\n"
    )
    assert json.loads(json.dumps(load_template(path))) == {
        "a": {"Ref": "X"},
        "b": {"Fn::GetAtt": ["X", "Arn"]},
        "c": {"Fn::Sub": "${X}"},
        "d": {"Fn::If": ["Y", {"Ref": "X"}, {"e": {"Fn::Not": [{"Condition": "Z"}]}}]},
    }
