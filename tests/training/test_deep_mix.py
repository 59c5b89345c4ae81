from pathlib import Path

import pytest

from chalicelib.domain.signal import Topic, Urgency
from training.deep.examples import Example
from training.deep.mix import Files, is_first_half, mix, read_ratings
from training.deep.soft import NAMES, digest, read_soft, taught, write_soft
from training.posts import BadFile
from training.split import is_locked_mood, is_locked_urgency

TWEETS = [f"tweet {number}" for number in range(200)]


def moods(folder: Path) -> Path:
    path = folder / "moods.tsv"
    path.write_text("label\ttext\n" + "".join(f"neutral\t{text}\n" for text in TWEETS))
    return path


def urgencies(folder: Path, name: str, texts: list[str]) -> Path:
    path = folder / name
    path.write_text(
        "id\tlabel\ttext\n" + "".join(f"{name}{n}\tP2\t{text}\n" for n, text in enumerate(texts))
    )
    return path


def texts(examples: object) -> set[str]:
    assert isinstance(examples, list)
    return {one.text for one in examples}


def test_locked_posts_are_never_learned_from(tmp_path: Path) -> None:
    found = mix(Files(mood=(moods(tmp_path),), urgency=(urgencies(tmp_path, "u.tsv", TWEETS),)))

    expected = {t for t in TWEETS if not is_locked_urgency(t)}
    assert texts(found.service) == expected
    assert texts(found.chat) == {t for t in TWEETS if not is_locked_mood(t)} - expected
    assert {one.text for one in found.service if one.mood} == expected - {
        t for t in TWEETS if is_locked_mood(t)
    }


def test_written_posts_are_used_whole(tmp_path: Path) -> None:
    found = mix(Files(written=(urgencies(tmp_path, "w.tsv", TWEETS),)))

    assert texts(found.service) == set(TWEETS)


def test_of_an_included_file_one_half_stays_unseen(tmp_path: Path) -> None:
    found = mix(Files(included=(urgencies(tmp_path, "i.tsv", TWEETS),)))

    assert texts(found.service) == {t for t in TWEETS if is_first_half(t)}
    assert 30 < len(found.service) < 90
    assert not any(is_locked_urgency(one.text) for one in found.service)


def test_only_tweets_nobody_judged_are_taken_for_hardly_wake(tmp_path: Path) -> None:
    ratings = tmp_path / "r.tsv"
    known = next(text for text in TWEETS if not is_locked_mood(text))
    ratings.write_text(f"key\tlabel\ttopic\n{digest(known)[:12]}\tP1\tsafety\n")

    found = mix(Files(mood=(moods(tmp_path),), ratings=(ratings,)))

    (judged,) = found.judged
    assert (judged.text, judged.is_hardly_wake) == (known, False)
    assert judged.urgency is not None
    assert judged.urgency[0] > 0.9
    assert judged.mood is not None
    assert all(one.is_hardly_wake for one in found.chat)


def test_a_sample_keeps_some_of_every_file(tmp_path: Path) -> None:
    path = moods(tmp_path)

    found = mix(Files(mood=(path,)), sample=7)

    assert len(found.chat) == 7
    assert found.rows == {path: 7}


def test_an_epoch_repeats_service_posts(tmp_path: Path) -> None:
    found = mix(
        Files(mood=(moods(tmp_path),), written=(urgencies(tmp_path, "w.tsv", ["help us"]),))
    )

    epoch = found.epoch(0, most=10, times=4, seed=1)

    assert [one.text for one in epoch].count("help us") == 4
    assert len(epoch) == 14


def test_ratings_of_unknown_posts_are_skipped(tmp_path: Path) -> None:
    path = tmp_path / "r.tsv"
    path.write_text("key\tlabel\ttopic\nabc\tP4\tspam\ndef\tP1\toutage\n")

    (post,) = read_ratings(path, {"def": "all is down"})

    assert (post.text, post.urgency, post.topic) == ("all is down", Urgency.WAKE, Topic.OUTAGE)


@pytest.mark.parametrize(
    ("content", "line"),
    [("", 1), ("id\tlabel\n", 1), ("key\tlabel\ttopic\nabc\tP9\tspam\n", 2)],
)
def test_a_bad_file_of_ratings_is_refused_with_its_line(
    tmp_path: Path, content: str, line: int
) -> None:
    path = tmp_path / "r.tsv"
    path.write_text(content)

    with pytest.raises(BadFile, match=f"r.tsv:{line}:"):
        read_ratings(path, {})


ROW = (4.0, 0.0, 0.0, 0.0, 0.0, 0.0, 4.0, *(0.0,) * 13)


def test_what_a_teacher_thinks_survives_its_file_without_the_text(tmp_path: Path) -> None:
    path = tmp_path / "soft.tsv"

    write_soft(path, ["secret words "], [ROW])

    assert read_soft(path) == {digest("secret words"): ROW}
    assert "secret" not in path.read_text()


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("sha256\tx\n", 1),
        ("\t".join(("sha256", *NAMES)) + "\nab\t1\n", 2),
        ("\t".join(("sha256", *NAMES)) + "\nab\tx\n", 2),
    ],
)
def test_a_bad_file_of_a_teacher_is_refused_with_its_line(
    tmp_path: Path, content: str, line: int
) -> None:
    path = tmp_path / "soft.tsv"
    path.write_text(content)

    with pytest.raises(BadFile, match=f"soft.tsv:{line}:"):
        read_soft(path)


def test_a_teacher_fills_what_is_unknown_and_shares_the_say_on_what_is_known() -> None:
    one = Example(text="x", mood=(0.0, 0.0, 1.0), is_hardly_wake=True)

    (learned,) = taught([one], [{digest("x"): ROW}], share=0.5)

    assert learned.mood == pytest.approx((0.482, 0.009, 0.509), abs=1e-3)
    assert learned.urgency is not None
    assert learned.urgency[3] > 0.9
    assert not learned.is_hardly_wake


def test_a_text_the_teacher_has_not_read_stays_as_it_was() -> None:
    one = Example(text="x", is_hardly_wake=True)

    assert taught([one], [{}], share=0.5) == [one]
