from typing import Any

import pytest
from hypothesis import given, settings

from chalicelib.adapters.stream import mention_from_image
from chalicelib.domain.errors import BadInput
from chalicelib.domain.mention import Mention
from tests import strategies
from tests.adapters.stores import Stores, item
from tests.builders import a_mention, a_pulled


def image_of(dynamo: Stores, mention: Mention) -> dict[str, Any]:
    dynamo.mentions.add(a_pulled(mention))
    return item(dynamo, "mentions", mention.id, "mention")


@given(mention=strategies.mentions())
@settings(max_examples=15)
def test_the_image_of_a_stored_mention_is_that_mention(
    new_dynamo_stores: Any, mention: Mention
) -> None:
    assert mention_from_image(image_of(new_dynamo_stores(), mention)) == mention


def test_the_image_of_a_payload_is_no_mention(dynamo: Stores) -> None:
    image_of(dynamo, a_mention())
    with pytest.raises(BadInput, match="a mention item was expected"):
        mention_from_image(item(dynamo, "mentions", a_mention().id, "raw"))
    with pytest.raises(BadInput, match="a mention item was expected"):
        mention_from_image(image_of(dynamo, a_mention()) | {"sk": {"S": "raw"}})


@pytest.mark.parametrize(
    "image",
    [
        {},
        None,
        [],
        {"pk": {"S": "mastodon.1"}, "sk": {"S": "mention"}},
        {"pk": {"S": "mastodon.1"}, "sk": {"S": "mention"}, "mention": {"N": "1"}},
        {"pk": {"S": "mastodon.1"}, "sk": {"S": "mention"}, "mention": {"S": ""}},
        {"pk": {"S": "mastodon.1"}, "sk": {"S": "mention"}, "mention": {"S": "{"}},
        {"pk": {"S": "mastodon.1"}, "sk": {"S": "mention"}, "mention": {"S": "{}"}},
        {"pk": {"S": "mastodon.1"}, "sk": {"S": "mention"}, "mention": {"S": "[1]"}},
        {"pk": {"S": "mastodon.1"}, "sk": {"S": "mention"}, "mention": {"S": '{"text": 1}'}},
    ],
)
def test_what_cannot_be_parsed_is_refused_and_says_where(image: Any) -> None:
    with pytest.raises(BadInput, match="stream record"):
        mention_from_image(image)


def test_the_refusal_names_the_mention_and_the_field(dynamo: Stores) -> None:
    image = image_of(dynamo, a_mention())
    image["mention"]["S"] = image["mention"]["S"].replace('"en"', "7")
    with pytest.raises(BadInput, match=rf"{a_mention().id}.*Expected .*language"):
        mention_from_image(image)
