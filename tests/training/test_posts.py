"""Labelled files: what is read of them, and what is told of one that cannot be."""

from pathlib import Path

import pytest

from chalicelib.domain.signal import Mood, Topic, Urgency
from training.posts import BadFile, Post, read_moods, read_urgencies, texts_of


def _file(folder: Path, text: str) -> Path:
    path = folder / "posts.tsv"
    path.write_text(text, encoding="utf-8")
    return path


def test_moods_are_read_by_the_names_of_the_columns(tmp_path: Path) -> None:
    path = _file(tmp_path, "text\tlabel\nso “nice” 😀\tpositive\n\nmeh\tneutral\n")
    assert read_moods(path) == [
        Post(text="so “nice” 😀", mood=Mood.POSITIVE),
        Post(text="meh", mood=Mood.NEUTRAL),
    ]
    assert texts_of(path) == ["so “nice” 😀", "meh"]


def test_urgencies_are_read_with_whatever_else_a_file_tells(tmp_path: Path) -> None:
    plain = _file(tmp_path, "id\tlabel\ttext\na\tP1\thelp\nb\tP4\thi\n")
    assert [post.urgency for post in read_urgencies(plain)] == [Urgency.WAKE, Urgency.IGNORE]
    rich = _file(
        tmp_path, "id\tlabel\ttopic\tmood\tlanguage\ttext\r\na\tP2\tbilling\tnegative\tde\thm\r\n"
    )
    assert read_urgencies(rich) == [
        Post(
            text="hm",
            id="a",
            mood=Mood.NEGATIVE,
            urgency=Urgency.SOON,
            topic=Topic.BILLING,
            language="de",
        )
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("label\ttxt\n", "posts.tsv:1: has the columns label, txt; id, text is missing"),
        ("id\tlabel\ttext\na\tP5\tx\n", "posts.tsv:2: label is 'P5'; it must be one of P1, P2"),
        ("id\tlabel\ttext\na\tP1\n", "posts.tsv:2: has 2 fields, not 3"),
        ("id\tlabel\ttopic\ttext\na\tP1\tweather\tx\n", "posts.tsv:2: topic is 'weather'"),
    ],
)
def test_what_cannot_be_read_is_told_by_its_line(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(BadFile, match=told):
        read_urgencies(_file(tmp_path, text))


def test_a_file_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    path = tmp_path / "posts.tsv"
    path.write_bytes(b"label\ttext\nneutral\t\xff\n")
    with pytest.raises(BadFile, match="is not UTF-8 at byte 19"):
        read_moods(path)
