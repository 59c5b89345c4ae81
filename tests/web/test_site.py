"""The page's shell and its files."""

import gzip
import re

import pytest

from chalicelib.domain.cost import Feature
from chalicelib.domain.queue_view import QueueView
from chalicelib.domain.signal import Mood, Topic, Urgency
from chalicelib.web.site import AT_ONCE, FILES, SHELL, VERSION, imported_by
from tests.web.office import Browser

SVG = "http://www.w3.org/2000/svg"
"""A name, not an address: browsers ask nobody for it."""


def test_the_shell_and_its_files_can_be_read_by_anybody(nobody: Browser) -> None:
    shell = nobody.get("/")
    assert shell.status_code == 200
    assert shell.headers["Content-Type"] == "text/html; charset=utf-8"
    kinds = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
    for address in re.findall(r'(?:href|src)="([^"]+)"', shell.body.decode()):
        answer = nobody.get(f"/{address}")
        assert answer.status_code == 200
        kind = kinds[address[address.rindex(".") :]]
        assert answer.headers["Content-Type"] == f"{kind}; charset=utf-8"


def test_a_file_of_this_version_may_be_kept_for_ever_the_shell_must_be_asked_for(
    nobody: Browser,
) -> None:
    kept = nobody.get(f"/static/{VERSION}/main.js")
    assert "immutable" in kept.headers["Cache-Control"]
    assert nobody.get("/static/older/main.js").headers["Cache-Control"] == "no-cache"
    shell = nobody.get("/")
    assert shell.headers["Cache-Control"] == "no-cache"
    again = nobody.get("/", headers={"if-none-match": shell.headers["ETag"]})
    assert (again.status_code, again.body) == (304, b"")


@pytest.mark.parametrize(
    "name",
    ["../access.py", "..%2faccess.py", "%2e%2e", "index.html", "nothing.js", ".", "main.js%00"],
)
def test_no_path_leads_out_of_the_files_of_the_page(nobody: Browser, name: str) -> None:
    answer = nobody.get(f"/static/{VERSION}/{name}")
    assert answer.status_code in (403, 404)  # 403 is the gateway's answer to no route
    assert b"import" not in answer.body


def test_every_address_of_the_page_is_relative() -> None:
    """So that it works beneath any prefix, such as the `/api/` of a stage."""
    assert not re.search(r'(?:href|src|action)="/', SHELL)
    assert not re.search(r'(?:href|src)="[a-z]+:', SHELL)


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith((".js", ".css"))])
def test_the_page_asks_nobody_else_and_parses_no_html(name: str) -> None:
    text = FILES[name].replace(SVG, "")
    assert not re.search(r"https?://", text)
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text)
    assert 'setAttribute("style"' not in text


def test_an_agent_can_choose_among_all_topics_moods_and_urgencies() -> None:
    words = FILES["strings_ticket.js"]
    for name, kind in (("topics", Topic), ("moods", Mood)):
        listed = re.search(rf"{name}: \[([^]]*)\]", words)
        assert listed, name
        assert re.findall(r'"(\w+)"', listed[1]) == list(kind)
    named = re.search(r"verdict: \{.*?urgency: \{([^}]*)\}", words, re.DOTALL)
    assert named
    assert re.findall(r"(\w+):", named[1]) == list(Urgency)


def keys_of(name: str, words: str) -> list[str]:
    """The keys of an object among the words of the page that holds nothing but words."""
    found = re.search(rf"\b{name}: {{([^{{}}]*)}}", words)
    assert found, name
    return re.findall(r'(\w+): "', found[1])


def test_every_topic_and_every_view_of_the_queue_has_its_words() -> None:
    words = FILES["strings.js"]
    assert keys_of("topics", words) == list(Topic)
    assert sorted(keys_of("views", words)) == sorted(QueueView)
    assert keys_of("urgency", words) == [*Urgency, "thanks"]
    listed = re.search(r"QUEUE_VIEWS = \[(.*)\];", FILES["address.js"])
    assert listed
    assert sorted(re.findall(r'"(\w+)"', listed[1])) == sorted(QueueView)


def test_every_feature_that_costs_has_its_words() -> None:
    assert sorted(keys_of("features", FILES["strings_finance.js"])) == sorted(Feature)


def test_every_file_that_is_asked_for_is_there() -> None:
    for text in FILES.values():
        for name in re.findall(r'(?:from |import\(|URL\()"(?:\./)?(\w+\.\w+)"', text):
            assert name in FILES


def test_words_stand_in_files_of_their_own() -> None:
    """Text between quotes with a space in it, in the code of the page, is a word for people."""
    for name, text in FILES.items():
        if not name.endswith(".js") or name.startswith("strings"):
            continue
        code = re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.DOTALL)
        sentences = re.findall(r'"[A-Z][a-z]+ [a-z][^"]*"', code)
        assert sentences == [], name


def weight(*texts: str) -> int:
    """Bytes on the wire."""
    return sum(len(gzip.compress(text.encode())) for text in texts)


STYLES = {
    "ticket": {"views.css", "ticket.css"},
    "sources": {"views.css", "sources.css"},
    "finance": {"finance.css"},
}
"""What a view is styled by, by how its file is called; any other by `views.css`."""


def later(view: str) -> frozenset[str]:
    """What comes when a view is first opened, with nothing else there than the queue."""
    own = [styles for name, styles in STYLES.items() if view.startswith(name)]
    return imported_by(view).union(*own or [{"views.css"}]) - AT_ONCE


LATER = sorted(set(re.findall(r'import\("\./([^"]+)"\)', "".join(FILES.values()))))


def test_the_queue_shows_after_at_most_40_kilobytes() -> None:
    files = [FILES[name] for name in (*AT_ONCE, "desk.css", "icon.svg")]
    assert weight(SHELL, *files) <= 40_000


MOST = {"ticket": 32, "finance": 14}


@pytest.mark.parametrize("view", LATER)
def test_a_further_view_brings_less_than_12_kilobytes_and_a_ticket_less_than_32(view: str) -> None:
    """The costs, which are charts and tables, less than 14."""
    most = next((most for name, most in MOST.items() if view.startswith(name)), 12)
    assert weight(*(FILES[name] for name in later(view))) < most * 1024


def test_the_shell_asks_at_once_for_what_the_queue_needs_and_for_nothing_else() -> None:
    preloaded = re.findall(r'"modulepreload" href="[^"]*/([^"/]+)"', SHELL)
    assert sorted(preloaded) == sorted(AT_ONCE)
    assert not AT_ONCE & set(LATER)
    everything = AT_ONCE.union(*map(later, LATER))
    scripts = {name for name in FILES if name.endswith(".js")}
    assert everything == scripts.union(*STYLES.values())
