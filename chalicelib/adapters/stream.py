"""What the streams of the tables bring."""

from collections.abc import Mapping
from typing import Any

from chalicelib.adapters.values import from_text
from chalicelib.domain.errors import BadInput
from chalicelib.domain.incident import Incident
from chalicelib.domain.mention import Mention
from chalicelib.domain.ticket import Ticket


def mention_from_image(image: Mapping[str, Any]) -> Mention:
    """The mention in the new image (DynamoDB JSON) of an inserted `mention` item.

    Raises BadInput for anything else: the record then ends in the dead letters, and the
    mention, if there is one, is found in the table by the tick.
    """
    match image:
        case {"pk": {"S": str(pk)}, "sk": {"S": "mention"}, "mention": {"S": str(text)}}:
            return from_text(Mention, text, f"stream record of mention {pk}")
        case _:
            raise _unexpected(image, "a mention")


def ticket_from_image(image: Mapping[str, Any]) -> Ticket:
    """The ticket in an image of a `ticket` item. Raises BadInput for anything else."""
    match image:
        case {"pk": {"S": str(pk)}, "sk": {"S": "ticket"}, "ticket": {"S": str(text)}}:
            return from_text(Ticket, text, f"stream record of ticket {pk}")
        case _:
            raise _unexpected(image, "a ticket")


def incident_from_image(image: Mapping[str, Any]) -> Incident:
    """The incident in an image of a `current` or `past#` item. Raises BadInput else."""
    match image:
        case {"pk": {"S": str(pk)}, "incident": {"S": str(text)}}:
            return from_text(Incident, text, f"stream record of incident {pk}")
        case _:
            raise _unexpected(image, "an incident")


def is_past(image: Mapping[str, Any]) -> bool:
    """Whether an image is of an incident that another has followed."""
    return str(image.get("sk", {}).get("S", "")).startswith("past#")


def _unexpected(image: object, what: str) -> BadInput:
    match image:
        case Mapping():
            found = ", ".join(sorted(str(name) for name in image)) or "nothing"
            return BadInput(f"stream record: has {found}; {what} item was expected")
        case _:
            return BadInput(f"stream record: is {type(image).__name__}; an image was expected")
