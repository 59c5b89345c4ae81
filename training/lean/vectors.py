"""What an encoder knows of words, in a file: so that words nobody labelled stand near their like.

    python -m training.lean.vectors --encoder FOLDER --mood F... --written F... --out vectors.npz
        [--deep FOLDER] [--lexicon]

Needs `torch` and `transformers`, `vaderSentiment` where `--lexicon` is given, and `onnxruntime`
and `tokenizers` where `--deep` is; the training reads the file with numpy alone, and works
without it. Locked posts of `--mood` are left out.
"""

import argparse
from collections import Counter
from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from chalicelib.scoring.deep import DeepModel
from chalicelib.scoring.lean.features import words_of
from chalicelib.scoring.text import prepared
from training.lean.bags import Array
from training.lean.examples import GROUPS
from training.lean.fit import Vectors
from training.posts import Post, read_moods, read_urgencies
from training.split import is_locked_mood

_AT_ONCE = 256
_LEXICON_SCALE = 0.5
"""VADER rates from -4 to 4; a vector is about 1 long."""


def read_vectors(path: Path) -> Vectors:
    """The file that `write_vectors` wrote. Raises ValueError when it is another one."""
    with np.load(path, allow_pickle=False) as found:
        if {"words", "rows", "uses"} - set(found.files):
            raise ValueError(f"{path.name}: must hold `words`, `rows` and `uses`")
        words, rows = [str(word) for word in found["words"]], found["rows"].astype(np.float32)
        uses = found["uses"].astype(np.float32)
    if rows.ndim != 2 or len(words) != len(rows) or len(set(words)) != len(words):
        raise ValueError(f"{path.name}: must hold one row for each word, each word once")
    if uses.shape != (len(GROUPS), rows.shape[1]):
        raise ValueError(f"{path.name}: `uses` must tell of each column for mood, urgency, topic")
    return Vectors(words, rows, uses)


def write_vectors(path: Path, vectors: Vectors) -> None:
    """In half precision, which is finer than the weights they lead to."""
    rows = vectors.rows.astype(np.float16)
    np.savez_compressed(path, words=np.array(vectors.words), rows=rows, uses=vectors.uses)


def vocabulary(posts: Iterable[Post], more: Iterable[str], least: int = 2) -> list[str]:
    """Words of at least so many posts, and words known otherwise."""
    counts: Counter[str] = Counter()
    for post in posts:
        counts.update(set(words_of(prepared(post.text))))
    kept = {word for word, count in counts.items() if count >= least}
    alone = {word for word in more if words_of(word) == [word] and len(word) > 1}
    return sorted(kept | alone)


def joined(vectors: Vectors, thought: Array) -> Vectors:
    """With columns of what a deep model thinks of each word by itself, which mood alone follows.

    What it thinks of one word's urgency made the ranking of real posts worse.
    """
    rows = np.hstack([vectors.rows, thought - thought.mean(0)])
    moods_only = np.zeros((len(GROUPS), thought.shape[1]), np.float32)
    moods_only[0] = 1
    return Vectors(vectors.words, rows, np.hstack([vectors.uses, moods_only]))


def thoughts(folder: Path, texts: Sequence[str]) -> Array:
    """Half the logits of the moods that the deep model of a folder gives each text."""
    deep = DeepModel(folder)
    shares = np.array(
        [
            reading.mood
            for start in range(0, len(texts), _AT_ONCE)
            for reading in deep.read_all(texts[start : start + _AT_ONCE])
        ],
        np.float32,
    )
    logs = np.log(np.maximum(shares, 1e-4))
    half: Array = (logs - logs.mean(1, keepdims=True)) / 2
    return half


def centred(rows: Array) -> Array:
    """Around their mean and about 1 long."""
    moved = rows - rows.mean(0)
    length: Array = moved / np.sqrt((moved**2).sum(1).mean())
    return length


def encoded(folder: Path, words: Sequence[str]) -> Array:
    """The mean of the encoder's last layer for each word by itself."""
    torch: Any = import_module("torch")
    transformers: Any = import_module("transformers")
    torch.set_num_threads(1)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    encoder = transformers.AutoModel.from_pretrained(folder).eval()
    order = sorted(range(len(words)), key=lambda at: len(words[at]))
    rows = np.zeros((len(words), encoder.config.hidden_size), np.float32)
    with torch.no_grad():
        for start in range(0, len(order), _AT_ONCE):
            part = order[start : start + _AT_ONCE]
            found = tokenizer(
                [words[at] for at in part], padding=True, truncation=True, return_tensors="pt"
            )
            mask = found["attention_mask"][..., None]
            layer = encoder(**found).last_hidden_state
            rows[part] = ((layer * mask).sum(1) / mask.sum(1)).numpy()
    return rows


def main() -> None:
    """The command."""
    asked = argparse.ArgumentParser(prog="python -m training.lean.vectors", description=__doc__)
    asked.add_argument("--encoder", type=Path, required=True)
    asked.add_argument("--mood", type=Path, nargs="*", default=[])
    asked.add_argument("--written", type=Path, nargs="*", default=[])
    asked.add_argument(
        "--deep", type=Path, help="folder of a deep model, for its view of each word"
    )
    asked.add_argument("--lexicon", action="store_true", help="add VADER's ratings as a column")
    asked.add_argument("--out", type=Path, required=True)
    given = asked.parse_args()
    posts = [
        post for path in given.mood for post in read_moods(path) if not is_locked_mood(post.text)
    ]
    posts += [post for path in given.written for post in read_urgencies(path)]
    transformers: Any = import_module("transformers")
    own = [
        word
        for word in transformers.AutoTokenizer.from_pretrained(given.encoder).get_vocab()
        if word.isalpha() and len(word) > 2
    ]
    ratings: dict[str, float] = {}
    if given.lexicon:
        vader: Any = import_module("vaderSentiment.vaderSentiment")
        ratings = vader.SentimentIntensityAnalyzer().lexicon
    words = vocabulary(posts, [*own, *ratings])
    rows = centred(encoded(given.encoder, words))
    if ratings:
        rated = np.array([[ratings.get(word, 0.0) * _LEXICON_SCALE] for word in words], np.float32)
        rows = np.hstack([rows, rated])
    vectors = Vectors(words, rows, np.ones((len(GROUPS), rows.shape[1]), np.float32))
    if given.deep is not None:
        vectors = joined(vectors, thoughts(given.deep, words))
    write_vectors(given.out, vectors)


if __name__ == "__main__":
    main()
