"""E-mail through Amazon SES (API version 2).

Facts from the AWS documentation of SES: the sender must be an identity verified in this region,
and so must every recipient while the account is in the sandbox; a letter to an address on the
account's suppression list (it bounced, or its owner complained) is accepted and never sent, so
the address is asked for first; there is no key by which SES would know a letter that it was sent
before.
"""

import logging
from html import escape
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.channels.failure import translated
from chalicelib.channels.laid_out import as_html, as_text
from chalicelib.domain.cost.letter import FinanceLetter
from chalicelib.domain.desk import Responder
from chalicelib.domain.errors import ChannelRefused
from chalicelib.domain.wording import Letter, letter, subject
from chalicelib.ports import Desks, Message

log = logging.getLogger("nightdesk.email")

WHY = "Nightdesk wrote this because you are on its list of people to call."


class EmailChannel:
    """Pages and what finance is told as letters of text and HTML, notes as letters of text."""

    name = "email"

    def __init__(self, *, desks: Desks, ses: Any) -> None:
        """`desks` tells the sender in force; `ses` is a boto3 client of `sesv2`, bounded."""
        self._desks = desks
        self._ses = ses

    def send_page(self, message: Message, responder: Responder) -> str:
        """Hand a page to SES; its message id."""
        page = letter(message.soundings, link=message.answerable.link, zone=responder.zone)
        return self._send(responder, page.subject, text=_text(page), html=_html(page))

    def send_note(self, responder: Responder, text: str, *, id: str) -> str:
        """Hand a short text to SES; its message id. Its first sentence is the subject."""
        return self._send(responder, subject(text), text=f"{text}\n\n{WHY}\n")

    def send_letter(self, to: str, letter: FinanceLetter) -> str:
        """Hand a letter to whoever is told what it costs to SES; its message id."""
        return self._deliver(
            to, "finance", subject(letter.subject), text=as_text(letter), html=as_html(letter)
        )

    def _send(self, responder: Responder, subject: str, *, text: str, html: str = "") -> str:
        if not responder.email:
            raise ChannelRefused(f"{responder.id} has no e-mail address")
        return self._deliver(responder.email, responder.id, subject, text=text, html=html)

    def _deliver(self, to: str, who: str, subject: str, *, text: str, html: str) -> str:
        """`who` names them in errors, where no address may stand."""
        sender = self._desks.current().email.sender
        if not sender:
            raise ChannelRefused("no sender of e-mail is configured (email.sender)")
        if self._is_suppressed(to):
            raise ChannelRefused(f"the e-mail address of {who} is suppressed in SES")
        body = {"Text": _content(text)}
        if html:
            body["Html"] = _content(html)
        try:
            answer = self._ses.send_email(
                FromEmailAddress=sender,
                Destination={"ToAddresses": [to]},
                Content={"Simple": {"Subject": _content(subject), "Body": body}},
            )
        except (ClientError, BotoCoreError) as error:
            what = f"the e-mail to {who}"
            raise translated(error, service="SES", what=what) from None
        return str(answer["MessageId"])

    def _is_suppressed(self, address: str) -> bool:
        """Whether SES would drop a letter to it; a question that fails holds no page up."""
        try:
            self._ses.get_suppressed_destination(EmailAddress=address)
        except Exception as error:
            # Whatever keeps the question from being answered: only the answer "yes" counts.
            code = getattr(error, "response", {}).get("Error", {}).get("Code", "")
            if code != "NotFoundException":
                log.warning("suppression_unknown", extra={"trouble": code or type(error).__name__})
            return False
        return True


def _text(page: Letter) -> str:
    ask = f"{page.ask}: {page.link}" if page.link else ""
    return "\n\n".join(one for one in (*page.paragraphs, ask, WHY) if one) + "\n"


def _html(page: Letter) -> str:
    """Nothing in it is loaded from anywhere, and the link stands in it once."""
    lines = [f"<p>{escape(one)}</p>" for one in page.paragraphs]
    if page.link:
        lines.append(f'<p><a href="{escape(page.link)}"><b>{escape(page.ask)}</b></a></p>')
    lines.append(f"<p><small>{escape(WHY)}</small></p>")
    title = escape(page.subject)
    head = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>'
    )
    return head + "<body>" + "".join(lines) + "</body></html>"


def _content(data: str) -> dict[str, str]:
    """Without halves of characters, which cannot be encoded."""
    return {"Data": data.encode("utf-8", "replace").decode(), "Charset": "UTF-8"}


if TYPE_CHECKING:
    from chalicelib.ports import Channel, LetterPost

    _: type[Channel] = EmailChannel
    _post: type[LetterPost] = EmailChannel
