"""Ways to reach a responder, one module each, none knows another: `Channel` in `ports`.

To add one (voice, push):

1. Read `ports.Channel` and `sms.py`. A channel says things; how an answer comes back is in what
   it is given to say. `domain/wording` has the words: `page_text` where every letter counts
   (speak it, for voice), `letter` where there is room.
2. Write `channels/<name>.py`: a class with `name`, `send_page` and `send_note`. What fails
   becomes ChannelRefused (this person cannot be reached so) or ChannelUnavailable (the provider
   fails), without an address, a code or a link in it; ask the provider first where it takes what
   it will never deliver. Return within seconds.
3. Add a `Member` below, the module to "No channel knows another" in `pyproject.toml`, the
   address to `Responder` (`has`, `channels`), and what makes it to `wiring/parts/ringing.py`.
4. Write `tests/channels/test_<name>.py`: a stage for the suite in `contract.py`, over the real
   protocol on this machine, then what is its own.
5. Write `docs/channels/<name>.md` and its row in `docs/channels/README.md`; a test prints the
   row. Give the functions that page what it needs: `.chalice/policy-*.json`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A channel and its row in `docs/channels/README.md`."""

    name: str
    """As notification rules name it; also of its module, its tests and its page of docs."""
    needs: str
    carries: str
    is_answered_by: str
    receipts: str
    costs: str


CHANNELS: tuple[Member, ...] = (
    Member(
        name="sms",
        needs="`phone`; Amazon SNS out of its sandbox, with a spend quota",
        carries="two parts of plain letters",
        is_answered_by="its code, where SMS are two-way; its link",
        receipts="delivered, failed",
        costs="each part, by country",
    ),
    Member(
        name="email",
        needs="`email`; a sender verified in Amazon SES, SES out of its sandbox",
        carries="a letter of plain text and HTML",
        is_answered_by="its link",
        receipts="none; a suppressed address is refused",
        costs="0.10 USD for a thousand",
    ),
    Member(
        name="webhook",
        needs="`webhook`; a stored secret with its address and its signing key",
        carries="the incidents as JSON, signed; or text for chats",
        is_answered_by="its link",
        receipts="none; the receiver's status is the answer",
        costs="nothing",
    ),
)
"""In the order in which they are tried for somebody without notification rules of their own.

The modules themselves are imported by `wiring` alone, each where it is first used: a cold start
pays for no provider that its desk has no use for.
"""
