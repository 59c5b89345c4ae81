"""Asks DynamoDB Local for each case."""

import boto3

from benchmarks.capacity import CASES, taken
from benchmarks.dynamodb_local import dynamodb_local


def main() -> int:
    """Ask DynamoDB Local for each case; how many it answers otherwise."""
    differing = 0
    with dynamodb_local() as address:
        client = boto3.client(
            "dynamodb",
            endpoint_url=address,
            region_name="us-east-1",
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )
        for case in CASES:
            found = taken(client, case)
            expected = case.units if case.said is None else case.said
            if found != expected:
                differing += 1
                print(f"{case.name}: DynamoDB Local says {found}, not {dict(expected)}")
    print(f"{len(CASES)} cases, {differing} differ")
    return 1 if differing else 0


if __name__ == "__main__":
    raise SystemExit(main())
