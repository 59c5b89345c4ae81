"""The figures as a table for people."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

_JUDGES = ("nightdesk", "nightdesk_lean", "second_reader", "vader", "textblob")

_ROWS = {
    "sentiment": (
        ("macro recall", "macro_recall"),
        ("macro F1", "macro_f1"),
        ("recall of negative", "negative_recall"),
        ("precision of negative", "negative_precision"),
    ),
    "urgency": (
        ("P1 recall at the shipped line", "p1_recall"),
        ("P1 precision there", "p1_precision"),
        ("false pages per 1,000 there", "false_pages_per_1000"),
        ("P1 recall at 5 false pages per 1,000", "p1_recall_at_5"),
        ("P1 recall at 20 false pages per 1,000", "p1_recall_at_20"),
        ("macro F1", "macro_f1"),
    ),
}


def shown(result: Mapping[str, Any], console: Console) -> None:
    """Print every part of a result that is there."""
    for part, rows in _ROWS.items():
        if part in result:
            _show_judges(part, result[part], rows, console)
    if "urgency" in result:
        _show_worst(result["urgency"]["nightdesk"]["worst"], console)
    if "second_reader" in result:
        _show_second_reader(result["second_reader"], console)
    if "volume" in result:
        _show_volume(result["volume"], console)
    if "speed" in result:
        _show_speed(result["speed"], console)


def _show_judges(
    part: str, figures: Mapping[str, Any], rows: tuple[tuple[str, str], ...], console: Console
) -> None:
    judges = [name for name in _JUDGES if name in figures]
    table = Table(title=f"{part}: {figures['posts']:,} posts", title_justify="left")
    table.add_column("")
    for name in judges:
        table.add_column(name, justify="right")
    for title, key in rows:
        cells = [_cell(figures[name][key], figures[name].get(f"{key}_interval")) for name in judges]
        table.add_row(title, *cells)
    console.print(table)


def _cell(value: float | None, interval: tuple[float, float] | None) -> str:
    if value is None:
        return "-"
    shown = f"{value:.1f}" if value > 1 else f"{value:.3f}"
    return f"{shown} ({interval[0]:.2f}-{interval[1]:.2f})" if interval else shown


def _show_worst(worst: list[Mapping[str, Any]], console: Console) -> None:
    table = Table(title="worst mistakes", title_justify="left", show_lines=True)
    for name in ("id", "is", "found", "sure", "text", "reasons"):
        table.add_column(name, overflow="fold")
    for one in worst:
        cells = (one["id"], one["label"], one["found"], f"{one['sureness']:.2f}")
        texts = (one["text"][:200], "; ".join(one["reasons"])[:200])
        table.add_row(*cells, *texts)
    if worst:
        console.print(table)


def _show_second_reader(figures: Mapping[str, Any], console: Console) -> None:
    usd = figures["estimated_usd"]
    cost = "no price known for it" if usd is None else f"about {usd:.4f} USD by the list"
    told = (
        f"second reader {figures['model']}: {figures['readings']:,} readings of "
        f"{figures['posts']:,} posts, {figures['failures']:,} without an answer; "
        f"{figures['input_tokens']:,} tokens in, {figures['output_tokens']:,} out, {cost}"
    )
    console.print(told, markup=False, highlight=False)


def _show_volume(volume: Mapping[str, Any], console: Console) -> None:
    table = Table(title="volume: NAB scores", title_justify="left")
    table.add_column("profile")
    table.add_column("score", justify="right")
    for profile, score in volume["scores"].items():
        table.add_row(profile, f"{score:.1f}")
    console.print(table)


def _show_speed(speed: Mapping[str, Any], console: Console) -> None:
    stages = [name for name in ("nightdesk", "nightdesk_lean", "lean", "deep") if speed.get(name)]
    table = Table(title="speed on one core", title_justify="left")
    table.add_column("")
    for name in stages:
        table.add_column(name, justify="right")
    for title, key, form in (
        ("microseconds a post", "microseconds_per_post", "{:,.0f}"),
        ("posts a second, one at a time", "posts_per_second", "{:,.0f}"),
        ("posts a second, in batches", "posts_per_second_in_batches", "{:,.0f}"),
        ("import and load, seconds", "import_seconds", "{:.3f}"),
    ):
        table.add_row(title, *(form.format(speed[name][key]) for name in stages))
    memory = (f"{speed[name]['peak_memory_bytes'] / 1e6:,.0f}" for name in stages)
    table.add_row("peak memory, MB", *memory)
    console.print(table)
    sizes = Table(title="size on disk, unzipped", title_justify="left")
    sizes.add_column("what")
    sizes.add_column("MB", justify="right")
    for name, size in speed["size_on_disk_bytes"].items():
        sizes.add_row(name.replace("_", " "), "-" if size is None else f"{size / 1e6:,.1f}")
    console.print(sizes)
