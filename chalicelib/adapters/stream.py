"""What the stream of the mentions table brings."""

from collections.abc import Mapping
from typing import Any

from chalicelib.adapters.values import from_text
from chalicelib.domain.errors import BadInput
from chalicelib.domain.mention import Mention


def mention_from_image(image: Mapping[str, Any]) -> Mention:
    """The mention in the new image (DynamoDB JSON) of an inserted `mention` item.

    Raises BadInput for anything else: the record then ends in the dead letters, and the
    mention, if there is one, is found in the table by the tick.
    """
    match image:
        case {"pk": {"S": str(pk)}, "sk": {"S": "mention"}, "mention": {"S": str(text)}}:
            return from_text(Mention, text, f"stream record of mention {pk}")
        case Mapping():
            found = ", ".join(sorted(str(name) for name in image)) or "nothing"
            raise BadInput(f"stream record: has {found}; a mention item was expected")
        case _:
            raise BadInput(f"stream record: is {type(image).__name__}; an image was expected")
