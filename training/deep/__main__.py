"""`python -m training.deep`: fine-tunes the deep model on files of posts and packs it.

Needs requirements-train.txt. A teacher is the same command with a larger encoder and
`--soft-out`; its student reads that file by `--soft`.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

from rich.console import Console

from training.deep.card import UNKNOWN_LICENCE, Source, write_card
from training.deep.examples import GROUPS, Example, known, priors
from training.deep.measure import (
    Row,
    log_shares,
    macro_f1,
    macro_recall,
    recall_at,
    temperature,
)
from training.deep.mix import Files, Mix, is_first_half, mix
from training.deep.soft import read_soft, write_soft
from training.posts import BadFile, Post, read_moods, read_urgencies
from training.split import is_locked_urgency

LIMITS = (
    "Reads the text alone: no picture, no thread, no knowledge of who writes.",
    "English; of other languages it has seen a few hundred posts or none.",
    "Trained on few posts that wake, most of them written for the purpose: the words of danger "
    "and the crowd stand beside it, not behind it.",
    "The mood comes from English tweets of 2013 to 2017.",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Trains, measures, packs. 0 when done, 1 when a file cannot be read."""
    given = _parser().parse_args(arguments)
    console = Console(stderr=True)
    files = Files(
        mood=tuple(given.mood),
        urgency=tuple(given.urgency),
        written=tuple(given.written),
        ratings=tuple(given.ratings),
        included=tuple(given.include),
    )
    try:
        learned = mix(
            files,
            soft=[read_soft(path) for path in given.soft],
            share=given.share,
            sample=given.sample,
        )
        mood_dev = read_moods(given.dev_mood) if given.dev_mood else []
        urgency_dev = [
            post
            for post in (read_urgencies(given.dev_urgency) if given.dev_urgency else [])
            if not is_locked_urgency(post.text)
            and not (files.included and is_first_half(post.text))
        ]
    except BadFile as error:
        console.print(f"[red]{error}")
        return 1
    console.print(
        f"{len(learned.everything())} posts, of them known: {known(learned.everything())}"
    )
    _run(given, learned, mood_dev, urgency_dev, console)
    return 0


def _run(
    given: argparse.Namespace,
    learned: Mix,
    mood_dev: Sequence[Post],
    urgency_dev: Sequence[Post],
    console: Console,
) -> None:
    import torch

    from training.deep.export import export
    from training.deep.network import encoder_folder
    from training.deep.train import Recipe, logits_of, train

    torch.set_num_threads(given.threads)
    recipe = Recipe(
        epochs=given.epochs,
        size=given.batch,
        rate=given.rate,
        frozen_layers=given.frozen_layers,
        dropout=given.dropout,
        seed=given.seed,
    )
    encoder = encoder_folder(given.encoder)

    def epoch(number: int) -> list[Example]:
        number += given.first_epoch
        return learned.epoch(number, most=given.most, times=given.times, seed=given.seed)

    def logits(texts: Sequence[str]) -> list[Row]:
        rows: list[Row] = logits_of(network, encoder, texts).tolist()
        return rows

    # What a teacher thinks is balanced already; labels must be told how rare each mood is.
    adjust = {} if given.soft else {"mood": priors(epoch(0), "mood")}
    network = train(encoder, epoch, recipe, priors=adjust, start=given.start)
    if given.keep:
        torch.save(network.state_dict(), given.keep)
    metrics, temperatures = measured(logits, mood_dev, urgency_dev)
    console.print(metrics)
    if given.soft_out:
        texts = [one.text for one in learned.everything()]
        write_soft(given.soft_out, texts, logits(texts))
        console.print(f"{given.soft_out} written")
    if given.out is None:
        return
    export(network, encoder, given.out)
    licences = dict(entry.split("=", 1) for entry in given.licence)
    card = write_card(
        given.out,
        on=given.on,
        languages=given.language or ["en"],
        temperatures=temperatures,
        encoder=given.encoder_name,
        sources=[
            Source(path=path, rows=rows, licence=licences.get(path.name, UNKNOWN_LICENCE))
            for path, rows in learned.rows.items()
        ],
        recipe={
            **asdict(recipe),
            "starts_from": [path.name for path in given.start],
            "most": given.most,
            "times": given.times,
            "teachers": [path.name for path in given.soft],
            "teachers_share": given.share if given.soft else 0,
        },
        metrics=metrics,
        limits=LIMITS,
    )
    console.print(f"{card['name']} written to {given.out}")


