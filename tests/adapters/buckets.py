"""A bucket of S3 (moto), and what AWS puts into one."""

import csv
import gzip
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import boto3

from chalicelib.adapters.clients import client

REGION = "eu-west-1"


class Bucket:
    """What stands in it is put there by `put`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.s3: Any = client("s3")

    def put(self, key: str, body: bytes | str) -> None:
        content = body if isinstance(body, bytes) else body.encode()
        self.s3.put_object(Bucket=self.name, Key=key, Body=content)


@contextmanager
def bucket(name: str) -> Iterator[Bucket]:
    """An empty one, gone afterwards."""
    made = boto3.resource("s3").Bucket(name)
    made.create(CreateBucketConfiguration={"LocationConstraint": REGION})
    try:
        yield Bucket(name)
    finally:
        made.objects.all().delete()
        made.delete()


def packed(columns: Sequence[str], lines: Sequence[Mapping[str, str]]) -> bytes:
    """A `.csv.gz`, its first line the columns."""
    text = io.StringIO()
    table = csv.DictWriter(text, columns, lineterminator="\n")
    table.writeheader()
    for line in lines:
        table.writerow(line)
    return gzip.compress(text.getvalue().encode())
