"""Feeds, from a static server with real 304s."""

import json
import os
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import partial
from html import escape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.customer import profile_of
from chalicelib.domain.desk import SourceEntry
from chalicelib.domain.errors import SourceRefused, SourceUnavailable
from chalicelib.ports import Batch
from tests.http.loopback import Answer, Asked, Loopback, serving
from tests.sources.contract import NOW, SourceContract, Stage, ids, read_all

TYPE = {"Content-Type": "application/rss+xml"}


def rss(*items: str) -> bytes:
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>x</title>'
    return (head + "".join(items) + "</channel></rss>\n").encode()


def item(**fields: str) -> str:
    tags = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items())
    return f"<item>{tags}</item>"


class Quiet(SimpleHTTPRequestHandler):
    """Counts what it answers and keeps it off the terminal."""

    statuses: list[int]

    def __init__(self, *args: Any, statuses: list[int], **kwargs: Any) -> None:
        self.statuses = statuses
        super().__init__(*args, **kwargs)

    def log_request(self, code: Any = "-", size: Any = "-") -> None:
        self.statuses.append(int(code))

    def log_message(self, format: str, *args: Any) -> None: ...


class Blog(Stage):
    """A static file behind a static server, which answers Last-Modified with 304."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.statuses: list[int] = []
        self.items: list[str] = []
        self._file = folder / "feed.xml"
        self._server = ThreadingHTTPServer(
            ("127.0.0.1", 0), partial(Quiet, directory=str(folder), statuses=self.statuses)
        )
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}
        )
        self._changes = 0
        self.publish(rss())

    def publish(self, document: bytes) -> None:
        self._file.write_bytes(document)
        # Last-Modified counts in seconds: each change gets one of its own.
        self._changes += 1
        os.utime(self._file, (1_000_000_000 + self._changes,) * 2)

    def post(self, text: str, *, at: datetime, **more: str) -> str:
        id = f"https://blog.example/{len(self.items) + 1}"
        fields = {"guid": id, "title": "News", "description": f"<p>{text}</p>"}
        self.items.insert(0, item(**fields, pubDate=format_datetime(at), **more))
        self.publish(rss(*self.items))
        return id

    def entry(self) -> SourceEntry:
        url = f"http://127.0.0.1:{self._server.server_address[1]}/feed.xml"
        return SourceEntry(
            name="blog", kind="feed", brand="acme", options={"url": url, "per_fetch": self.page}
        )

    def fail(self) -> None:
        self.publish(b"<!doctype html><html><body>We are down</body></html>")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Blog]:
    blog = Blog(tmp_path)
    blog.start()
    yield blog
    blog.stop()


class TestFeed(SourceContract):
    def post_as_ourselves(self, stage: Stage) -> str:
        assert isinstance(stage, Blog)
        return stage.post("acme by us", at=stage.now, author="Alice")


def test_an_unchanged_feed_costs_a_304(stage: Blog) -> None:
    stage.post("acme", at=NOW)
    _, cursor = read_all(stage, None)
    batch = stage.source().fetch(cursor, deadline=stage.soon)
    assert stage.statuses == [200, 304]
    assert (batch.pulled, batch.cursor, batch.is_caught_up) == ((), cursor, True)


def test_an_entry_is_given_once_although_the_feed_changes_around_it(stage: Blog) -> None:
    first = stage.post("acme one", at=NOW)
    given, cursor = read_all(stage, None)
    second = stage.post("acme two", at=NOW)
    again, _ = read_all(stage, cursor)
    assert (ids(given), ids(again)) == ({first}, {second})


def test_the_feed_is_read_again_as_long_as_entries_are_left(stage: Blog) -> None:
    for _ in range(2 * stage.page):
        stage.post("acme", at=NOW)
    read_all(stage, None)
    assert stage.statuses == [200, 200]


def test_a_back_dated_entry_is_given(stage: Blog) -> None:
    stage.post("acme", at=NOW)
    _, cursor = read_all(stage, None)
    id = stage.post("acme, dated last year", at=NOW - timedelta(days=365))
    assert ids(read_all(stage, cursor)[0]) == {id}


def test_the_first_pull_leaves_old_entries_alone_and_so_do_later_ones(stage: Blog) -> None:
    stage.post("acme of old", at=NOW - timedelta(days=3))
    given, cursor = read_all(stage, None)
    stage.post("acme now", at=NOW)
    assert (len(given), len(read_all(stage, cursor)[0])) == (0, 1)


def test_entries_lost_between_two_pulls_are_told(stage: Blog) -> None:
    stage.post("acme seen", at=NOW)
    _, cursor = read_all(stage, None)
    stage.publish(rss(item(guid="https://blog.example/99", title="acme much later")))
    batch = stage.source().fetch(cursor, deadline=stage.soon)
    assert len(batch.pulled) == 1
    assert "may be lost" in batch.gap


# --- one document, read once -------------------------------------------------------------


class Elsewhere(Stage):
    """A feed that answers as a test says."""

    def __init__(self, server: Loopback, **options: Any) -> None:
        super().__init__()
        self._options = {"url": server.url + "/feed", **options}

    def entry(self) -> SourceEntry:
        return SourceEntry(name="blog", kind="feed", brand="acme", options=self._options)

    def post(self, text: str, *, at: datetime) -> str:
        raise NotImplementedError

    def fail(self) -> None:
        raise NotImplementedError


def read(*answers: Answer, **options: Any) -> Batch:
    with serving(*answers) as server:
        stage = Elsewhere(server, **options)
        return stage.source().fetch(None, deadline=stage.soon)


def test_a_feed_that_has_moved_to_another_host_is_read_there() -> None:
    with serving(Answer(body=rss(item(title="acme")), headers=TYPE)) as new:
        moved = Answer(status=301, headers={"Location": f"{new.url}/feed.xml"})
        assert [one.mention.text for one in read(moved).pulled] == ["acme"]


def test_an_entry_without_date_counts_as_of_now() -> None:
    batch = read(Answer(body=rss(item(guid="urn:1", title="undated")), headers=TYPE))
    assert batch.pulled[0].mention.posted_at == NOW


@pytest.mark.parametrize("date", ["Sat, 21 Nov 99999 10:00:00 GMT", "yesterday", ""])
def test_an_impossible_date_is_no_date(date: str) -> None:
    batch = read(Answer(body=rss(item(guid="urn:1", title="odd", pubDate=date)), headers=TYPE))
    assert batch.pulled[0].mention.posted_at == NOW


def test_an_entry_without_id_keeps_one_identity() -> None:
    document = Answer(body=rss(item(title="no id", description="at all")), headers=TYPE)
    with serving(document) as server:
        stage = Elsewhere(server)
        one, other = (stage.source().fetch(None, deadline=stage.soon) for _ in range(2))
    assert ids(one.pulled) == ids(other.pulled) != {""}


def test_an_id_that_counts_in_its_feed_alone_is_told_apart_from_that_of_another_feed() -> None:
    document = Answer(body=rss(item(guid="post-1", title="one")), headers=TYPE)
    with serving(document) as server:
        stages = [Elsewhere(server, url=f"{server.url}/{name}") for name in "ab"]
        found = [ids(one.source().fetch(None, deadline=one.soon).pulled) for one in stages]
    assert found[0] != found[1]


def test_an_entry_without_any_text_is_told_and_the_others_are_given() -> None:
    batch = read(Answer(body=rss(item(guid="urn:1"), item(guid="urn:2", title="ok")), headers=TYPE))
    assert ids(batch.pulled) == {"urn:2"}
    assert batch.refused == ("entry urn:1: has no text",)


def test_what_is_told_of_an_entry_without_text_holds_nothing_of_its_author() -> None:
    entry = item(author="Carla Example", guid="urn:1")
    (told,) = read(Answer(body=rss(entry), headers=TYPE)).refused
    assert "arla" not in told


def test_an_atom_entry_carries_author_address_and_language() -> None:
    atom = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de-AT">
    <entry><id>tag:blog.example,2026:1</id><title>Wo ist @alice?</title>
    <link href="https://blog.example/1"/><author><name>Carla</name></author>
    <updated>2026-11-21T19:00:00+01:00</updated>
    <content type="html">&lt;p&gt;Acme &amp;amp; wir&lt;/p&gt;</content></entry></feed>"""
    pulled = read(Answer(body=atom.encode(), headers=TYPE)).pulled[0]
    mention = pulled.mention
    assert mention.author is not None
    assert profile_of(mention) is None, "a name in a feed is nobody's account"
    assert (mention.author.handle, mention.url) == ("Carla", "https://blog.example/1")
    assert (mention.language, mention.is_addressed) == ("de", True)
    assert mention.text == "Wo ist @alice?\n\nAcme & wir"
    assert mention.posted_at == NOW - timedelta(minutes=90)
    assert json.loads(pulled.raw)["id"] == "tag:blog.example,2026:1"


