"""What the view of a link offers, and what pressing a button of it sends."""

import html.parser
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode


@dataclass(slots=True)
class Form:
    """One way to press a button on a view."""

    fields: dict[str, str] = field(default_factory=dict)
    """As the browser would send them: hidden fields, the button's own, the first of each list."""
    words: str = ""
    """On the button."""
    choices: dict[str, list[str]] = field(default_factory=dict)
    """What each list offers."""


def forms_in(view: str) -> list[Form]:
    """Every button of a view with what pressing it sends, in their order."""
    parser = _Forms()
    parser.feed(view)
    return parser.forms


def pressed(forms: Sequence[Form], act: str, **fields: str) -> str:
    """The body that pressing a button sends.

    The button is the first whose form says `act=<act>` (or whose words are `act`) and that
    agrees with `fields`; fields that a list of it offers are filled in. Raises LookupError when
    there is none.
    """
    for form in forms:
        is_meant = act in (form.fields.get("act", "acknowledge"), form.words)
        agrees = all(
            form.fields.get(name) == value or value in form.choices.get(name, ())
            for name, value in fields.items()
        )
        if is_meant and agrees:
            return urlencode({**form.fields, **fields})
    raise LookupError(f"the view has no button for {' '.join([act, *fields.values()])}")


class _Forms(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._common = Form()
        self._button: Form | None = None
        self._list = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        have = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._common = Form()
        elif tag == "input" and "name" in have:
            self._common.fields[have["name"]] = have.get("value", "")
        elif tag == "select":
            self._list = have["name"]
        elif tag == "option":
            self._common.choices.setdefault(self._list, []).append(have.get("value", ""))
            self._common.fields.setdefault(self._list, have.get("value", ""))
        elif tag == "button":
            own = {have["name"]: have.get("value", "")} if "name" in have else {}
            self._button = Form(
                fields={**self._common.fields, **own}, choices=dict(self._common.choices)
            )

    def handle_endtag(self, tag: str) -> None:
        if tag == "button" and self._button is not None:
            self._button.words = " ".join(self._button.words.split())
            self.forms.append(self._button)
            self._button = None

    def handle_data(self, data: str) -> None:
        if self._button is not None:
            self._button.words += data