def measured(
    logits: Callable[[Sequence[str]], list[Row]],
    mood_dev: Sequence[Post],
    urgency_dev: Sequence[Post],
) -> tuple[dict[str, object], dict[str, float]]:
    """Figures on posts that were not learned from, and the temperatures that fit them.

    Without such posts there are no figures, and a temperature stays 1.
    """
    figures: dict[str, object] = {}
    temperatures = dict.fromkeys(GROUPS, 1.0)
    for group, posts in (("mood", mood_dev), ("urgency", urgency_dev)):
        if not posts:
            continue
        start = 0 if group == "mood" else len(GROUPS["mood"])
        rows = [row[start : start + len(GROUPS[group])] for row in logits([p.text for p in posts])]
        answers = [GROUPS[group].index(getattr(post, group)) for post in posts]
        temperatures[group] = temperature(rows, answers)
        figures[f"{group}_posts"] = len(posts)
        figures[f"{group}_macro_recall"] = round(macro_recall(rows, answers), 1)
        figures[f"{group}_macro_f1"] = round(macro_f1(rows, answers), 1)
        if group == "urgency" and 0 in answers:
            wake = [log_shares(row)[0] for row in rows]
            for pages in (5, 20):
                found = recall_at(wake, [answer == 0 for answer in answers], per_thousand=pages)
                figures[f"wake_recall_at_{pages}_per_1000"] = round(found, 3)
    return figures, temperatures


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training.deep", description=__doc__)
    files = parser.add_argument_group("what it learns from (locked posts are left out)")
    files.add_argument("--mood", type=Path, nargs="+", default=[], metavar="FILE")
    files.add_argument("--urgency", type=Path, nargs="+", default=[], metavar="FILE")
    files.add_argument(
        "--written", type=Path, nargs="+", default=[], metavar="FILE", help="used whole"
    )
    files.add_argument(
        "--ratings",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE",
        help="urgencies of posts of the mood files",
    )
    files.add_argument(
        "--include",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE",
        help="urgencies whose licence you have looked at: one half is learned, the other measures",
    )
    files.add_argument(
        "--soft", type=Path, nargs="+", default=[], metavar="FILE", help="what teachers think"
    )
    files.add_argument("--sample", type=int, metavar="N", help="so many posts of each, for a trial")
    parser.add_argument(
        "--licence", nargs="+", default=[], metavar="NAME=TEXT", help="what the card says of a file"
    )
    parser.add_argument("--dev-mood", type=Path, metavar="FILE")
    parser.add_argument("--dev-urgency", type=Path, metavar="FILE")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where the packed model goes")
    parser.add_argument("--soft-out", type=Path, metavar="FILE", help="what it thinks of each post")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="its weights, for --start")
    parser.add_argument(
        "--start",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE",
        help="goes on from weights kept, from their mean when several; --epochs 0: that is all",
    )
    parser.add_argument("--encoder", type=Path, metavar="DIR", help="instead of all-MiniLM-L6-v2")
    parser.add_argument("--encoder-name", default="all-MiniLM-L6-v2 (Apache-2.0)")
    parser.add_argument("--language", nargs="+", metavar="CODE", help="that it is said to read")
    parser.add_argument("--on", type=date.fromisoformat, required=True, help="date for the card")
    run = parser.add_argument_group("the run")
    run.add_argument("--epochs", type=int, default=3)
    run.add_argument("--first-epoch", type=int, default=0, help="after --start: other chats")
    run.add_argument("--batch", type=int, default=48)
    run.add_argument("--rate", type=float, default=3e-4)
    run.add_argument("--frozen-layers", type=int, default=0)
    run.add_argument("--dropout", type=float, default=0.0)
    run.add_argument("--most", type=int, default=11_000, help="chats of each mood in an epoch")
    run.add_argument("--times", type=int, default=3, help="service posts in an epoch")
    run.add_argument("--share", type=float, default=0.7, help="of the teachers in known labels")
    run.add_argument("--threads", type=int, default=2)
    run.add_argument("--seed", type=int, default=1)
    return parser


if __name__ == "__main__":
    sys.exit(main())