def test_a_link_that_is_no_web_address_is_left_out() -> None:
    batch = read(
        Answer(body=rss(item(guid="urn:1", title="x", link="javascript:a()")), headers=TYPE)
    )
    assert batch.pulled[0].mention.url == ""


def test_of_a_firehose_only_what_says_a_term_is_kept() -> None:
    document = rss(item(guid="urn:1", title="ACME down"), item(guid="urn:2", title="acmeism"))
    assert ids(read(Answer(body=document, headers=TYPE), terms=["acme"]).pulled) == {"urn:1"}


def test_the_tag_of_a_version_is_sent_back() -> None:
    with serving(
        Answer(body=rss(item(guid="urn:1", title="x")), headers={**TYPE, "ETag": '"v1"'}),
        Answer(status=304),
    ) as server:
        stage = Elsewhere(server)
        _, cursor = read_all(stage, None)
        assert stage.source().fetch(cursor, deadline=stage.soon).cursor == cursor
    assert server.asked[1].headers["if-none-match"] == '"v1"'


def test_the_tag_is_not_sent_back_while_entries_are_left() -> None:
    document = rss(*(item(guid=f"urn:{number}", title="x") for number in range(3)))
    with serving(Answer(body=document, headers={**TYPE, "ETag": '"v1"'})) as server:
        stage = Elsewhere(server, per_fetch=1)
        assert len(read_all(stage, None)[0]) == 3
    assert not any("if-none-match" in asked.headers for asked in server.asked)


