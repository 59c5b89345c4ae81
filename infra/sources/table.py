"""The table of `docs/sources/README.md`, written from what each source says of itself.

`python -m infra.sources.table` writes it anew between the marks in that file.
"""

from pathlib import Path

from chalicelib.sources import members
from chalicelib.sources.family import Ability, Member

DOCUMENT = Path(__file__).parents[2] / "docs" / "sources" / "README.md"
BEGIN = "<!-- table: written by `python -m infra.sources.table` -->\n"
END = "<!-- end of table -->\n"

COLUMNS = (
    "source",
    "listens to",
    "pushed",
    "replies",
    "privately",
    "sees deletions",
    "credentials",
    "window",
    "costs",
)


def row(member: Member) -> str:
    """One line of the table."""
    can = member.abilities
    cells = (
        f"[{member.kind}]({member.kind}.md)",
        member.listens,
        ("also" if member.is_pulled else "only") if Ability.RECEIVE in can else "no",
        member.answers,
        member.answers_privately,
        "yes" if Ability.DELETE_CHECK in can else "when pushed" if Ability.RECEIVE in can else "no",
        member.credentials,
        member.window,
        member.costs,
    )
    return _line(cells)


def table() -> str:
    """The whole table as Markdown, with a line end after each row."""
    rows = [_line(COLUMNS), "| --- " * len(COLUMNS) + "|", *(row(member) for member in members())]
    return "\n".join(rows) + "\n"


def document(text: str) -> str:
    """`text` with the table of today between the marks."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + "\n" + table() + "\n" + END + after


def _line(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    DOCUMENT.write_text(document(DOCUMENT.read_text("utf-8")), "utf-8")
