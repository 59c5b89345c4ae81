"""Routes and roles as a table for people (`docs/api.md`)."""

from chalicelib.web.access import Role
from chalicelib.web.operations import OPERATIONS


def table() -> str:
    """A Markdown table: every route, what it does, and which roles it is open to."""
    lines = [
        f"| route | what it does | {' | '.join(Role)} |",
        f"| --- | --- |{' :-: |' * len(Role)}",
    ]
    for method, path in sorted(OPERATIONS, key=lambda one: (one[1], one[0])):
        one = OPERATIONS[method, path]
        route = f"`{method} {path.removeprefix('/api/v1/')}`"
        if one.is_public:
            may = " | ".join("open" for _ in Role)
        else:
            may = " | ".join("yes" if role in one.roles else "" for role in Role)
        lines.append(f"| {route} | {one.summary.rstrip('.')} | {may} |")
    return "\n".join(line.replace("|  |", "| |").replace("|  |", "| |") for line in lines) + "\n"
