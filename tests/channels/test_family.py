"""The family: its members have a module, tests, and a page of docs each, and no one else has."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from chalicelib.channels import CHANNELS, Member
from chalicelib.domain.responder import Webhook
from chalicelib.wiring import parts
from tests.builders import ANA, a_responder

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs" / "channels"
NAMES = [member.name for member in CHANNELS]

MEMBERS = pytest.mark.parametrize("member", CHANNELS, ids=NAMES)


@MEMBERS
def test_every_member_has_its_module_and_its_tests(member: Member) -> None:
    module = import_module(f"chalicelib.channels.{member.name}")
    made = getattr(module, f"{member.name.title()}Channel")
    assert made.name == member.name
    assert (ROOT / "tests" / "channels" / f"test_{member.name}.py").exists()


@MEMBERS
def test_every_member_has_a_page_of_docs(member: Member) -> None:
    page = (DOCS / f"{member.name}.md").read_text()
    for heading in ("## What it needs", "## What it carries", "## What can go wrong", "## Costs"):
        assert heading in page


def test_a_page_of_docs_is_of_a_member() -> None:
    assert {page.stem for page in DOCS.glob("*.md")} == {*NAMES, "README"}


def test_the_table_of_members_says_what_the_code_says() -> None:
    rows = ["| channel | needs | carries | is answered by | receipts | costs |", "| --- " * 6 + "|"]
    for member in CHANNELS:
        cells = (member.needs, member.carries, member.is_answered_by, member.receipts, member.costs)
        rows.append(f"| [{member.name}]({member.name}.md) | " + " | ".join(cells) + " |")
    table = "\n".join(rows)
    assert table in (DOCS / "README.md").read_text(), f"docs/channels/README.md must hold:\n{table}"


def test_a_responder_knows_an_address_for_every_member_and_their_order() -> None:
    everywhere = a_responder(ANA, email="ana@acme.example", webhook=Webhook(secret="webhook-ana"))
    assert list(everywhere.channels) == NAMES


def test_wiring_makes_every_member_and_only_when_it_is_asked_for() -> None:
    assert list(parts.channels()) == NAMES
    code = (
        "import sys; from chalicelib.wiring import parts; parts.channels();"
        "sys.exit(any(name.startswith('chalicelib.channels.') for name in sys.modules))"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