def test_entries_without_dates_are_given_from_the_last_to_the_first() -> None:
    document = rss(*(item(guid=f"urn:{number}", title="x") for number in range(3)))
    pulled = read(Answer(body=document, headers=TYPE)).pulled
    assert [one.mention.platform_id for one in pulled] == ["urn:2", "urn:1", "urn:0"]


def test_a_cursor_of_another_address_does_not_count() -> None:
    def answer(asked: Asked) -> Answer:
        if "if-none-match" in asked.headers:
            return Answer(status=304)
        return Answer(body=rss(item(guid="urn:1", title="x")), headers={**TYPE, "ETag": '"v1"'})

    with serving(answer) as server:
        stage, moved = Elsewhere(server), Elsewhere(server, url=server.url + "/moved")
        _, cursor = read_all(stage, None)
        assert ids(read_all(moved, cursor)[0]) == {"urn:1"}


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "something else"),
        (b"<html><head></head><body>login</body></html>", "a web page"),
        (b'{"error": 1}', "something else"),
        (rss(item(guid="urn:1", title="whole"), item(guid="urn:2", title="cut"))[:-40], "half"),
        (b'<!DOCTYPE x [<!ENTITY a "aaa">]>' + rss(item(title="&a;")), "defines entities"),
    ],
)
def test_what_is_no_whole_feed_is_unavailable(body: bytes, why: str) -> None:
    with pytest.raises(SourceUnavailable, match=why):
        read(Answer(body=body, headers=TYPE))


