"""What went wrong in a deployment, as its own queues and logs tell."""

import json
import re
from collections.abc import Iterator

import boto3

IS_ERROR = re.compile(r'"level": ?"(ERROR|CRITICAL)"|Traceback|\[ERROR\]')

MOST_LINES = 120
"""Of a function's log, from the first error on."""


def trouble(stage: str) -> list[str]:
    """Every dead letter, and every error that a function has logged."""
    return [*dead_letters(stage), *errors(stage)]


def read_by(stage: str) -> list[str]:
    """By which models each mention was judged, such as `lean-2026-11-22+deep-2026-11-22`."""
    table = boto3.client("dynamodb").scan(TableName=f"nightdesk-{stage}-mentions")
    scores = [item["score"]["S"] for item in table["Items"] if "score" in item]
    return [str(json.loads(score)["scorer"]) for score in scores]


def dead_queues(stage: str) -> list[str]:
    """The addresses of the stage's queues for dead letters."""
    queues = boto3.client("sqs").list_queues(QueueNamePrefix=f"nightdesk-{stage}-")
    return [url for url in queues.get("QueueUrls", []) if url.endswith("-dead")]


def dead_letters(stage: str) -> Iterator[str]:
    """What lies in those queues; taken out by looking."""
    sqs = boto3.client("sqs")
    for url in dead_queues(stage):
        while found := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in found:
                yield f"dead letter in {url.rsplit('/', 1)[-1]}: {message['Body'][:2000]}"


def errors(stage: str) -> Iterator[str]:
    """The first error in each function's log and what follows it."""
    for function, lines in function_logs(stage).items():
        for number, line in enumerate(lines):
            if IS_ERROR.search(line):
                yield f"{function}: " + "\n".join(lines[number : number + MOST_LINES])
                break


def function_logs(stage: str) -> dict[str, list[str]]:
    """What each function has logged, by its name."""
    logs = boto3.client("logs")
    prefix = f"/aws/lambda/nightdesk-{stage}-"
    groups = logs.describe_log_groups(logGroupNamePrefix=prefix)["logGroups"]
    return {
        name.removeprefix(prefix): [
            event["message"].rstrip()
            for event in logs.filter_log_events(logGroupName=name)["events"]
        ]
        for name in (group["logGroupName"] for group in groups)
    }
