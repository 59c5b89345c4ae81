"""What platforms send us of their own accord: believed, understood, kept, answered."""

import hashlib
import logging
from datetime import datetime

from chalicelib.domain.cost import Feature
from chalicelib.domain.errors import BadInput, NotFound, SourceRefused
from chalicelib.ports import Desks, Meter, Notices, Push, Receiver, Sources, UnreadPushes
from chalicelib.services.ingest.keeping import Keeping

log = logging.getLogger("nightdesk.ingest")


class Pushes:
    """Takes pushes to the configured sources."""

    def __init__(
        self,
        *,
        desks: Desks,
        sources: Sources,
        keeping: Keeping,
        unread: UnreadPushes,
        meter: Meter,
        notices: Notices,
    ) -> None:
        self._desks = desks
        self._sources = sources
        self._keeping = keeping
        self._unread = unread
        self._meter = meter
        self._notices = notices

    def receive(self, name: str, push: Push, *, now: datetime) -> str:
        """Store what a push to source `name` says; what its platform wants to hear.

        It answers once all is stored: a platform that hears nothing, or an error, sends it
        again, and what was stored is not stored twice. Raises NotFound when there is nobody to
        receive it, NotAllowed when it does not prove whom it is from, BadInput when it does and
        cannot be understood. That and a push with single posts that cannot be read is kept whole:
        unlike a listing, nobody can ask for it again.
        """
        receiver = self._receiver(name, now=now)
        entry = self._desks.current().source(name)
        brand = entry.brand if entry else ""
        with self._meter.within(Feature.LISTENING, source=name, brand=brand):
            return self._received(name, receiver, push, now=now)

    def _received(self, name: str, receiver: Receiver, push: Push, *, now: datetime) -> str:
        try:
            received = receiver.receive(push)
        except BadInput as error:
            self._put_aside(name, push.body, now=now)
            self._meter.count("EntriesRefused")
            log.error("push_refused", extra={"source": name, "why": str(error)})
            self._notices.tell(
                f"push:{name}",
                f"A push to source {name} could not be understood; it is kept, see the log.",
                now=now,
            )
            raise
        if received.refused:
            self._put_aside(name, push.body, now=now)
        added = self._keeping.keep(name, received, now=now)
        log.info(
            "push_received",
            extra={"source": name, "posts": len(received.pulled), "added": added},
        )
        return received.answer

    def _receiver(self, name: str, *, now: datetime) -> Receiver:
        """Raises NotFound. Its secret is looked up only for a source that can receive."""
        desk = self._desks.current()
        if not self._sources.traits(desk, name).can_receive:
            raise NotFound(f"source {name} is not pushed to")
        try:
            source = self._sources.open(desk, name)
        except SourceRefused as error:
            log.error("push_not_taken", extra={"source": name, "why": str(error)})
            self._notices.tell(
                f"push:{name}", f"Source {name} takes no push: {str(error)[:300]}", now=now
            )
            raise NotFound(f"source {name} cannot be opened") from None
        if not isinstance(source, Receiver):
            raise NotFound(f"source {name} is not pushed to")
        return source

    def _put_aside(self, name: str, body: bytes, *, now: datetime) -> None:
        self._unread.keep(name, body, now=now)
        digest = hashlib.sha256(body).hexdigest()
        log.error("push_put_aside", extra={"source": name, "body_sha256": digest})
