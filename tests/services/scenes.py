"""Nights that have begun: who was woken for what."""

from typing import Any

from chalicelib.domain.desk import Responder, SmsSettings
from chalicelib.domain.schedule import ResponderId
from chalicelib.services.link_view import LinkView, Seen
from tests.builders import ANA, BEN, FAY, LEA, a_desk, a_responder
from tests.services.stage import Interruption, Stage, after

EVERYBODY = (ANA, BEN, FAY, LEA)
BARE = SmsSettings(is_two_way=True, takes_bare_letters=True)
"""An owner who allows letters without a code."""


def woken(interruption: Interruption | None = None, **over: Any) -> Stage:
    """Ana was woken; Ben was too, a quarter of an hour later."""
    stage = Stage(interruption=interruption, **over)
    with_peace(interruption, lambda: _wake(stage, "the site is down"))
    assert stage.rung() == [ANA, BEN]
    return stage


def woken_twice(interruption: Interruption | None = None, **over: Any) -> Stage:
    """The same for two incidents; Ben got one SMS about both."""
    stage = Stage(interruption=interruption, **over)
    with_peace(interruption, lambda: _wake(stage, "the site is down", "they leak my data"))
    assert stage.rung() == [ANA, ANA, BEN]
    return stage


def with_peace(interruption: Interruption | None, do: Any) -> None:
    """Do it undisturbed."""
    if interruption:
        interruption.has_struck = True
    do()
    if interruption:
        interruption.has_struck = False


def _wake(stage: Stage, *texts: str) -> None:
    for number, text in enumerate(texts):
        stage.judged(text, number)
    stage.tick(after(15))


def with_mailbox(id: ResponderId, **over: Any) -> Responder:
    return a_responder(id, email=f"{id}@acme.example", **over)


def everybody_with_mailbox(**over: Any) -> Any:
    """A desk all of whose people can be written to."""
    return a_desk(responders=tuple(with_mailbox(id) for id in EVERYBODY), **over)


def only(view: LinkView) -> Seen:
    """The incident of a link that is about one."""
    (seen,) = view.seen
    return seen


def link_in(text: str) -> str:
    """The secret of the link in a note."""
    return text.partition("/a/")[2][:22]


def code_in(text: str) -> str:
    """The code in a note that asks for it."""
    return text.partition("Reply ")[2][:5]
