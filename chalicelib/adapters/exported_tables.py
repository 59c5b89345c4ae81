"""Tables that AWS puts into S3 as CSV, packed by gzip: read in a stream, a line at a time.

Of each line only the columns that were asked for are taken out; memory stays what a line takes,
however large the file. Whatever is wrong with one is said with its name and line.
"""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import IO, Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters.sms_account import asked
from chalicelib.domain.cost.exact import is_number
from chalicelib.domain.errors import BadInput, Unanswered

LONGEST_LINE = 1_000_000
"""Characters; tags and descriptions of a resource take some thousands."""


class Row:
    """A line of a table: the columns that were asked for."""

    __slots__ = ("_found", "where")

    def __init__(self, found: dict[str, str], where: str) -> None:
        self._found = found
        self.where = where
        """File and line, for people."""

    def __getitem__(self, column: str) -> str:
        """Empty where the table has no such column, or nothing in it."""
        return self._found.get(column, "")

    def number(self, column: str, *, or_else: Decimal | None = None) -> Decimal:
        """Raises BadInput for what is none, and where it is empty without `or_else`."""
        text = self[column].strip()
        if not text and or_else is not None:
            return or_else
        try:
            number = Decimal(text)
        except InvalidOperation:
            raise BadInput(f"{self.where}: {column} is {text[:40]!r}; use a number") from None
        if not is_number(number):
            raise BadInput(f"{self.where}: {column} is {text[:40]!r}; use a number")
        return number

    def instant(self, column: str) -> datetime:
        """UTC where the table names no zone. Raises BadInput for what is none."""
        text = self[column].strip()
        try:
            at = datetime.fromisoformat(text)
            return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        except (ValueError, OverflowError):  # a year beyond those that there are
            raise BadInput(f"{self.where}: {column} is {text[:40]!r}; use an instant") from None


def keys(s3: Any, bucket: str, prefix: str) -> tuple[str, ...]:
    """What stands under a prefix, in order. Raises Unanswered."""
    pages = s3.get_paginator("list_objects_v2")
    found = asked(
        lambda: [
            str(one["Key"])
            for page in pages.paginate(Bucket=bucket, Prefix=prefix)
            for one in page.get("Contents", [])
        ]
    )
    return tuple(sorted(found))


def rows(
    s3: Any, bucket: str, key: str, *, needed: Sequence[str], wanted: Sequence[str] = ()
) -> Iterator[Row]:
    """Each line below the header of a `.csv.gz`, with columns `needed` and `wanted`.

    Raises BadInput for a file that is not there, no table, no gzip, truncated, or without a
    column of `needed`; Unanswered when it cannot be read now.
    """
    name = f"s3://{bucket}/{key}"
    try:
        body = s3.get_object(Bucket=bucket, Key=key)["Body"]
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in ("NoSuchKey", "404"):
            raise BadInput(f"{name}: it is not there; export it again") from None
        raise Unanswered(str(error.response.get("Error", {}).get("Code", "an error"))) from None
    except BotoCoreError as error:
        raise Unanswered(type(error).__name__) from None
    with body:
        yield from _rows(body, name, needed, wanted)


def _rows(
    body: IO[bytes], name: str, needed: Sequence[str], wanted: Sequence[str]
) -> Iterator[Row]:
    number = 0
    try:
        with gzip.GzipFile(fileobj=body) as unpacked:
            text = io.TextIOWrapper(unpacked, encoding="utf-8-sig", newline="")
            lines = csv.reader(_lines(text), strict=True)
            header = next(lines, None)
            if header is None:
                raise BadInput(f"{name}: it is empty; export it again")
            number = 1
            missing = [column for column in needed if column not in header]
            if missing:
                raise BadInput(f"{name}, line 1: no column {', '.join(missing)}; export it with it")
            places = {one: header.index(one) for one in (*needed, *wanted) if one in header}
            for line in lines:
                number = lines.line_num
                if len(line) != len(header):
                    raise BadInput(
                        f"{name}, line {number}: {len(line)} columns, not {len(header)}; it may "
                        "be truncated: export it again"
                    )
                found = {column: line[place] for column, place in places.items()}
                yield Row(found, f"{name}, line {number}")
    except EOFError:
        raise BadInput(f"{name}: it is truncated after line {number}; export it again") from None
    except (gzip.BadGzipFile, zlib.error):
        raise BadInput(
            f"{name}: it is no gzip after line {number}; export it as CSV, GZIP"
        ) from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadInput(f"{name}, after line {number}: {error}; export it as CSV, GZIP") from None
    except (BotoCoreError, OSError) as error:
        raise Unanswered(f"{name}: {type(error).__name__}") from None


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE and not line.endswith("\n"):
            raise csv.Error(f"a line of over {LONGEST_LINE:,} characters")
        yield line
