"""`make bench`: measure, show tables, and with `--write` keep them in `docs/figures.md`."""

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks import (
    costs,
    desk_load,
    lighthouse,
    openings,
    requests,
    search,
    shifts,
    sources,
    storm,
    ticks,
    weight,
)
from infra.local.run import play
from infra.local.weekend import WEEKEND, WEEKEND_CONFIG

VERSIONS = ("chalice", "boto3", "pynamodb", "aws-lambda-powertools", "moto")

FIGURES = Path(__file__).parent.parent / "docs/figures.md"

MEASURED = FIGURES.with_suffix(".json")
"""What the page is made from: each measure as it was last taken, and on what."""

Rows = list[tuple[str, str]]


def weekend() -> dict[str, Any]:
    """The sample weekend, played through."""
    return play(WEEKEND, WEEKEND_CONFIG)


MEASURES: Mapping[str, Callable[[], dict[str, Any]]] = {
    "weekend": weekend,
    "costs": costs.measure,
    "desk": desk_load.measure,
    "lighthouse": lighthouse.measure,
    "openings": openings.measure,
    "requests": requests.measure,
    "search": search.measure,
    "shifts": shifts.measure,
    "sources": sources.measure,
    "storm": storm.measure,
    "ticks": ticks.measure,
    "weight": weight.measure,
}


def main() -> int:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("only", nargs="*", choices=[[], *MEASURES], help="all when none is named")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--write", action="store_true", help="keep the tables in docs/figures.md")
    chosen = parser.parse_args()
    errors = Console(stderr=True)
    found: dict[str, Any] = {}
    for name in chosen.only or MEASURES:
        errors.print(f"measuring: {name} …")
        found[name] = MEASURES[name]()
    if chosen.json:
        sys.stdout.write(json.dumps({"machine": machine(), **found}, indent=2) + "\n")
    else:
        show(found)
    if chosen.write:
        keep(found)
        errors.print(f"written: {FIGURES.relative_to(Path.cwd())}")
    return 0


def machine() -> dict[str, str]:
    """On what it was measured."""
    return {
        "measured": f"{datetime.now(UTC):%Y-%m-%d}",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}",
        "python": platform.python_version(),
        **{name: version(name) for name in VERSIONS},
    }


def tables(found: Mapping[str, Any]) -> dict[str, Rows]:
    """Title to rows, for a terminal and for the page."""
    made: dict[str, Rows] = {}
    if played := found.get("weekend"):
        made |= _weekend_tables(played)
    if opened := found.get("openings"):
        title = f"{opened['openings']} incidents opened one by one, seconds from trigger to SNS"
        made[title] = [
            ("SMS sent", str(opened["sms"])),
            *((name, str(value)) for name, value in opened["seconds"].items()),
        ]
    if counted := found.get("requests"):
        rows = [(name, _operations(operations)) for name, operations in counted.items()]
        made["AWS requests for each"] = rows
    if told := found.get("shifts"):
        made["A year of shifts"] = [(name, _shifts_told(one)) for name, one in told.items()]
    if loaded := found.get("desk"):
        made |= _desk_tables(loaded)
    if shown := found.get("lighthouse"):
        made["Lighthouse on the queue, signed in"] = [
            ("goal", "0.95 in every category, accessibility 1"),
            ("left out", ", ".join(shown["skipped"])),
            *(
                (f"{form}, {name}", str(score))
                for form, one in shown["forms"].items()
                for name, score in one["scores"].items()
            ),
        ]
    if read := found.get("sources"):
        made[f"Sources, {read['posts']:,} mentions from canned answers"] = [
            (kind, _source_told(one)) for kind, one in read["members"].items()
        ]
    if costing := found.get("costs"):
        made |= costs.tables_of(costing)
    if indexed := found.get("search"):
        made["Search over tickets"] = [(name, str(value)) for name, value in indexed.items()]
    if stormed := found.get("storm"):
        made[f"A storm of {stormed['mentions']:,} mentions in five minutes"] = [
            ("SMS sent in an hour, by responder", _named(stormed["sms_by_responder"])),
            *((f"SMS sent, {step}", _named(rung)) for step, rung in stormed["sms_by_step"].items()),
            (
                "most SMS that one responder got in one step",
                str(stormed["most_sms_to_one_responder_in_a_step"]),
            ),
            ("mentions lost", str(stormed["lost"])),
            ("mentions not judged", str(stormed["unjudged"])),
            ("dead letters", str(stormed["dead_letters"])),
            ("notices to the lead", str(stormed["notices"])),
            *((f"seconds, {name}", str(value)) for name, value in stormed["seconds"].items()),
        ]
    if ticked := found.get("ticks"):
        made[f"A tick while {ticked['open']:,} incidents are open"] = [
            (
                f"{one['due']} of them due",
                f"{one['seconds']} s; SMS {one['sms']}; {_operations(one['requests'])}",
            )
            for one in ticked["ticks"]
        ]
    if weighed := found.get("weight"):
        made["What a cold start carries"] = [
            *((f"import, {name}", f"{ms} ms") for name, ms in weighed["import_ms"].items()),
            *(
                (f"package, {name}", f"{size / 1e6:.1f} MB")
                for name, size in weighed["package_bytes"].items()
            ),
            *(
                (f"layer of the deep model, {name}", f"{size / 1e6:.1f} MB")
                for name, size in (weighed["layer_bytes"] or {}).items()
            ),
        ]
        made["What reading a post takes, on one core"] = [
            (name, f"{value:,} µs") for name, value in weighed["microseconds_per_post"].items()
        ]
    return made


