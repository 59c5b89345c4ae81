"""Reading and writing items the way every store does."""

import logging
import secrets
from collections.abc import Callable, Iterable
from typing import TypeVar

from botocore.exceptions import ClientError
from pynamodb.exceptions import PutError, UpdateError
from pynamodb.expressions.condition import Condition

from chalicelib.adapters.tables import Table
from chalicelib.domain.errors import BadInput

log = logging.getLogger("nightdesk.adapters")

T = TypeVar("T", bound=Table)
V = TypeVar("V")


def find(table: type[T], pk: str, sk: str) -> T | None:
    """The item as it is at this instant (a strongly consistent read), or None."""
    try:
        return table.get(pk, sk, consistent_read=True)
    except table.DoesNotExist:
        return None


def put_if(item: Table, condition: Condition) -> bool:
    """Write the item if `condition` holds for what is there; whether that is now our item.

    A write may succeed while its answer is lost; the client then repeats it and finds the
    condition broken by itself. The write's own id tells that from another's write.
    """
    item.write_id = secrets.token_hex(8)
    try:
        item.save(condition)
    except PutError as error:
        if not is_broken_condition(error):
            raise
        there = find(type(item), item.pk, item.sk)
        return there is not None and there.write_id == item.write_id
    return True


def is_broken_condition(error: PutError | UpdateError) -> bool:
    return code_of(error) == "ConditionalCheckFailedException"


def code_of(error: PutError | UpdateError) -> str:
    """What DynamoDB calls it; empty where it never answered, where pynamodb's own
    `cause_response_code` raises AttributeError."""
    cause = error.cause
    return str(cause.response["Error"]["Code"]) if isinstance(cause, ClientError) else ""


def readable(
    items: Iterable[T], read: Callable[[T], V], *, event: str = "record_unreadable"
) -> tuple[V, ...]:
    """What `read` makes of each item, in order.

    One record that cannot be read (a newer release wrote it, say) must not hide the others:
    it is logged and left out. When nothing else is left, BadInput is raised, so that it never
    looks as if there were nothing. `event` is what the log has: the usual one rings a phone.
    """
    values: list[V] = []
    trouble: BadInput | None = None
    for item in items:
        try:
            values.append(read(item))
        except BadInput as error:
            log.error(event, extra={"pk": item.pk, "sk": item.sk})
            trouble = error
    if trouble is not None and not values:
        raise trouble
    return tuple(values)
