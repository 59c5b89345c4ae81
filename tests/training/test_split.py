"""Which rows are locked: always the same, and about as many as is said."""

from pathlib import Path

import pytest

from training.split import is_locked_mood, is_locked_urgency, main


def test_the_choice_hangs_on_the_text_alone() -> None:
    texts = [f"post {number}" for number in range(4_000)]
    for is_locked, share in ((is_locked_mood, 0.05), (is_locked_urgency, 0.40)):
        chosen = [text for text in texts if is_locked(text)]
        assert abs(len(chosen) / len(texts) - share) < 0.02
        assert chosen == [text for text in texts if is_locked(f" {text} ")]
    assert all(is_locked_urgency(text) for text in texts if is_locked_mood(text))


def test_the_locked_rows_of_a_file_are_written_as_they_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = tmp_path / "all.tsv", tmp_path / "locked.tsv"
    rows = [f"{number}\tP4\tpost {number}" for number in range(50)]
    source.write_text("\n".join(["id\tlabel\ttext", *rows]) + "\n", encoding="utf-8")
    assert main(["urgency", str(source), str(out)]) == 0
    header, *found = out.read_text(encoding="utf-8").splitlines()
    assert header == "id\tlabel\ttext"
    assert found == [row for row in rows if is_locked_urgency(row.split("\t")[2])]
    assert capsys.readouterr().out == f"{len(found)} of 50 rows are locked\n"