BIG = "a" * 1_000
DECLARED = f'<!DOCTYPE rss [\n<!ENTITY a "{BIG}">\n]>'


@pytest.mark.parametrize(
    "prolog",
    [
        DECLARED,
        "<!-- <rss > -->" + DECLARED,
        "<!-- <rss > --><!-- <feed> -->\n" + DECLARED,
        "<!----><!-- \n-- ->-->" + DECLARED.replace("ENTITY", "entity"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-32", "utf-7"])
def test_a_feed_that_declares_entities_is_unavailable(prolog: str, encoding: str) -> None:
    declaration = f'<?xml version="1.0" encoding="{encoding}"?>\n'
    document = (
        declaration
        + prolog
        + '<rss version="2.0"><channel>'
        + "<item><title>&a;</title></item></channel></rss>"
    )
    with pytest.raises(SourceUnavailable):
        read(Answer(body=document.encode(encoding), headers=TYPE))


@pytest.mark.parametrize(
    "prolog",
    [
        f'<!--\n<!ENTITY a "{BIG}">\n-->\n<!DOCTYPE rss>\n',
        f"<?x <rss> ?>{DECLARED}",
        DECLARED.replace("rss [", "rss SYSTEM '<!--' ["),
        f"<?x <!-- ?>{DECLARED}<?x --> ?>",
        f"<x>{DECLARED}</x>",
        f'<!DOCTYPE rss [\n<!ATTLIST title x CDATA "{BIG}">\n]>',
        f"<é>\n{DECLARED[16:-2]}\n<!DOCTYPE rss>\n",
    ],
)
def test_no_entity_is_ever_unpacked(prolog: str) -> None:
    body = (
        f'{prolog}<rss version="2.0"><channel><item><title>told &a;</title></item></channel></rss>'
    )
    try:
        batch = read(Answer(body=body.encode(), headers=TYPE))
    except SourceUnavailable:
        return
    assert not any(BIG.encode() in one.raw for one in batch.pulled)


@pytest.mark.parametrize(
    "inside", ["<![CDATA[<!DOCTYPE x [<!ENTITY a 'b'>]>]]>", "<!-- <!ENTITY -->"]
)
def test_whoever_writes_about_entities_stops_no_feed(inside: str) -> None:
    entry = f"<item><guid>urn:1</guid><title>so {inside}</title></item>"
    assert ids(read(Answer(body=rss(entry), headers=TYPE)).pulled) == {"urn:1"}


@pytest.mark.parametrize(
    "poison",
    [
        *("&#xD800;", "&#55296;", "&#xdfff", "&#XD800;", "&#x110000;", "&#" + "9" * 9_000 + ";"),
        *(
            "&#0;",
            "&#x1F;",
            "\x01",
            "\0",
            "&#xFFFE;",
            "&#000000000055296;",
            "&#xZZ;",
            "&#;",
            "&#x;",
        ),
    ],
)
@pytest.mark.parametrize("end", ["", " & <br>"])
def test_a_character_that_does_not_exist_stops_no_feed(poison: str, end: str) -> None:
    poisoned = f"<item><guid>urn:1</guid><title>one {poison}{end}</title></item>"
    cdata = f"<item><guid>urn:2</guid><title><![CDATA[two {poison}]]></title></item>"
    escaped = item(guid="urn:3", title=f"three {poison}", author=poison)
    good = item(guid="urn:4", title="good &#128031;")
    batch = read(Answer(body=rss(poisoned, cdata, escaped, good), headers=TYPE))
    assert ids(batch.pulled) >= {"urn:2", "urn:3", "urn:4"}
    for one in batch.pulled:
        one.mention.text.encode()
        assert not {"\0", "\x01", "\x1f"} & set(one.mention.text)


def test_a_feed_that_the_parser_chokes_on_is_unavailable() -> None:
    place = '<gml:pos xmlns:gml="http://www.opengis.net/gml">1 2</gml:pos>'
    with pytest.raises(SourceUnavailable, match="cannot be read: KeyError"):
        read(Answer(body=rss(f"<item>{place}</item>"), headers=TYPE))


def test_a_feed_made_to_be_slow_is_unavailable_soon() -> None:
    deep = b"<rss version='2.0'><channel><item><title type='xhtml'>" + b"<div>" * 100_000
    for body in (deep, b"<?" + b"encoding='" * 100_000, b"<!--" * 400_000, b"<!" * 400_000):
        with pytest.raises(SourceUnavailable):
            read(Answer(body=body, headers=TYPE))


@pytest.mark.parametrize("name", ["author", "dc:creator"])
def test_a_name_made_to_be_slow_stops_no_feed(name: str) -> None:
    """Uncut, these take hours."""
    slow = f'<{name} xmlns:dc="http://purl.org/dc/elements/1.1/">{"a" * 1_000_000}</{name}>'
    body = rss(f"<item><title>acme one</title>{slow}</item>", item(title="acme two"))
    batch = read(Answer(body=body, headers=TYPE))
    assert [one.mention.text for one in batch.pulled] == ["acme two", "acme one"]


@pytest.mark.parametrize(
    ("encoding", "charset", "declared"),
    [
        ("utf-8", "", ""),
        ("utf-8", "; charset=us-ascii", ""),
        ("utf-8", "", "utf-8"),
        ("utf-8-sig", "", "latin-1"),
        ("latin-1", "", "iso-8859-1"),
        ("latin-1", '; charset="ISO-8859-1"', "utf-8"),
        ("cp1252", "", ""),
        ("utf-16", "", "utf-16"),
        ("utf-16-le", "", "utf-16"),
        ("utf-16-be", "; charset=utf-16be", ""),
        ("gb18030", "", "gb2312"),
        ("utf-8", "; charset=nonsense", "punycode"),
        ("utf-8", "; charset=zip", "\0"),
    ],
)
def test_a_feed_is_read_in_its_encoding(encoding: str, charset: str, declared: str) -> None:
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    text = head + rss(item(guid="urn:1", title="Grüße von é")).decode().partition("\n")[2]
    answer = Answer(
        body=text.encode(encoding), headers={"Content-Type": f"application/rss+xml{charset}"}
    )
    assert read(answer).pulled[0].mention.text == "Grüße von é"


@pytest.mark.parametrize("name", ["punycode", "unicode_escape", "Raw-Unicode-Escape", "idna"])
def test_an_encoding_of_python_alone_is_none_of_a_feed(name: str) -> None:
    document = rss(item(guid="urn:1", title=r"a \ud83d b-c")).replace(b"UTF-8", name.encode())
    assert read(Answer(body=document, headers=TYPE)).pulled[0].mention.text == r"a \ud83d b-c"


def test_a_feed_that_is_whole_but_not_well_formed_is_read() -> None:
    document = rss(item(guid="urn:1", title="x")).replace(
        b"<title>x</title>", b"<title>a & b</title>"
    )
    assert len(read(Answer(body=document, headers=TYPE)).pulled) == 1


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_feed_that_is_gone_or_closed_is_refused(status: int) -> None:
    with pytest.raises(SourceRefused, match=str(status)):
        read(Answer(status=status))


def test_nobody_makes_it_read_a_file_of_this_machine(tmp_path: Path) -> None:
    secret = tmp_path / "feed.xml"
    secret.write_bytes(rss(item(guid="urn:1", title="secret")))
    with pytest.raises(SourceUnavailable):
        read(Answer(body=str(secret).encode(), headers=TYPE))
