"""Flickr: the suite over a small server with the rules of its API.

Rules and error codes: flickr.com/services/api, page of each method. Shapes in JSON: the photo and
the comment below, as the service answered them (snarfed/granary, `tests/test_flickr.py`, and
flickr.com/services/api/response.json.html).
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qsl, unquote

import pytest

from chalicelib.domain.desk import SourceEntry
from chalicelib.domain.errors import OutcomeUnknown, SourceRefused, SourceUnavailable
from chalicelib.domain.mention import Media, Mention
from chalicelib.http.oauth1 import Signer
from chalicelib.ports import Batch, DeletionChecker, Probing, Replier, Source
from chalicelib.sources import check_options, flickr
from chalicelib.sources.flickr import AnsweringFlickr, Flickr
from tests.builders import a_reply
from tests.http.loopback import Answer, Asked, Loopback, serving
from tests.sources.contract import NOW, Stage, ids, read_all, read_on
from tests.sources.hostile import PlatformContract

OWN = "39216764@N00"
DUSTY = "36398523@N00"

SECRET = {
    "api_key": "653e7a6ecc1d528c516cc8f92cf98611",
    "api_secret": "1a3c208e172d3edc",
    "oauth_token": "72157626318069415-087bfc7b5816092c",
    "oauth_token_secret": "a202d1f853ec69de",
}
SIGNER = Signer(
    key=SECRET["api_key"],
    secret=SECRET["api_secret"],
    token=SECRET["oauth_token"],
    token_secret=SECRET["oauth_token_secret"],
)

PHOTO: dict[str, Any] = {
    "id": "21805173440",
    "secret": "9784d42b5f",
    "server": "729",
    "farm": 1,
    "owner": "37386863@N03",
    "title": "Queue at Acme",
    "ispublic": 1,
    "isfriend": 0,
    "isfamily": 0,
    "description": {"_content": 'Since <b>noon</b>: <a href="http://bit.ly/x">bit.ly/x</a>'},
    "dateupload": "1444136052",
    "ownername": "leica_camera",
    "tags": "horizontal acme",
    "url_m": "https://farm1.staticflickr.com/729/21805173440_9784d42b5f.jpg",
    "height_m": "375",
    "width_m": "500",
    "pathalias": "leica",
}

COMMENT: dict[str, Any] = {
    "author": DUSTY,
    "author_is_deleted": 0,
    "authorname": "if winter ends",
    "iconserver": "108",
    "iconfarm": 1,
    "datecreate": "1295288643",
    "path_alias": "if_winter_ends",
    "realname": "Dusty",
    "_content": "Love this!",
}


def said(value: dict[str, Any]) -> Answer:
    return Answer(body=json.dumps({"stat": "ok"} | value).encode())


def fault(code: int, message: str) -> Answer:
    return Answer(body=json.dumps({"stat": "fail", "code": code, "message": message}).encode())


class Darkroom(Stage):
    """Photos, ours and others', and what was said on them."""

    page = 3

    def __init__(self, **options: Any) -> None:
        super().__init__()
        self.options = options
        self.photos: list[dict[str, Any]] = []
        self.ours: dict[str, int] = {}
        """When each of our photos changed last."""
        self.comments: dict[str, list[dict[str, Any]]] = {}
        self.perms = "write"
        self.most = 500
        self.heeds_dates = True
        """Whether `min_comment_date` leaves anything out."""
        self.instead: Callable[[Asked, str], Answer | None] = lambda asked, method: None
        self.is_failing = False
        self.server: Loopback

    # --- the server's side ---------------------------------------------------------------

    def answer(self, asked: Asked) -> Answer:
        if self.is_failing:
            return Answer(body=b"<html>Bad, bad panda!</html>")
        told = {name: values[0] for name, values in asked.query.items()}
        told |= dict(parse_qsl(asked.body.decode(), keep_blank_values=True))
        assert (told["format"], told["nojsoncallback"]) == ("json", "1")
        if (other := self.instead(asked, told["method"])) is not None:
            return other
        is_signed = "authorization" in asked.headers
        if is_signed and not self._is_signed_by_us(asked, told):
            sbs = f"oauth_problem=signature_invalid&debug_sbs={SECRET['oauth_token']}"
            return Answer(status=401, body=sbs.encode())
        if not is_signed and told.get("api_key") != SECRET["api_key"]:
            return fault(100, "Invalid API Key (Key has invalid format)")
        name = re.sub("[A-Z]", lambda one: "_" + one[0].lower(), told["method"].rpartition(".")[2])
        if not is_signed and name in ("recently_updated", "add_comment", "check_token"):
            return fault(
                99, "Insufficient permissions. Method requires read privileges; none granted."
            )
        answer: Answer = getattr(self, f"on_{name}")(told)
        return answer

    def _is_signed_by_us(self, asked: Asked, told: dict[str, str]) -> bool:
        header = asked.headers["authorization"]
        own = {name: unquote(value) for name, value in re.findall(r'(\w+)="(.*?)"', header)}
        expected = SIGNER.authorization(
            asked.method,
            self.server.url + asked.path,
            params=tuple(told.items()),
            now=datetime.fromtimestamp(int(own["oauth_timestamp"]), UTC),
            nonce=own["oauth_nonce"],
        )
        return header == expected and own["oauth_timestamp"] == str(int(self.now.timestamp()))

    def on_echo(self, told: dict[str, str]) -> Answer:
        return said({"method": {"_content": told["method"]}})

    def on_check_token(self, told: dict[str, str]) -> Answer:
        user = {"nsid": OWN, "username": "kylewm", "fullname": "Kyle Mahan"}
        return said({"oauth": {"perms": {"_content": self.perms}, "user": user}})

    def on_search(self, told: dict[str, str]) -> Answer:
        assert told["sort"] == "date-posted-asc"
        assert "date_upload" in told["extras"]
        low, high = int(told["min_upload_date"]), int(told.get("max_upload_date", 10**12))
        words = told["text"] if "text" in told else told["tags"].split(",")[0]
        photos = [one for one in self.photos if low <= int(one["dateupload"]) <= high]
        photos = [one for one in photos if words.casefold() in json.dumps(one).casefold()]
        return self._listing(sorted(photos, key=lambda one: int(one["dateupload"])), told)

    def on_recently_updated(self, told: dict[str, str]) -> Answer:
        since = int(told["min_date"])
        changed = [
            {"id": id, "owner": OWN, "title": "", "lastupdate": str(second)}
            for id, second in self.ours.items()
            if second >= since
        ]
        return self._listing(sorted(changed, key=lambda one: -int(one["lastupdate"])), told)

    def _listing(self, photos: list[dict[str, Any]], told: dict[str, str]) -> Answer:
        per_page, page = min(int(told["per_page"]), self.most), int(told["page"])
        if per_page * page > 4_000:
            return fault(20, "Excessive photo offset in search")
        pages = -(-len(photos) // per_page)
        shown = photos[per_page * (page - 1) : per_page * page]
        about = {"page": page, "pages": pages, "perpage": per_page, "total": str(len(photos))}
        return said({"photos": about | {"photo": shown}})

    def on_get_list(self, told: dict[str, str]) -> Answer:
        id = told["photo_id"]
        if id not in self.ours and id not in {one["id"] for one in self.photos}:
            return fault(1, "Photo not found")
        since = int(told.get("min_comment_date", 0)) if self.heeds_dates else 0
        found = [one for one in self.comments.get(id, []) if int(one["datecreate"]) >= since]
        return said({"comments": {"photo_id": id} | ({"comment": found} if found else {})})

    def on_get_info(self, told: dict[str, str]) -> Answer:
        for one in self.photos:
            if one["id"] == told["photo_id"]:
                return said({"photo": {"id": one["id"], "title": {"_content": one["title"]}}})
        return fault(1, "Photo not found")

    def on_add_comment(self, told: dict[str, str]) -> Answer:
        if self.perms != "write":
            return fault(99, "Insufficient permissions")
        id = told["photo_id"]
        if id not in self.ours and id not in {one["id"] for one in self.photos}:
            return fault(1, "Photo not found")
        for one in self.comments.get(id, []):
            if (one["author"], one["_content"]) == (OWN, told["comment_text"]):
                return said({"comment": one})
        self.comment(told["comment_text"], photo=id, at=self.now, author=OWN)
        return said({"comment": self.comments[id][-1]})

    # --- the test's side -----------------------------------------------------------------

    def upload(self, *, at: datetime, **over: Any) -> str:
        id = str(21805173440 + len(self.photos))
        own = {"id": id, "dateupload": str(int(at.timestamp()))}
        self.photos.append(PHOTO | own | over)
        return id

    def comment(self, text: str, *, photo: str, at: datetime, **over: Any) -> str:
        said_before = sum(len(found) for found in self.comments.values())
        id = f"4942564-{photo}-{72157625845945286 + said_before}"
        link = f"https://www.flickr.com/photos/kindofblue115/{photo}/#comment{id.split('-')[2]}"
        second = int(at.timestamp())
        told = {"id": id, "permalink": link, "datecreate": str(second), "_content": text}
        self.comments.setdefault(photo, []).append(COMMENT | told | over)
        if photo in self.ours:
            self.ours[photo] = max(self.ours[photo], int(self.now.timestamp()))
        return id

    def own_photo(self) -> str:
        id = str(5227922370 + len(self.ours))
        self.ours[id] = 0
        return id

    @property
    def is_of_comments(self) -> bool:
        return not (self.options.get("search") or self.options.get("tags"))

    def post(self, text: str, *, at: datetime) -> str:
        if not self.is_of_comments:
            return self.upload(at=at, title=text, description={"_content": ""})
        if not self.ours:
            self.own_photo()
        return self.comment(text, photo=next(iter(self.ours)), at=at)

    def entry(self) -> SourceEntry:
        options = {"base_url": self.server.url, "per_fetch": self.page, **self.options}
        return SourceEntry(name="photos", kind="flickr", brand="acme", options=options)

    def source(self, secret: str = "") -> Source:
        return super().source(secret or json.dumps(SECRET))

    def fail(self) -> None:
        self.is_failing = True

    def asked(self, method: str) -> list[Asked]:
        wanted = "flickr." + method
        return [
            one
            for one in self.server.asked
            if wanted
            in (*one.query.get("method", []), *dict(parse_qsl(one.body.decode())).values())
        ]


@contextmanager
def staged(**options: Any) -> Iterator[Darkroom]:
    room = Darkroom(**options)
    with serving(room.answer) as server:
        room.server = server
        yield room


@pytest.fixture
def room() -> Iterator[Darkroom]:
    with staged(search="acme") as room:
        yield room


@pytest.fixture
def gallery() -> Iterator[Darkroom]:
    """Where comments on our photos are listened to."""
    with staged() as room:
        yield room


class FlickrContract(PlatformContract):
    options: ClassVar[dict[str, Any]]

    @pytest.fixture
    def stage(self) -> Iterator[Darkroom]:
        with staged(**self.options) as room:
            yield room

    def secret_of(self, stage: Stage) -> str:
        assert isinstance(stage, Darkroom)
        return json.dumps(SECRET)


class TestSearch(FlickrContract):
    options: ClassVar[dict[str, Any]] = {"search": "acme"}

    def post_as_ourselves(self, stage: Stage) -> str:
        assert isinstance(stage, Darkroom)
        return stage.upload(at=stage.now, pathalias="Alice")

    def test_a_photo_that_is_deleted_between_two_pages_hides_none(self, stage: Darkroom) -> None:
        _, cursor = read_all(stage, None)
        stage.now += timedelta(minutes=1)
        posted = [
            stage.post(f"acme {number}", at=NOW + timedelta(seconds=number)) for number in range(12)
        ]
        given: set[str] = set()
        for batch in read_on(stage, cursor):
            given |= ids(batch.pulled)
            stage.photos = [one for one in stage.photos if one["id"] != posted[0]]
        assert set(posted) <= given

    def test_a_photo_that_is_found_late_is_given(self, stage: Darkroom) -> None:
        stage.post("acme", at=NOW)
        _, cursor = read_all(stage, None)
        late = stage.post("acme, listed late", at=NOW - timedelta(minutes=59))
        assert late in ids(read_all(stage, cursor)[0])

    def test_a_photo_from_the_future_does_not_hide_what_comes_before_it(
        self, stage: Darkroom
    ) -> None:
        stage.post("acme tomorrow", at=NOW + timedelta(days=1))
        _, cursor = read_all(stage, None)
        stage.now += timedelta(hours=1)
        soon = stage.post("acme in an hour", at=stage.now)
        assert soon in ids(read_all(stage, cursor)[0])

    def test_more_photos_of_one_second_than_are_given_is_told(self, stage: Darkroom) -> None:
        stage.most = 5
        for _ in range(7):
            stage.post("acme storm", at=NOW)
        later = stage.post("acme after", at=NOW + timedelta(seconds=1))
        batches = list(read_on(stage, None))
        assert any("of one second" in batch.gap for batch in batches)
        assert any(later in ids(batch.pulled) for batch in batches)


class TestTags(FlickrContract):
    options: ClassVar[dict[str, Any]] = {"tags": ["acme", "acmedown"]}

    def post_as_ourselves(self, stage: Stage) -> str:
        assert isinstance(stage, Darkroom)
        return stage.upload(at=stage.now, ownername="alice")

    def test_any_of_the_tags_will_do(self, stage: Darkroom) -> None:
        read_all(stage, None)
        query = stage.server.asked[0].query
        assert (query["tags"], query["tag_mode"]) == (["acme,acmedown"], ["any"])


class TestComments(FlickrContract):
    options: ClassVar[dict[str, Any]] = {}

    def post_as_ourselves(self, stage: Stage) -> str:
        assert isinstance(stage, Darkroom)
        photo = next(iter(stage.ours), "") or stage.own_photo()
        return stage.comment("acme is us", photo=photo, at=stage.now, author=OWN)

    def test_comments_on_many_photos_are_read_over_some_fetches(self, stage: Darkroom) -> None:
        posted = {
            stage.comment("acme", photo=stage.own_photo(), at=NOW - timedelta(seconds=number))
            for number in range(45)
        }
        batches = list(read_on(stage, None))
        assert set().union(*(ids(batch.pulled) for batch in batches)) == posted
        assert len(batches) == 3

    def test_photos_that_do_not_change_any_more_are_not_asked_for_again_and_again(
        self, stage: Darkroom
    ) -> None:
        """Twenty photos of one hour would take all requests of it, pulled each minute."""
        for _ in range(20):
            stage.comment("acme", photo=stage.own_photo(), at=NOW)
        _, cursor = read_all(stage, None)
        for _ in range(120):
            stage.now += timedelta(minutes=1)
            _, cursor = read_all(stage, cursor)
        assert len(stage.asked("photos.comments.getList")) <= 20 * 5
        late = stage.comment("acme again", photo=next(iter(stage.ours)), at=stage.now)
        assert late in ids(read_all(stage, cursor)[0])

    def test_a_comment_that_is_listed_long_after_its_photo_has_changed_is_given(
        self, stage: Darkroom
    ) -> None:
        photo = stage.own_photo()
        stage.comment("acme", photo=photo, at=NOW)
        given, cursor = set(), None
        for minutes in range(70):
            stage.now = NOW + timedelta(minutes=minutes)
            if minutes == 50:
                changed = stage.ours[photo]
                late = stage.comment("acme, late", photo=photo, at=NOW)
                stage.ours[photo] = changed
            pulled, cursor = read_all(stage, cursor)
            given |= ids(pulled)
        assert late in given

    def test_comments_that_were_read_before_the_server_failed_are_given(
        self, stage: Darkroom
    ) -> None:
        first = stage.comment("acme", photo=stage.own_photo(), at=NOW - timedelta(minutes=2))
        other = stage.own_photo()
        second = stage.comment("acme too", photo=other, at=NOW)
        stage.ours[next(iter(stage.ours))] -= 60
        stage.instead = lambda asked, method: (
            Answer(status=503) if asked.query.get("photo_id") == [other] else None
        )
        batch = stage.source().fetch(None, deadline=stage.soon)
        assert (ids(batch.pulled), batch.is_caught_up) == ({first}, False)
        with pytest.raises(SourceUnavailable):
            stage.source().fetch(batch.cursor, deadline=stage.soon)
        stage.instead = lambda asked, method: None
        assert second in ids(read_all(stage, batch.cursor)[0])

    def test_a_photo_of_ours_deleted_between_two_pages_hides_no_comment(
        self, stage: Darkroom
    ) -> None:
        stage.most = 10
        posted = [stage.comment("acme", photo=stage.own_photo(), at=NOW) for _ in range(25)]

        def instead(asked: Asked, method: str) -> None:
            if method.endswith("recentlyUpdated") and asked.query["page"] == ["2"]:
                stage.ours.pop("5227922370", None)

        stage.instead = instead
        given: set[str] = set()
        for batch in read_on(stage, None):
            given |= ids(batch.pulled)
        assert given == set(posted[1:])

    def test_more_photos_of_ours_than_are_listed_is_told(self, stage: Darkroom) -> None:
        stage.most = 1
        for _ in range(10):
            stage.comment("acme", photo=stage.own_photo(), at=NOW)
        assert any("of our photos changed" in batch.gap for batch in read_on(stage, None))

    def test_a_photo_that_goes_while_it_is_read_hides_no_other(self, stage: Darkroom) -> None:
        gone, stays = stage.own_photo(), stage.own_photo()
        stage.comment("acme", photo=gone, at=NOW)
        kept = stage.comment("acme", photo=stays, at=NOW)
        stage.instead = lambda asked, method: (
            fault(1, "Photo not found") if asked.query.get("photo_id") == [gone] else None
        )
        assert ids(read_all(stage, None)[0]) == {kept}

    @pytest.mark.parametrize("heeds_dates", [True, False])
    def test_old_comments_on_a_photo_that_changed_are_not_given(
        self, stage: Darkroom, heeds_dates: bool
    ) -> None:
        stage.heeds_dates = heeds_dates
        photo = stage.own_photo()
        stage.comment("acme, long ago", photo=photo, at=NOW - timedelta(days=300))
        new = stage.comment("acme", photo=photo, at=NOW)
        assert ids(read_all(stage, None)[0]) == {new}

    def test_a_flood_of_comments_on_one_photo_does_not_blind_us(self, stage: Darkroom) -> None:
        flooded, other = stage.own_photo(), stage.own_photo()
        for _ in range(3):
            stage.comment("acme " + "x" * 2_000_000, photo=flooded, at=NOW)
        id = stage.comment("acme", photo=other, at=NOW)
        batches = list(read_on(stage, None))
        assert id in {one for batch in batches for one in ids(batch.pulled)}
        assert any(flooded in refused for batch in batches for refused in batch.refused)


def only(batch: Batch) -> Mention:
    assert batch.refused == ()
    (found,) = batch.pulled
    return found.mention


def fetched(room: Darkroom) -> Mention:
    return only(room.source().fetch(None, deadline=room.soon))


def test_a_photo_becomes_a_mention(room: Darkroom) -> None:
    id = room.upload(at=NOW)
    mention = fetched(room)
    assert mention.text == "Queue at Acme\n\nSince noon: bit.ly/x\n\n#horizontal #acme"
    assert (mention.platform, mention.platform_id, mention.posted_at) == ("flickr", id, NOW)
    assert mention.url == f"https://www.flickr.com/photos/leica/{id}/"
    assert mention.author is not None
    assert (mention.author.handle, mention.author.name) == ("37386863@N03", "leica_camera")
    assert mention.media == (Media(url=PHOTO["url_m"]),)
    assert not mention.is_addressed


def test_a_comment_becomes_a_mention(gallery: Darkroom) -> None:
    photo = gallery.own_photo()
    id = gallery.comment("Is <b>acme</b> &amp; co down?", photo=photo, at=NOW)
    mention = fetched(gallery)
    assert (mention.text, mention.platform_id) == ("Is acme & co down?", id)
    assert (mention.in_reply_to, mention.is_addressed, mention.posted_at) == (photo, True, NOW)
    assert mention.url.endswith(f"/{photo}/#comment{id.split('-')[2]}")
    assert mention.author is not None
    assert (mention.author.handle, mention.author.name) == (DUSTY, "Dusty")


@pytest.mark.parametrize(
    "over",
    [
        {"title": 7, "description": None, "url_m": None},
        {"title": "acme", "description": {"_content": None}, "tags": 7},
        {"title": {"_content": "acme"}, "description": "plain", "ownername": None},
        {"pathalias": None, "owner": ""},
        {"dateupload": int(NOW.timestamp()), "new": {"field": 1}},
    ],
)
def test_what_is_missing_or_strange_refuses_no_photo(room: Darkroom, over: dict[str, Any]) -> None:
    id = room.upload(at=NOW, **({"tags": "acme"} | over))
    assert fetched(room).platform_id == id


@pytest.mark.parametrize("second", ["noon", 10**17, "9" * 40, [], None])
def test_a_photo_that_cannot_be_read_is_told_and_the_others_are_given(
    room: Darkroom, second: object
) -> None:
    id = room.upload(at=NOW)
    photos = [*room.photos, PHOTO | {"dateupload": second}]
    room.instead = lambda asked, method: said({"photos": {"photo": photos, "pages": 1}})
    batch = room.source().fetch(None, deadline=room.soon)
    assert ids(batch.pulled) == {id}
    assert len(batch.refused) == 1


def test_whoever_writes_huge_descriptions_does_not_blind_us(room: Darkroom) -> None:
    room.options["per_fetch"] = 250
    huge = {
        room.upload(
            at=NOW - timedelta(seconds=number), description={"_content": "acme" + "x" * 2_000_000}
        )
        for number in range(6)
    }
    assert huge == ids(read_all(room, None)[0])


# --- what is wrong with us ---------------------------------------------------------------


def test_a_key_alone_searches_and_goes_in_the_query(room: Darkroom) -> None:
    id = room.upload(at=NOW)
    for secret in (SECRET["api_key"], json.dumps({"api_key": SECRET["api_key"]})):
        source = room.source(secret)
        assert isinstance(source, Flickr)
        assert not isinstance(source, Replier)
        assert ids(source.fetch(None, deadline=room.soon).pulled) == {id}


def test_a_key_that_does_not_hold_is_refused(room: Darkroom) -> None:
    with pytest.raises(SourceRefused, match=r"100: Invalid API Key.*does not hold"):
        room.source("0" * 32).fetch(None, deadline=room.soon)


def test_a_wrong_signature_is_refused_without_what_was_signed(room: Darkroom) -> None:
    with pytest.raises(SourceRefused, match="signature_invalid") as refused:
        room.source(json.dumps(SECRET | {"oauth_token_secret": "x"})).fetch(
            None, deadline=room.soon
        )
    assert SECRET["oauth_token"] not in str(refused.value)


def test_comments_cannot_be_read_with_a_key_alone(gallery: Darkroom) -> None:
    with pytest.raises(SourceRefused, match=r"99.*authorise our account"):
        gallery.source(SECRET["api_key"]).fetch(None, deadline=gallery.soon)


@pytest.mark.parametrize(
    "answer",
    [
        fault(105, "Service currently unavailable"),
        fault(10, "Sorry, the Flickr search API is not currently available."),
        fault(0, "Sorry, the Flickr API service is not currently available."),
        Answer(status=401, body=b"oauth_problem=nonce_used"),
        Answer(status=401, body=b"oauth_problem=timestamp_refused&x=1"),
        Answer(body=b"jsonFlickrApi({})"),
        Answer(body=b'{"stat":"ok"}'),
    ],
)
def test_what_passes_is_unavailable(room: Darkroom, answer: Answer) -> None:
    room.instead = lambda asked, method: answer
    with pytest.raises(SourceUnavailable):
        room.source().fetch(None, deadline=room.soon)


@pytest.mark.parametrize(
    "answer",
    [
        fault(98, "Invalid auth token"),
        fault(116, "Bad URL found"),
        Answer(body=b'{"stat":"fail","code":"many","message":"?"}'),
        Answer(status=403),
        Answer(status=404),
        Answer(status=401, body=b"oauth_problem=token_revoked"),
    ],
)
def test_what_does_not_pass_is_refused(room: Darkroom, answer: Answer) -> None:
    room.instead = lambda asked, method: answer
    with pytest.raises(SourceRefused):
        room.source().fetch(None, deadline=room.soon)


@pytest.mark.parametrize(
    ("options", "has_secret", "problem"),
    [
        ({"tags": ["acme"], "search": "acme"}, True, "search: cannot go with tags"),
        ({"tags": ["#acme"]}, True, "write a tag without #"),
        ({"tags": ["acme,down"]}, True, "write a tag"),
        ({"search": "acme"}, False, "secret: missing"),
        ({"base_url": "http://api.flickr.com"}, True, "in the clear"),
    ],
)
def test_a_wrong_option_is_told(options: dict[str, object], has_secret: bool, problem: str) -> None:
    assert problem in str(check_options("flickr", options, has_secret=has_secret))


# --- replying ----------------------------------------------------------------------------


def replier(room: Darkroom) -> AnsweringFlickr:
    source = room.source()
    assert isinstance(source, AnsweringFlickr)
    return source


def heard(room: Darkroom, text: str = "acme is down") -> Mention:
    room.comment(text, photo=room.own_photo(), at=NOW)
    return fetched(room)


WORDS = "We are on it & sorry, \u0394\u03b5\u03bd +1. Ana"


def test_a_reply_is_a_comment_on_the_photo(gallery: Darkroom) -> None:
    mention = heard(gallery)
    published = replier(gallery).reply(mention, a_reply(text=WORDS))
    comment = gallery.comments[mention.in_reply_to or ""][-1]
    assert (comment["id"], comment["_content"]) == (published.platform_id, WORDS)
    assert published.url == comment["permalink"]


def test_a_photo_found_by_words_is_answered_too(room: Darkroom) -> None:
    id = room.upload(at=NOW)
    published = replier(room).reply(fetched(room), a_reply())
    assert room.comments[id][0]["id"] == published.platform_id
    assert published.url.startswith(f"https://www.flickr.com/photos/leica/{id}/#comment")


def test_the_same_words_stand_once(gallery: Darkroom) -> None:
    mention, reply = heard(gallery), a_reply()
    first = replier(gallery).reply(mention, reply)
    assert replier(gallery).reply(mention, reply) == first


@pytest.mark.parametrize("broken", [Answer(is_reset=True), Answer(status=502), Answer(body=b"{")])
def test_a_reply_whose_answer_is_lost_is_of_unknown_outcome_and_found(
    gallery: Darkroom, broken: Answer
) -> None:
    mention, reply = heard(gallery), a_reply(text=WORDS, approved_at=NOW)

    def instead(asked: Asked, method: str) -> Answer | None:
        if not method.endswith("addComment"):
            return None
        gallery.on_add_comment(dict(parse_qsl(asked.body.decode())))
        return broken

    gallery.instead = instead
    with pytest.raises(OutcomeUnknown):
        replier(gallery).reply(mention, reply)
    found = replier(gallery).find_reply(mention, reply)
    assert found is not None
    assert found.platform_id == gallery.comments[mention.in_reply_to or ""][-1]["id"]


@pytest.mark.parametrize("heeds_dates", [True, False])
def test_the_same_words_by_others_or_of_another_day_are_not_the_reply(
    gallery: Darkroom, heeds_dates: bool
) -> None:
    gallery.heeds_dates = heeds_dates
    mention, reply = heard(gallery), a_reply(text=WORDS, approved_at=NOW)
    photo = mention.in_reply_to or ""
    gallery.comment(WORDS, photo=photo, at=NOW)
    gallery.comment(WORDS, photo=photo, at=NOW - timedelta(days=1), author=OWN)
    gallery.comment("Sorry!", photo=photo, at=NOW, author=OWN)
    assert replier(gallery).find_reply(mention, reply) is None


def test_a_reply_on_a_photo_that_is_gone_is_refused_and_not_there(gallery: Darkroom) -> None:
    mention = heard(gallery)
    gallery.ours.clear()
    with pytest.raises(SourceRefused, match="gone"):
        replier(gallery).reply(mention, a_reply())
    assert replier(gallery).find_reply(mention, a_reply()) is None


def test_who_comments_too_fast_waits(gallery: Darkroom) -> None:
    mention = heard(gallery)
    gallery.instead = lambda asked, method: fault(9, "User is posting comments too fast.")
    with pytest.raises(SourceUnavailable, match="too fast"):
        replier(gallery).reply(mention, a_reply())


def test_a_token_that_may_only_read_is_told(gallery: Darkroom) -> None:
    mention = heard(gallery)
    gallery.perms = "read"
    with pytest.raises(SourceRefused, match="perms=write"):
        replier(gallery).reply(mention, a_reply())


def test_what_cannot_be_looked_up_is_unavailable(gallery: Darkroom) -> None:
    mention = heard(gallery)
    for answer in (fault(98, "Invalid auth token"), Answer(status=500), Answer(body=b"<html>")):
        gallery.instead = lambda asked, method, answer=answer: answer  # type: ignore[misc]
        with pytest.raises(SourceUnavailable):
            replier(gallery).find_reply(mention, a_reply())


def test_a_preview_shows_the_words_as_they_are(gallery: Darkroom) -> None:
    preview = replier(gallery).preview(heard(gallery), WORDS, is_private=False)
    assert (preview.text, preview.length) == (WORDS, len(WORDS))


# --- what still stands -------------------------------------------------------------------


def test_photos_and_comments_that_were_deleted_are_told(gallery: Darkroom) -> None:
    photo = gallery.own_photo()
    gone, kept = (gallery.comment(text, photo=photo, at=NOW) for text in ("acme", "acme too"))
    other = gallery.comment("acme", photo=gallery.own_photo(), at=NOW)
    mentions = [one.mention for one in read_all(gallery, None)[0]]
    gallery.comments[photo] = gallery.comments[photo][1:]
    gallery.ours.popitem()
    source = gallery.source()
    assert isinstance(source, DeletionChecker)
    assert source.delete_check(mentions, deadline=gallery.soon).gone == {gone, other}
    assert kept not in source.delete_check(mentions, deadline=gallery.soon).gone


def test_a_comment_that_is_listed_stands_whatever_else_is_wrong_with_it(gallery: Darkroom) -> None:
    photo = gallery.own_photo()
    gallery.comment("acme", photo=photo, at=NOW)
    mention = fetched(gallery)
    gallery.instead = lambda asked, method: said(
        {"comments": {"comment": [{"id": mention.platform_id, "datecreate": None}]}}
    )
    source = gallery.source()
    assert isinstance(source, DeletionChecker)
    assert source.delete_check([mention], deadline=gallery.soon).gone == frozenset()


def test_a_pull_of_comments_asks_which_photos_changed_and_one_of_them() -> None:
    member = flickr.MEMBER
    assert member.calls_per_pull(member.complete({})) == 2
    assert member.calls_per_pull(member.complete({"search": "acme"})) == 1


def test_a_photo_that_was_deleted_or_made_private_is_told(room: Darkroom) -> None:
    gone, _ = room.upload(at=NOW), room.upload(at=NOW)
    mentions = [one.mention for one in read_all(room, None)[0]]
    room.photos = room.photos[1:]
    source = room.source(SECRET["api_key"])
    assert isinstance(source, DeletionChecker)
    assert source.delete_check(mentions, deadline=room.soon).gone == {gone}


def test_when_our_own_token_is_gone_nothing_else_is(room: Darkroom) -> None:
    room.upload(at=NOW)
    mention, source = fetched(room), room.source()
    assert isinstance(source, DeletionChecker)
    room.instead = lambda asked, method: fault(98, "Invalid auth token")
    with pytest.raises(SourceRefused, match="authorise our account again"):
        source.delete_check([mention], deadline=room.soon)


# --- how it stands with us ---------------------------------------------------------------


def probed(room: Darkroom, secret: str = "") -> Any:
    source = room.source(secret)
    assert isinstance(source, Probing)
    return source.probe(deadline=room.soon)


def test_a_probe_says_who_we_are_and_what_works(gallery: Darkroom) -> None:
    found = probed(gallery)
    assert (found.account, found.missing) == ("@kylewm", ())
    assert found.works == ("reads comments on our photos", "replies")


def test_a_probe_tells_what_a_token_may_not(gallery: Darkroom) -> None:
    gallery.perms = "read"
    assert probed(gallery).missing == (
        "cannot reply: authorise our account again, with perms=write",
    )


def test_a_probe_tells_what_a_key_alone_cannot_do(room: Darkroom, gallery: Darkroom) -> None:
    assert probed(room, SECRET["api_key"]).works == ("searches public photos",)
    found = probed(gallery, SECRET["api_key"])
    assert found.works == ()
    assert any("cannot read comments" in one for one in found.missing)


def test_a_secret_that_is_no_json_opens_nothing_more(room: Darkroom) -> None:
    for secret in ('{"api_key"', '{"api_key": 7}', '{"oauth_token": "x"}'):
        with pytest.raises(SourceRefused):
            room.source(secret).fetch(None, deadline=room.soon)