def _weekend_tables(played: Mapping[str, Any]) -> dict[str, Rows]:
    waits = played["seconds_to_sms"]
    return {
        "The sample weekend": [
            ("mentions stored", str(played["mentions"]["stored"])),
            ("verdicts", _named(played["mentions"]["judged"])),
            ("incidents opened", str(played["incidents"]["opened"])),
            ("pages, by responder", _named({k: v["sms"] for k, v in played["pages"].items()})),
            ("worst lateness of a step or rule, seconds", str(played["worst_lateness_seconds"])),
            ("acknowledgements", str(played["acknowledgements"])),
            ("tickets", _named(played["tickets"])),
            ("dead letters", str(len(played["dead_letters"]))),
        ],
        'From "available at the source" to "SMS handed to SNS", seconds': [
            (f"{label}, {name}", str(waits[kind][name]))
            for kind, label in (
                ("machine", "clock stopped while waiting for the minute"),
                ("scenario", "the wait for the minute included"),
            )
            for name in ("sample", "p50", "p99", "max")
        ],
    }


def _desk_tables(loaded: Mapping[str, Any]) -> dict[str, Rows]:
    races = loaded["races"]
    title = f"{loaded['agents']} agents on {loaded['tickets']:,} open tickets"
    return {
        f"{title} for {loaded['minutes']} minutes": [
            ("requests", f"{loaded['requests']:,}"),
            ("failed", str(loaded["failed"])),
            ("answered by 304", f"{loaded['not_modified_share']:.0%}"),
            *(
                (
                    kind,
                    f"{one['requests']:,} ({one['not_modified']:,} by 304); handler p50 "
                    f"{one['p50_ms']} ms, p99 {one['p99_ms']} ms; read units mean "
                    f"{one['read_units_mean']}, most {one['read_units_max']}",
                )
                for kind, one in loaded["by_request"].items()
            ),
            (
                f"{races['claims']:,} claims racing for {races['tickets']:,} tickets",
                f"won once {races['won_once']:,}, won twice {races['won_twice']}, stored as won "
                f"{races['stored_as_won']:,}, refused {races['refused']:,}",
            ),
        ]
    }


def _source_told(one: Mapping[str, Any]) -> str:
    told = f"{one['per_second']:,} mentions a second, {one['calls']:,} requests"
    if one["unpriced"]:
        return f"{told}; price unknown ({', '.join(one['unpriced'])})"
    money = f"${float(one['usd']):.2f}" if float(one["usd"]) else "free"
    return f"{told}, {money}"


def _shifts_told(one: Mapping[str, Any]) -> str:
    return (
        f"{one['people']} people, {one['layers']} layers, {one['shifts']:,} shifts: "
        f"{one['seconds']} s; on call at an instant: {one['microseconds_for_an_instant']} µs"
    )


def _named(counts: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items()) or "none"


def _operations(counts: Mapping[str, float]) -> str:
    return ", ".join(f"{name.split('.')[1]} {count:g}" for name, count in counts.items()) or "none"


def show(found: Mapping[str, Any]) -> None:
    """Print the tables."""
    console = Console()
    console.print(_named(machine()), soft_wrap=True)
    for title, rows in tables(found).items():
        table = Table(title=title, show_header=False, title_justify="left")
        for row in rows:
            table.add_row(*row)
        console.print(table)


def keep(found: Mapping[str, Any]) -> None:
    """Write what was measured into the page, beside what was measured before."""
    known = json.loads(MEASURED.read_text("utf-8")) if MEASURED.exists() else {}
    known |= {name: {"machine": machine(), "found": one} for name, one in found.items()}
    kept = {name: known[name] for name in MEASURES if name in known}
    MEASURED.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    FIGURES.write_text(page(kept), encoding="utf-8")


def page(kept: Mapping[str, Mapping[str, Any]]) -> str:
    """The tables as Markdown, each measure with when and on what it was taken."""
    parts = [
        "# Figures",
        "Written by `make bench WRITE=1`; nothing here is typed by hand. The local cloud (moto, "
        "in one process) stands for AWS: its times say what our own code takes, not what AWS "
        "answers in.",
    ]
    for name, one in kept.items():
        for title, rows in tables({name: one["found"]}).items():
            parts.append(f"## {title}")
            parts.append(f"`make bench ONLY={name}`: {_named(one['machine'])}")
            parts.append("\n".join(["| what | figure |", "| --- | --- |", *map(_line, rows)]))
    return "\n\n".join(parts) + "\n"


def _line(row: tuple[str, str]) -> str:
    return f"| {row[0]} | {row[1]} |"


if __name__ == "__main__":
    raise SystemExit(main())
