"""The page around it, its style, and what is shown when nothing can be."""

import base64
import hashlib
from html import escape
from pathlib import Path
from string import Template

_FILES = Path(__file__).parent.parent / "templates"
_PAGE = Template((_FILES / "link.html").read_text("utf-8"))
_STYLE = (_FILES / "link.css").read_text("utf-8")

STYLE_HASH = "sha256-" + base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
"""For the Content-Security-Policy: this style and no other may stand in a page."""

QUEUE = '<p class="more"><a href="../" rel="noreferrer">Open the queue to answer customers</a></p>'


def page(*, title: str, kind: str, state: str, body: str, action: str = "") -> str:
    """A whole page. `title` is plain text, `kind` a class of the style, the others are HTML.

    `action` is the one big button, always within reach of a thumb.
    """
    return _PAGE.substitute(
        title=escape(title),
        style=_STYLE,
        kind=kind,
        heading=escape(title),
        state=state,
        body=body,
        action=action,
    )


def not_found_page() -> str:
    """A link that was forged, mistyped or is too old; what to do instead."""
    return page(
        title="This link opens nothing",
        kind="calm",
        state="<p>It is older than 24 hours, or part of it is missing.</p>",
        body=(
            "<h2>If your phone has just rung</h2><ul>"
            "<li>Open the link of the newest SMS, whole.</li>"
            "<li>Or reply to that SMS with its code.</li>"
            "<li>Or sign in and acknowledge there.</li></ul>"
            "<p>Nothing was acknowledged. Until somebody does, it goes on ringing.</p>" + QUEUE
        ),
    )


def busy_page() -> str:
    """Too many requests from one address; nothing may be taken for acknowledged."""
    return page(
        title="Too many at once",
        kind="loud",
        state="<p>Too many links were opened from where you are. In a minute it works again.</p>",
        body=(
            "<h2>What you can do</h2><ul>"
            "<li>Reload this page in a minute.</li>"
            "<li>Or reply to the SMS with its code, now.</li></ul>"
            "<p>Do not take it for acknowledged: until somebody does, it goes on ringing.</p>"
        ),
    )


def trouble_page() -> str:
    """Something failed on our side; nothing may be taken for acknowledged."""
    return page(
        title="That did not work",
        kind="loud",
        state="<p>Something failed on our side, and it has been noted.</p>",
        body=(
            "<h2>What you can do</h2><ul>"
            "<li>Reload this page in a moment.</li>"
            "<li>Or reply to the SMS with its code.</li></ul>"
            "<p>Do not take it for acknowledged: until somebody does, it goes on ringing.</p>"
        ),
    )
