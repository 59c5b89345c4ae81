"""What is documented is checked: a trigger, table, alarm, verb or link that docs miss fails."""

import re
from pathlib import Path

import pytest
import yaml

from app import app
from chalicelib.adapters.tables import TABLES
from chalicelib.settings import Settings

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def _text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def _anchors(page: Path) -> set[str]:
    headings = _HEADING.findall(page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w -]", "", one.lower()).strip().replace(" ", "-") for one in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    for target in _LINK.findall(page.read_text(encoding="utf-8")):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), f"{page.name}: {target} leads nowhere"
        if anchor:
            assert anchor in _anchors(there), f"{page.name}: {target} names no heading"


def test_every_trigger_is_in_the_architecture() -> None:
    functions = {one.name for one in app.event_sources}
    functions |= {one.name for one in app.pure_lambda_functions}
    documented = set(re.findall(r"^\| `(\w+)` \|", _text("docs/architecture.md"), re.MULTILINE))
    assert functions | {"api_handler"} <= documented


def test_every_table_is_in_the_architecture() -> None:
    text = _text("docs/architecture.md")
    for table in TABLES:
        assert re.search(rf"^\| `{table}`", text, re.MULTILINE), table


def test_every_room_of_the_package_is_in_the_architecture_and_in_the_map() -> None:
    rooms = {
        one.stem for one in (ROOT / "chalicelib").iterdir() if one.name not in ("__pycache__",)
    } - {"__init__"}
    for room in rooms:
        assert f"chalicelib/{room}" in _text("docs/architecture.md"), room
        assert re.search(rf"\b{room}\b", _text("chalicelib/__init__.py")), room


def test_every_setting_of_a_deployment_is_in_the_architecture() -> None:
    text = _text("docs/architecture.md")
    for field in Settings.__dataclass_fields__:
        assert f"`NIGHTDESK_{field.upper()}`" in text, field


def test_every_alarm_names_a_section_of_the_runbook() -> None:
    sections = {one.lower() for one in _HEADING.findall(_text("docs/runbook.md"))}
    alarms = yaml.load(_text("infra/alarms.yaml"), Loader=_TagTolerant)["Resources"]
    for name, alarm in alarms.items():
        if alarm["Type"] != "AWS::CloudWatch::Alarm":
            continue
        says = alarm["Properties"]["AlarmDescription"]
        named = re.search(r"Runbook[,:] ([\w ]+)\.", says)
        assert named, f"{name} names no section of the runbook: {says}"
        assert named[1].lower() in sections, f"{name}: the runbook has no section {named[1]!r}"


def test_every_make_verb_that_docs_name_exists() -> None:
    verbs = set(re.findall(r"^([a-z-]+):", _text("Makefile"), re.MULTILINE))
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        fenced = re.compile(r"```\w*\n(.*?)```", re.S)
        code = "\n".join(fenced.findall(text) + re.findall(r"`([^`]+)`", fenced.sub("", text)))
        for verb in re.findall(r"\bmake ([a-z]+(?:-[a-z]+)*)\b", code):
            assert verb in verbs, f"{page.name} names make {verb}"


def test_every_member_of_a_family_has_module_test_and_page() -> None:
    from chalicelib.sources import members

    for member in members():
        assert (ROOT / f"docs/sources/{member.kind}.md").exists()
        assert (ROOT / f"tests/sources/test_{member.kind}.py").exists()


class _TagTolerant(yaml.SafeLoader):
    """Reads CloudFormation's short tags as what they hold."""


def _held(loader: yaml.SafeLoader, _suffix: str, node: yaml.Node) -> object:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    assert isinstance(node, yaml.MappingNode)
    return loader.construct_mapping(node, deep=True)


_TagTolerant.add_multi_constructor("!", _held)
