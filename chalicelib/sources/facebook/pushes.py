"""What Facebook pushes: verified first, then read.

developers.facebook.com/docs/graph-api/webhooks/getting-started (November 2026): the challenge,
and `X-Hub-Signature-256: sha256=<HMAC-SHA256 of the body, keyed with the app secret>`. A push may
come again, late, in any order, and with changes of other pages of the application.
"""

import hashlib
import hmac

import msgspec

from chalicelib.domain.errors import BadInput, NotAllowed
from chalicelib.ports import Pulled, Push, Received
from chalicelib.sources.facebook.answering import AnsweringFacebook
from chalicelib.sources.facebook.graph import Credentials
from chalicelib.sources.facebook.happenings import Change, Happenings, Messaging
from chalicelib.sources.family import Opening
from chalicelib.sources.payload import each

LONGEST_CHALLENGE = 200


class _Entry(msgspec.Struct, frozen=True):
    id: str | int = ""
    time: str | int = 0
    """When it was sent."""
    changes: list[msgspec.Raw] = []
    messaging: list[msgspec.Raw] = []


class _Told(msgspec.Struct, frozen=True):
    object: str
    entry: list[msgspec.Raw]


class PushedFacebook(AnsweringFacebook):
    """A page whose application also pushes, and whose pushes can be verified."""

    takes_pushes = True

    def __init__(self, opening: Opening, credentials: Credentials) -> None:
        super().__init__(opening, credentials)
        self._app_secret = credentials.app_secret.encode()
        self._verify_token = credentials.verify_token.encode()

    def receive(self, push: Push) -> Received:
        if push.method == "GET":
            return self._challenged(push)
        if push.method != "POST":
            raise NotAllowed("only GET and POST are taken")
        digest = hmac.new(self._app_secret, push.body, hashlib.sha256).hexdigest()
        if not _is_same(f"sha256={digest}".encode(), push.headers.get("x-hub-signature-256", "")):
            raise NotAllowed("X-Hub-Signature-256 is not that of the body")
        try:
            told = msgspec.json.decode(push.body, type=_Told)
        except (msgspec.MsgspecError, RecursionError, ValueError) as error:
            raise BadInput(f"body: {str(error)[:200]}; it should be a push of a page") from None
        if told.object != "page":
            # To refuse it would have Facebook send it again, and switch all pushes off in the end.
            return Received(refused=(f"object {told.object[:40]!r} is not read; only page is",))
        return self._read(told.entry)

    def _challenged(self, push: Push) -> Received:
        if not _is_same(self._verify_token, push.query.get("hub.verify_token", "")):
            raise NotAllowed("hub.verify_token is not ours")
        challenge = push.query.get("hub.challenge", "")
        if push.query.get("hub.mode") != "subscribe":
            raise BadInput("hub.mode: not subscribe, which is all that Facebook sends")
        if not challenge.isalnum() or len(challenge) > LONGEST_CHALLENGE:
            raise BadInput("hub.challenge: no number, which is what Facebook sends")
        return Received(answer=challenge)

    def _read(self, sent: list[msgspec.Raw]) -> Received:
        happenings = Happenings(self._reader, now=self._now())
        pulled: dict[str, Pulled] = {}
        gone: dict[str, None] = {}
        entries, refused = each(sent, _Entry, lambda entry, raw: entry)
        for entry in entries:
            if str(entry.id) != self._page:
                continue
            changed, bad = each(entry.changes, Change, happenings.changed(entry.time))
            heard, worse = each(entry.messaging, Messaging, happenings.heard)
            refused += [*bad, *worse]
            for one in (*changed, *heard):
                if one.pulled is None:
                    gone[one.id] = None
                    pulled.pop(one.id, None)
                else:
                    pulled[one.id] = one.pulled
        return Received(
            pulled=tuple(sorted(pulled.values(), key=lambda one: one.mention.posted_at)),
            refused=tuple(refused),
            gone=tuple(gone),
        )


def _is_same(ours: bytes, said: str) -> bool:
    """In constant time; nothing said is never the same."""
    return bool(ours) and hmac.compare_digest(ours, said.encode("utf-8", "replace"))
