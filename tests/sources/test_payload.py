"""Entries of a platform's answer: one that cannot be read spoils no other and tells no words."""

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from chalicelib.sources.payload import NotReadable, each


class Post(msgspec.Struct, frozen=True):
    at: int
    text: str


def read(*posts: Any) -> tuple[list[datetime], list[str]]:
    def made(post: Post, raw: bytes) -> datetime:
        if not post.text:
            raise NotReadable("has no text")
        if post.text.startswith("number "):
            int(post.text)
        return datetime.fromtimestamp(post.at, UTC)

    return each([msgspec.Raw(json.dumps(post).encode()) for post in posts], Post, made)


GOOD = {"at": 0, "text": "good"}


@pytest.mark.parametrize("at", [10**12, 10**17, -(10**17), 10**40])
def test_an_impossible_instant_spoils_no_other_entry(at: int) -> None:
    good, refused = read({"id": "7", "at": at, "text": "Carla is furious"}, GOOD)
    assert (len(good), len(refused)) == (1, 1)


@pytest.mark.parametrize(
    ("post", "told"),
    [
        ({"id": "7", "at": 0, "text": ""}, "entry 7: has no text"),
        ({"objectID": 7, "at": 0, "text": ""}, "entry 7: has no text"),
        ({"at": 0, "text": ""}, "entry number 2: has no text"),
        ({"id": {"name": "Carla"}, "at": 0, "text": ""}, "entry number 2: has no text"),
        ({"id": "7", "at": "Carla"}, "entry 7: Expected `int`, got `str` - at `$.at`"),
        ({"id": "7", "at": 0, "text": "number Carla"}, "entry 7: ValueError"),
        (["Carla"], "entry number 2: Expected `object`, got `array`"),
    ],
)
def test_a_refused_entry_is_named_with_its_trouble_and_none_of_its_words(
    post: Any, told: str
) -> None:
    assert read(GOOD, post)[1] == [told]


def test_an_id_of_any_length_is_told_shortly() -> None:
    (told,) = read({"id": "7" * 10_000, "at": 0, "text": ""})[1]
    assert len(told) < 200
