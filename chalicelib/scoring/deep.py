"""The deep model: a small transformer that reads mood, urgency and topic.

It is the usual path: of the given posts some two thirds go to it (`weights/blend.json`), all but
those that are surely no emergency and whose mood is clear.

It needs `onnxruntime`, `tokenizers` and a folder of weights; without them everything still works
by the lean model. Trained by `python -m training.deep`.
"""

import json
import unicodedata
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from anyascii import anyascii

from chalicelib.scoring.reading import MOODS, URGENCIES, Reading

MOST_TOKENS = 128
"""A longer text is read up to here; a post of 280 characters has about 70."""
MOST_CHARACTERS = 2_000
_BATCH = 32


class DeepModelMissing(Exception):
    """The weights or what runs them are not there; the message says which."""


class DeepModel:
    """Reads texts with the weights of one folder: `model.onnx`, `tokenizer.json`, `card.json`.

    Raises DeepModelMissing when a file or a library is missing or cannot be used.
    """

    def __init__(
        self, folder: Path, *, library: Callable[[str], ModuleType] = import_module
    ) -> None:
        try:
            self._np: Any = library("numpy")
            runtime: Any = library("onnxruntime")
            tokenizers: Any = library("tokenizers")
        except ImportError as error:
            raise DeepModelMissing(f"the library {error.name} is not installed") from error
        for needed in ("model.onnx", "tokenizer.json", "card.json"):
            if not (folder / needed).is_file():
                raise DeepModelMissing(f"{needed} is not in the folder of the deep model")
        try:
            card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
            self.name: str = card["name"]
            self.languages: frozenset[str] = frozenset(card["languages"])
            self._temperatures: dict[str, float] = card["temperatures"]
            self._tokenizer: Any = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._tokenizer.no_padding()
            self._tokenizer.enable_truncation(MOST_TOKENS)
            options = runtime.SessionOptions()
            # A Lambda of this size has one core; more threads only fight over it.
            options.intra_op_num_threads = 1
            options.inter_op_num_threads = 1
            options.log_severity_level = 3
            self._session: Any = runtime.InferenceSession(
                str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # the libraries raise bare Exception for a broken file
            raise DeepModelMissing(f"the deep model cannot be used: {error}") from error

    def read(self, text: str) -> Reading:
        """What the model makes of one text. Never raises for any text."""
        return self.read_all([text])[0]

    def read_all(self, texts: Sequence[str]) -> list[Reading]:
        """What the model makes of each text, in their order; faster than one by one."""
        tokens: list[list[int]] = [
            encoding.ids
            for encoding in self._tokenizer.encode_batch([as_trained(text) for text in texts])
        ]
        readings: list[Reading | None] = [None] * len(texts)
        # Like lengths together, so that little of a batch is padding.
        order = sorted(range(len(texts)), key=lambda place: len(tokens[place]))
        for start in range(0, len(order), _BATCH):
            places = order[start : start + _BATCH]
            for place, reading in zip(
                places, self._run([tokens[at] for at in places]), strict=True
            ):
                readings[place] = reading
        return [reading for reading in readings if reading is not None]

    def _run(self, tokens: list[list[int]]) -> list[Reading]:
        np = self._np
        longest = max(len(ids) for ids in tokens)
        ids = np.zeros((len(tokens), longest), dtype=np.int64)
        mask = np.zeros((len(tokens), longest), dtype=np.int64)
        for row, own in enumerate(tokens):
            ids[row, : len(own)] = own
            mask[row, : len(own)] = 1
        (logits,) = self._session.run(["logits"], {"input_ids": ids, "attention_mask": mask})
        after_moods = MOODS
        after_urgencies = MOODS + URGENCIES
        moods = self._shares(logits[:, :after_moods], "mood")
        urgencies = self._shares(logits[:, after_moods:after_urgencies], "urgency")
        topics = self._shares(logits[:, after_urgencies:], "topic")
        return [
            Reading(mood=tuple(mood), urgency=tuple(urgency), topics=tuple(topic))
            for mood, urgency, topic in zip(moods, urgencies, topics, strict=True)
        ]

    def _shares(self, logits: Any, group: str) -> Any:
        """Softmax in double precision, so that each row adds up to 1 closely."""
        np = self._np
        scaled = logits.astype(np.float64) / self._temperatures[group]
        powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
        return (powers / powers.sum(axis=1, keepdims=True)).tolist()


def as_trained(text: str) -> str:
    """A prepared text as the network saw texts in training: emoji by their names in words.

    The network's vocabulary has next to no emoji, and they say much about the mood.
    """
    plain = text[:MOST_CHARACTERS]
    if plain.isascii():
        return plain
    return " ".join("".join(_in_words(character) for character in plain).split())


def _in_words(character: str) -> str:
    """An emoji's name, such as `loudly crying`; any other character as it is."""
    if character < "\u2000":
        return character
    kind = unicodedata.category(character)
    if kind == "So":
        return f" {anyascii(character).strip(':').replace('_', ' ')} "
    # Skin tones, variation selectors and joiners: they say nothing to the network.
    return "" if kind in ("Sk", "Mn", "Me", "Cf", "Cn", "Cs", "Co") else character
