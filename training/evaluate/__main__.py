"""`python -m training.evaluate`: what judging is worth on labelled files of any origin."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import track

from training.evaluate import moods, urgencies
from training.evaluate.judges import Judged, by_scorer, by_textblob, by_vader
from training.evaluate.report import shown
from training.evaluate.second_reader import SecondJudge, SecondReaderMissing
from training.evaluate.stages import deep_model, scorer
from training.posts import BadFile, Post, read_moods, read_urgencies, texts_of

told = Console(stderr=True)

File = typer.Option(exists=True, dir_okay=False, readable=True)
Folder = typer.Option(exists=True, file_okay=False)


def evaluate(
    sentiment: Annotated[
        Path | None, typer.Option("--sentiment", help="TSV with label and text.", exists=True)
    ] = None,
    urgency: Annotated[
        list[Path] | None,
        typer.Option(
            "--urgency",
            help="TSV with id, label (P1 to P4) and text; several are pooled.",
            exists=True,
        ),
    ] = None,
    volume: Annotated[
        Path | None,
        typer.Option("--volume", help="Folder of series (timestamp,value).", exists=True),
    ] = None,
    windows: Annotated[
        Path | None,
        typer.Option("--windows", help="Labelled anomaly windows (JSON, as NAB's).", exists=True),
    ] = None,
    scores_out: Annotated[
        Path | None,
        typer.Option("--scores-out", help="Folder for timestamp,anomaly_score of each series."),
    ] = None,
    speed: Annotated[
        Path | None, typer.Option("--speed", help="TSV with a column text.", exists=True)
    ] = None,
    compare: Annotated[
        bool, typer.Option("--compare", help="Judge by VADER and TextBlob as well.")
    ] = False,
    second_reader: Annotated[
        str,
        typer.Option(
            "--second-reader",
            metavar="MODEL",
            help="Ask this model on Amazon Bedrock for a second reading as well; it costs money.",
        ),
    ] = "",
    region: Annotated[
        str, typer.Option("--region", help="Of Amazon Bedrock. [default: the environment's]")
    ] = "",
) -> None:
    """Measure judging on labelled files: one JSON object on standard output, a table beside it."""
    if not any((sentiment, urgency, volume, speed)):
        raise typer.BadParameter("give --sentiment, --urgency, --volume or --speed")
    if (volume is None) != (windows is None):
        raise typer.BadParameter("--volume and --windows go together")
    if scores_out is not None and volume is None:
        raise typer.BadParameter("--scores-out needs --volume")
    if region and not second_reader:
        raise typer.BadParameter("--region needs --second-reader")
    try:
        second = SecondJudge(second_reader, region or None) if second_reader else None
        result = _result(
            sentiment, urgency or [], volume, windows, scores_out, speed, compare, second
        )
    except (BadFile, SecondReaderMissing) as error:
        told.print(str(error), style="red", markup=False, highlight=False)
        raise typer.Exit(2) from None
    print(json.dumps(result, ensure_ascii=False))
    shown(result, told)


def _result(
    sentiment: Path | None,
    urgency: list[Path],
    volume: Path | None,
    windows: Path | None,
    scores_out: Path | None,
    speed: Path | None,
    compare: bool,
    second: SecondJudge | None,
) -> dict[str, Any]:
    result: dict[str, Any] = {"stages": _stages()}
    if sentiment is not None:
        posts = read_moods(sentiment)
        judged = _judged(posts, compare)
        if second is not None:
            judged["second_reader"] = judged["nightdesk"]  # it is not asked about moods
        result["sentiment"] = moods.measured(
            posts, {name: one.moods for name, one in judged.items()}
        )
    if urgency:
        posts = [post for file in urgency for post in read_urgencies(file)]
        judged = _judged(posts, compare)
        if second is not None:
            judged["second_reader"] = second.judged(scorer(), _going(posts, "second reader"))
            result["second_reader"] = second.figures()
        result["urgency"] = urgencies.measured(
            posts, {name: one.verdicts for name, one in judged.items()}
        )
    if volume is not None and windows is not None:
        from training.volume import measure

        result["volume"] = measure(volume, windows, scores_out)
    if speed is not None:
        texts_of(speed)  # what is wrong with the file is told before anything is measured
        from training.evaluate.speed import measured

        result["speed"] = measured(speed)
    return result


def _stages() -> dict[str, str | None]:
    """Which models judge, by name and version."""
    from training.evaluate.stages import lean_model

    deep = deep_model()
    return {"lean": lean_model().name, "deep": deep.name if deep is not None else None}


def _judged(posts: Sequence[Post], compare: bool) -> dict[str, Judged]:
    judged = {"nightdesk": by_scorer(scorer(), _going(posts, "nightdesk"))}
    judged["nightdesk_lean"] = by_scorer(scorer(with_deep=False), _going(posts, "lean stage alone"))
    if compare:
        judged["vader"] = by_vader(_going(posts, "VADER"))
        judged["textblob"] = by_textblob(_going(posts, "TextBlob"))
    return judged


def _going(posts: Sequence[Post], by: str) -> Iterator[Post]:
    yield from track(posts, description=f"{by:16}", console=told, transient=True)


def main() -> None:
    """Run the command."""
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(evaluate)
    app()


if __name__ == "__main__":
    main()
