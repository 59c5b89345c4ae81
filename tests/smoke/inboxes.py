"""What people hold in their hands: phones, mailboxes and rooms, which tell what they expect."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from infra.local.forms import forms_in
from infra.local.forms import pressed as body_of
from infra.local.phones import Line, Phone, Text
from tests.smoke.post_office import Letter, Posted, RoomDoor

if TYPE_CHECKING:
    from tests.smoke.world import World


class Message(Protocol):
    """Something that arrived."""

    @property
    def body(self) -> str: ...

    @property
    def code(self) -> str: ...

    @property
    def link(self) -> str: ...

    @property
    def message_id(self) -> str: ...


M = TypeVar("M", bound=Message)


class Inbox(Generic[M]):
    """Where messages arrive; each has to be expected, oldest first."""

    asks_for_codes = True
    """Whether its pages carry a code to reply with."""

    def __init__(self, world: "World", whose: str, expected: set[str]) -> None:
        self._world = world
        self._whose = whose
        self._expected = expected

    def arrived(self) -> Sequence[M]:
        """All that the desk has sent here, oldest first."""
        raise NotImplementedError

    def waiting(self) -> list[M]:
        """What nobody has expected yet."""
        return [one for one in self.arrived() if one.message_id not in self._expected]

    def expects_page(self, words: str, *, has_code: bool | None = None, has_link: bool = True) -> M:
        """The oldest one not looked at yet is a page that says `words`.

        It can be answered by its link, and by its code where replies reach us.
        """
        found = self._expects(words)
        code = self.asks_for_codes if has_code is None else has_code
        assert bool(found.link) == has_link, f"link expected: {has_link}; in {found.body!r}"
        assert bool(found.code) == code, f"code expected: {code}; in {found.body!r}"
        return found

    def expects_note(self, words: str) -> M:
        """The oldest one not looked at yet says `words` and asks for nothing (has no link)."""
        found = self._expects(words)
        assert not found.link, f"this is a page: {found.body}"
        return found

    def is_silent(self) -> None:
        """Has got nothing that was not expected."""
        waiting = [one.body for one in self.waiting()]
        assert not waiting, f"{self._whose} has got {waiting}"

    def latest_page(self) -> M:
        """The newest that has a link."""
        page = next((one for one in reversed(self.arrived()) if one.link), None)
        assert page is not None, f"{self._whose} has no link to open"
        return page

    def opens_link(self, *, press: bool | str = False, **fields: str) -> tuple[int, str]:
        """Status and view of the newest page's link; see `World.link`."""
        return self._world.link(self.latest_page().link, press=press, **fields)

    def _expects(self, words: str) -> M:
        waiting = self.waiting()
        assert waiting, f"{self._whose} has got nothing that says {words!r}"
        found = waiting[0]
        assert words in found.body, f"{self._whose} expected {words!r}, not {found.body!r}"
        self._expected.add(found.message_id)
        return found


class PhoneInHand(Inbox[Text]):
    """A phone, and the person who holds it."""

    def __init__(self, world: "World", phone: Phone, expected: set[str]) -> None:
        super().__init__(world, phone.id, expected)
        self.phone = phone
        self.asks_for_codes = world.desk.sms.is_two_way

    def arrived(self) -> Sequence[Text]:
        return [text for text in self.phone.texts if text.is_ours]

    def expects_notice(self, words: str) -> Text:
        """It comes from the topic that alarms go to."""
        text = self._expects(words)
        assert text.is_notice, f"this is no notice: {text.body}"
        return text

    def replies(self, body: str = "", *, inbound_id: str = "") -> str:
        """Answers with `body`, by default the code of the newest page; `{code}` in it is that."""
        page = self.phone.latest_page()
        if not body or "{code}" in body:
            assert page is not None, f"{self.phone.id} has no page to answer"
            body = (body or "{code}").replace("{code}", page.code)
        id = self._world.stage.phones.reply(self.phone, body, inbound_id=inbound_id)
        self._world.stage.settle()
        return id

    def goes(self, line: Line) -> None:
        self.phone.line = line

    def hangs(self) -> None:
        """The provider takes 21 seconds for each text to it, and then has not answered."""
        self._world.stage.mishaps.hanging.add(self.phone.number)


class MailboxInHand(Inbox[Letter]):
    """A mailbox, and the person who reads it."""

    asks_for_codes = False

    def __init__(self, world: "World", address: str, expected: set[str]) -> None:
        super().__init__(world, address, expected)
        self.address = address

    def arrived(self) -> Sequence[Letter]:
        return [one for one in self._world.stage.post_office.letters if one.to == self.address]

    def is_refused(self) -> None:
        """From now on SES drops what is sent to it, and says so when it is asked."""
        self._world.stage.post_office.refused.add(self.address)


class RoomInHand(Inbox[Posted]):
    """The receiver of a webhook, and the team behind it."""

    asks_for_codes = False

    def __init__(self, world: "World", id: str, expected: set[str]) -> None:
        super().__init__(world, id, expected)
        self.door: RoomDoor = world.stage.rooms.door(id)
        """How it answers (`status`, `is_hanging`, `redirects_to`) and how often it was tried."""

    def arrived(self) -> Sequence[Posted]:
        return self.door.posts


# --- what a link shows -------------------------------------------------------------------


def pressed(view: str, act: str, **fields: str) -> str:
    """The body that pressing a button of a view sends; see `infra.local.forms`."""
    forms = forms_in(view)
    try:
        return body_of(forms, act, **fields)
    except LookupError as error:
        offered = [(form.words, form.fields) for form in forms]
        raise AssertionError(f"{error}: {offered}") from None
