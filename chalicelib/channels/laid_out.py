"""A letter to finance as plain text and as HTML. Nothing in it is loaded from anywhere."""

from html import escape

from chalicelib.domain.cost.letter import FinanceLetter, Section, Table

WHY = "Nightdesk wrote this because you are on its list of people who are told what it costs."
ASK = "Open the figures"


def as_text(letter: FinanceLetter) -> str:
    """Columns of figures stand below each other in a letter of fixed width."""
    parts = [part for section in letter.sections for part in _text_of(section)]
    link = [f"{ASK}: {letter.link}"] if letter.link else []
    return "\n\n".join([*parts, *link, WHY]) + "\n"


def as_html(letter: FinanceLetter) -> str:
    """One column on a phone; figures to the right."""
    lines = [part for section in letter.sections for part in _html_of(section)]
    if letter.link:
        lines.append(f'<p><a href="{escape(letter.link)}"><b>{ASK}</b></a></p>')
    lines.append(f"<p><small>{escape(WHY)}</small></p>")
    title = escape(letter.subject)
    head = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>'
    )
    return f"{head}<body>{''.join(lines)}</body></html>"


def _text_of(section: Section) -> list[str]:
    parts = [section.title.upper()] if section.title else []
    if section.table:
        parts.append(_columns(section.table))
    return [*parts, *section.paragraphs]


def _columns(table: Table) -> str:
    rows = (table.head, *table.rows)
    widths = [max(len(row[place]) for row in rows) for place in range(len(table.head))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _html_of(section: Section) -> list[str]:
    parts = [f"<h2>{escape(section.title)}</h2>"] if section.title else []
    if section.table:
        parts.append(_html_table(section.table))
    return [*parts, *(f"<p>{escape(one)}</p>" for one in section.paragraphs)]


def _html_table(table: Table) -> str:
    def cells(row: tuple[str, ...], tag: str) -> str:
        scope = ' scope="col"' if tag == "th" else ""
        return "".join(
            f'<{tag}{scope} align="{"right" if place else "left"}">{escape(cell)}</{tag}>'
            for place, cell in enumerate(row)
        )

    body = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in table.rows)
    return (
        f'<table cellpadding="4"><thead><tr>{cells(table.head, "th")}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )
