"""The packaged template, made once: the real project without its wheels, which take long."""

import json
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from infra.package import CODE, PROJECT, TEMPLATE, copy_project, package
from infra.package.layer import REQUIREMENTS, WEIGHTS

FUNCTIONS = {
    "pull_mentions": "PullMentions",
    "pull_source": "PullSource",
    "triage_mentions": "TriageMentions",
    "follow_tickets": "FollowTickets",
    "follow_incidents": "FollowIncidents",
    "send_replies": "SendReplies",
    "deliver": "Deliver",
    "tick": "Tick",
    "read_receipts": "ReadReceipts",
    "receive_reply": "ReceiveReply",
    "watch": "Watch",
    "recheck_posts": "RecheckPosts",
    "reckon": "Reckon",
    "api_handler": "APIHandler",
}
"""Logical id of each function of `app.py`."""

DEAD = (
    "PullsDeadQueue",
    "OutboxDeadQueue",
    "DeliveriesDeadQueue",
    "FollowDeadQueue",
    "TriageDeadQueue",
    "SchedulesDeadQueue",
    "ReceiptsDeadQueue",
    "RepliesDeadQueue",
)
"""Where what could not be processed is kept."""


def small_project(folder: Path) -> Path:
    """The real project in `folder`, which asks for no wheel and has small weights."""
    copy_project(PROJECT, folder)
    folder.joinpath("requirements.txt").write_text("")
    folder.joinpath(REQUIREMENTS).write_text("# none\n")
    weights = folder / WEIGHTS
    weights.mkdir(parents=True)
    for name, content in {"model.onnx": "m", "tokenizer.json": "t", "card.json": "{}"}.items():
        weights.joinpath(name).write_text(content)
    return folder


@cache
def packaged(stage: str = "dev", *, deep: bool = True) -> tuple[dict[str, Any], bytes]:
    """The template and the zip of the code, of a project that asks for no wheel."""
    with tempfile.TemporaryDirectory() as folder:
        project, out = small_project(Path(folder, "project")), Path(folder, "out")
        package(stage, out, deep=deep, project=project)
        return json.loads(out.joinpath(TEMPLATE).read_text()), out.joinpath(CODE).read_bytes()


def resources(stage: str = "dev") -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = packaged(stage)[0]["Resources"]
    return found


def of_type(kind: str) -> dict[str, dict[str, Any]]:
    """Properties by logical id."""
    return {
        name: resource.get("Properties", {})
        for name, resource in resources().items()
        if resource["Type"] == kind
    }


def get_att(name: str, attribute: str = "Arn") -> dict[str, list[str]]:
    return {"Fn::GetAtt": [name, attribute]}


def inside(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value within a value, with where it stands."""
    yield path, value
    children: Iterator[tuple[Any, Any]] = iter(())
    if isinstance(value, dict):
        children = iter(value.items())
    elif isinstance(value, list):
        children = iter(enumerate(value))
    for key, child in children:
        yield from inside(child, f"{path}/{key}")
