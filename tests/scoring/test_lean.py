"""Reading with the lean model: sums of rows, unknown words, any text, words that spoke."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.signal import Mood, Topic, Urgency
from chalicelib.scoring.lean import LeanModel, LeanModelBroken
from chalicelib.scoring.lean.features import features_of, pieces_of, words_of
from chalicelib.scoring.lean.file import LANES, ZERO, LeanFile, read_lean_file
from chalicelib.scoring.reading import Reading
from chalicelib.scoring.text import prepared

SHIPPED = LeanModel()
LONG = 100_000
LETTERS = str.maketrans("01", "yz")

WAKES = (
    "I'm stuck in your lift with my wheelchair and nobody answers the emergency button",
    "your charger caught fire in my daughter's room, she is burned",
    "the whole app shows other people's accounts and card numbers, this is a data breach",
)
SLEEPS = (
    "love the new menu, great coffee as always 😍",
    "good luck tonight everyone, what a game",
    "is there a student discount on the yearly plan?",
)


def row(**lanes: int) -> bytes:
    """Steps by lane: n, t, p for the moods, w for wake, s for safety."""
    places = {"n": 0, "t": 1, "p": 2, "w": 3, "s": 7}
    steps = [ZERO] * LANES
    for name, value in lanes.items():
        steps[places[name]] += value
    return bytes(steps)


def model_of(folder: Path, rows: dict[str, bytes], offsets: tuple[float, ...] = ()) -> LeanModel:
    file = LeanFile(
        name="lean-test",
        languages=("en",),
        scales=(0.01,) * LANES,
        offsets=offsets or (0.0,) * LANES,
        features=tuple(rows),
        weights=b"".join(rows.values()),
    )
    path = folder / "lean.model"
    path.write_bytes(file.written())
    return LeanModel(path)


def odds(reading: Reading) -> float:
    """How much likelier negative is than positive."""
    return reading.mood[0] / reading.mood[2]


class TestAReading:
    def test_is_the_sum_of_the_rows_of_a_texts_features(self, tmp_path: Path) -> None:
        model = model_of(tmp_path, {"bad": row(n=100), "very bad": row(n=50), "~bad": row(n=-120)})
        assert odds(model.read("bad")) == pytest.approx(2.71828**1.0, rel=1e-4)
        assert odds(model.read("very bad")) == pytest.approx(2.71828**1.5, rel=1e-4)
        assert odds(model.read("not so bad")) == pytest.approx(2.71828**-0.2, rel=1e-4)

    def test_starts_from_the_offsets(self, tmp_path: Path) -> None:
        model = model_of(tmp_path, {"bad": row()}, (1.0,) + (0.0,) * (LANES - 1))
        assert odds(model.read("")) == pytest.approx(2.71828, rel=1e-4)

    def test_counts_a_word_once(self, tmp_path: Path) -> None:
        model = model_of(tmp_path, {"bad": row(n=100)})
        assert model.read("bad bad, bad") == model.read("bad")

    def test_adds_thousands_of_the_largest_rows_without_running_over(self, tmp_path: Path) -> None:
        words = [f"w{chr(97 + at // 26 % 26)}{chr(97 + at % 26)}{at // 676}" for at in range(2000)]
        rows = {words_of(word)[0]: row(n=127, p=127, w=-128) for word in words}
        assert len(rows) > 600
        reading = model_of(tmp_path, rows).read(" ".join(rows))
        assert reading.mood[0] == reading.mood[2] == pytest.approx(0.5)
        assert reading.urgency[0] < 1e-6

    def test_of_an_unknown_word_adds_up_its_pieces(self, tmp_path: Path) -> None:
        model = model_of(tmp_path, {"_bro": row(n=60), "_ken>": row(n=40), "fine": row(p=9)})
        assert odds(model.read("unbroken")) == pytest.approx(2.71828**1.0, rel=1e-4)
        assert model.read("unbroken") == model.read("unbroken unbroken")

    @pytest.mark.parametrize("text", [*WAKES, *SLEEPS, ""])
    def test_is_three_groups_of_probabilities(self, text: str) -> None:
        reading = SHIPPED.read(prepared(text))
        for group, size in ((reading.mood, 3), (reading.urgency, 4), (reading.topics, len(Topic))):
            assert len(group) == size
            assert sum(group) == pytest.approx(1)
            assert min(group) >= 0

    def test_is_the_same_on_every_run_and_machine(self) -> None:
        code = (
            "from chalicelib.scoring.lean import LeanModel\n"
            f"print([LeanModel().read(text) for text in {[*WAKES, 'unbekanntesterr wort']!r}])"
        )
        outputs = {
            subprocess.run(
                [sys.executable, "-c", code],
                env={**os.environ, "PYTHONHASHSEED": seed},
                capture_output=True,
                check=True,
            ).stdout
            for seed in ("1", "2")
        }
        assert len(outputs) == 1

    def test_needs_no_library_of_the_training(self) -> None:
        code = (
            "import sys; from chalicelib.scoring.lean import LeanModel; LeanModel().read('help')\n"
            "print(*sorted({'numpy', 'torch', 'onnxruntime', 'training'} & set(sys.modules)))"
        )
        run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
        assert run.stdout.split() == []


class TestTheShippedModel:
    @pytest.mark.parametrize("wakes", WAKES)
    @pytest.mark.parametrize("sleeps", SLEEPS)
    def test_ranks_danger_above_chat(self, wakes: str, sleeps: str) -> None:
        danger, chat = SHIPPED.read(prepared(wakes)), SHIPPED.read(prepared(sleeps))
        assert danger.urgency[0] > chat.urgency[0]

    def test_tells_moods_apart(self) -> None:
        assert max(SHIPPED.read("what a great day, love it").mood) == pytest.approx(
            SHIPPED.read("what a great day, love it").mood[2]
        )
        assert SHIPPED.read("this is the worst service ever").mood[0] > 0.5

    def test_hears_a_negation(self) -> None:
        assert SHIPPED.read("not happy").mood[2] < SHIPPED.read("happy").mood[2]

    def test_reads_at_least_english_and_says_who_it_is(self) -> None:
        assert "en" in SHIPPED.languages
        assert SHIPPED.name.startswith("lean-")

    def test_gives_equal_readings_whoever_is_mentioned(self) -> None:
        first, second = (
            SHIPPED.read(prepared(f"@{name} I am trapped in the lift")) for name in ("a", "Zb_9")
        )
        assert first == second

    def test_is_small(self) -> None:
        folder = Path(sys.modules[LeanModel.__module__].__file__ or "").parents[1] / "weights"
        assert (folder / "lean.model").stat().st_size < 4_000_000


class TestAnyText:
    @pytest.mark.parametrize(
        "text",
        [
            "",
            "   ",
            "😡😡😡",
            "https://t.co/x",
            "@a @b @c",
            "ＦＩＲＥ",
            "h̸̡̪e̷l͘p͜",
            "\x00\x01\u202e\u200b",
            "\ud800",
            "العملاء عالقون في المصعد",
            "Пожар в магазине",
            "停電しています",
            "#",
            "_",
            "~",
            "^ $",
            " ".join(f"@handle{number}" for number in range(30)),
        ],
    )
    def test_is_read(self, text: str) -> None:
        SHIPPED.read(prepared(text))
        SHIPPED.telling_words(prepared(text), Urgency.WAKE)

    @given(st.text(max_size=400))
    @settings(deadline=None)
    def test_is_read_prepared_or_not(self, text: str) -> None:
        assert sum(SHIPPED.read(prepared(text)).mood) == pytest.approx(1)
        assert sum(SHIPPED.read(text).urgency) == pytest.approx(1)
        SHIPPED.telling_words(text, Mood.NEGATIVE)

    # A step for each pair of characters would be 10^10 steps: no test would come back.
    @pytest.mark.parametrize(
        "hostile", ["a", "ab ", "x'", "a-", "😂", "!", ":-", ":-----", "aB1", "not ", "#", "é"]
    )
    def test_of_any_length_takes_a_step_for_each_character(self, hostile: str) -> None:
        text = hostile * (LONG // len(hostile))
        SHIPPED.read(text)
        assert len(features_of(text, words_of(text))) <= 4 * LONG

    def test_of_unknown_words_without_end_does_not_fill_the_memory(self, tmp_path: Path) -> None:
        model = model_of(tmp_path, {"_aaa": row(n=1)})
        for start in range(0, 60_000, 1_000):
            # Digits read alike, letters do not.
            numbers = range(start, start + 1_000)
            model.read(" ".join(f"x{number:b}".translate(LETTERS) for number in numbers))
        assert len(model._unknown) <= 20_000

    def test_pieces_of_a_long_word_are_few(self) -> None:
        assert len(pieces_of("ab" * 5_000)) < 100


class TestTellingWords:
    def test_are_those_that_raised_the_verdict_most_first(self, tmp_path: Path) -> None:
        model = model_of(
            tmp_path, {"stuck": row(w=90), "wheelchair": row(w=120), "coffee": row(w=-50)}
        )
        text = "stuck with my wheelchair, coffee in hand"
        assert model.telling_words(text, Urgency.WAKE) == ("wheelchair", "stuck")
        assert model.telling_words(text, Urgency.WAKE, most=1) == ("wheelchair",)

    def test_are_none_where_nothing_spoke_for_it(self, tmp_path: Path) -> None:
        model = model_of(tmp_path, {"fine": row(p=90)})
        assert model.telling_words("all is fine", Mood.NEGATIVE) == ()
        assert model.telling_words("", Mood.NEGATIVE) == ()

    def test_share_the_weight_of_a_pair(self, tmp_path: Path) -> None:
        model = model_of(tmp_path, {"gas leak": row(s=120)})
        assert model.telling_words("a gas leak here", Topic.SAFETY) == ("gas", "leak")

    def test_are_neither_signs_nor_filling_words(self, tmp_path: Path) -> None:
        rows = {"!": row(w=99), "@user": row(w=99), "http": row(w=99), "the": row(w=99)}
        model = model_of(tmp_path, rows)
        assert model.telling_words("the ! @user http", Urgency.WAKE) == ()

    def test_of_a_real_post_name_the_danger(self) -> None:
        told = SHIPPED.telling_words(prepared(WAKES[0]), Urgency.WAKE)
        assert set(told) & {"stuck", "wheelchair", "emergency", "lift"}


class TestABrokenFile:
    def test_that_is_missing_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(LeanModelBroken, match=r"none\.model: cannot be read"):
            LeanModel(tmp_path / "none.model")

    @pytest.mark.parametrize("raw", [b"", b"\x80\x00", b"[]\n", b"{}\n", b'{"format": 1}\n'])
    def test_that_is_none_of_ours_is_refused(self, raw: bytes, tmp_path: Path) -> None:
        (tmp_path / "lean.model").write_bytes(raw)
        with pytest.raises(LeanModelBroken):
            LeanModel(tmp_path / "lean.model")

    @pytest.mark.parametrize("cut", [1, LANES, 10_000])
    def test_that_is_cut_off_is_refused(self, cut: int, tmp_path: Path) -> None:
        model_of(tmp_path, {f"word{'x' * at}": row(n=1) for at in range(600)})
        path = tmp_path / "lean.model"
        path.write_bytes(path.read_bytes()[:-cut])
        with pytest.raises(LeanModelBroken, match="cut off"):
            LeanModel(path)

    def test_with_other_topics_must_be_trained_again(self, tmp_path: Path) -> None:
        model_of(tmp_path, {"bad": row(n=1)})
        path = tmp_path / "lean.model"
        path.write_bytes(path.read_bytes().replace(b'"outage"', b'"Outage"'))
        with pytest.raises(LeanModelBroken, match="another version"):
            LeanModel(path)

    def test_stays_equal_when_read_and_written(self, tmp_path: Path) -> None:
        model_of(tmp_path, {"bad": row(n=1), "ünïcode 😡": row(p=3)})
        path = tmp_path / "lean.model"
        assert read_lean_file(path).written() == path.read_bytes()
