"""Says what happens as it happens, one line each, with the scenario's time in front."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from chalicelib.domain.mention import Mention
from infra.local.events import Happening

LONGEST_QUOTE = 70

_URGENCY_STYLES = {"wake": "bold red", "soon": "yellow", "answer": "cyan", "ignore": "dim"}

_STEP = re.compile(r"\.r\d+\.s\d+\.")
"""Round and step in the id of a page."""

_Line = tuple[str, str, str]
"""Word in front, its style, the rest."""


class Narrator:
    """Writes lines to a console."""

    def __init__(
        self,
        console: Console,
        *,
        zone: str,
        names: Mapping[str, str],
        mention: Callable[[str], Mention | None],
    ) -> None:
        """`names` of responders by id; `mention` looks one up by its id."""
        self._console = console
        self._zone = ZoneInfo(zone)
        self._names = names
        self._mention = mention
        self._is_there: dict[str, bool] = {}
        """Who has come on duty, as far as it was told."""

    def tell(self, happening: Happening) -> None:
        """Write what happened, if it is worth a line."""
        line = self._line(happening.name, happening.about)
        if line is None:
            if not happening.trace:
                return
            line = (happening.name, "bold red", happening.trace)
        word, style, rest = line
        at = happening.at.astimezone(self._zone)
        text = Text(f"{at:%a %H:%M}  ", style="dim")
        text.append(f"{word:<10}", style=style)
        text.append(printable(rest))
        self._console.print(text, soft_wrap=True)

    def _line(self, name: str, about: Mapping[str, Any]) -> _Line | None:
        match name:
            case "source_pulled" if about["added"]:
                return "pulled", "green", f"{about['added']} from {about['source']}"
            case "mention_judged":
                return self._judged(about)
            case "incident_opened":
                return "incident", "bold red", f"opened: {about['incident']}"
            case "surge_told":
                return "crowd", "bold red", f"{about['surge']}, on {about['topic']}"
            case "page_sent":
                who = self._name(about["responder"])
                steps = [found for id in about.get("pages", ()) if (found := _STEP.search(id))]
                is_again = steps and all(found[0] != ".r1.s0." for found in steps)
                nobody = "nobody answered; " if is_again else ""
                word = "woke" if about["channel"] == "sms" else "wrote to"
                return word, "bold magenta", f"{nobody}{who} by {_way(about)}"
            case "page_refused" | "test_page_refused":
                refusal = about["refusal"]
                return "refused", "bold red", f"{self._name(about['responder'])}: {refusal}"
            case "page_failed" | "test_page_failed":
                who = self._name(about["responder"])
                return "failed", "bold red", f"{who} by {_way(about)}: {about['trouble']}"
            case "page_not_delivered":
                return "failed", "bold red", f"the SMS to {self._name(about['responder'])}"
            case "step_reached_nobody":
                return "reached", "bold red", "nobody; the next step follows at once"
            case "incident_acknowledged":
                return "has it", "bold green", f"{self._name(about['by'])}: {about['incident']}"
            case "acknowledgement_timed_out":
                return "timed out", "bold red", f"{self._name(about['responder'])} had it"
            case "incident_snoozed":
                return "later", "yellow", f"says {self._by_whom(about)}: {about['incident']}"
            case "incident_escalated":
                return "next one", "bold red", f"asks {self._by_whom(about)}: {about['incident']}"
            case "incident_handed_over":
                return "passed on", "magenta", f"by {self._by_whom(about)}: {about['incident']}"
            case "incident_resolved":
                return "resolved", "green", f"by {self._by_whom(about)}: {about['incident']}"
            case "incident_graded":
                return "graded", "green", f"by {self._by_whom(about)}: {about['incident']}"
            case "incident_raised":
                return "incident", "bold red", f"worth waking for now: {about['incident']}"
            case "note_sent":
                return "note", "dim", f"to {self._name(about['responder'])} by {_way(about)}"
            case "test_page_sent":
                return "test", "cyan", f"to {self._name(about['responder'])} by {_way(about)}"
            case "contact_verified":
                return "works", "green", f"{_way(about)} of {self._name(about['responder'])}"
            case "readiness_checked" if not about["is_covered_tonight"]:
                return "not ready", "bold red", "; ".join(about["findings"])
            case (
                "ticket_claimed"
                | "ticket_released"
                | "ticket_resolved"
                | "ticket_reopened"
                | "ticket_snoozed"
                | "ticket_promised"
            ):
                return name.removeprefix("ticket_"), "blue", self._by(about)
            case "ticket_handed_over" | "ticket_taken_over":
                return name.removeprefix("ticket_").replace("_", " "), "blue", self._by(about)
            case "mention_joined":
                return "wrote on", "blue", self._customer(about)
            case "ticket_returned" | "ticket_given_back":
                return "unclaimed", "yellow", f"{self._customer(about)}, nobody was at it"
            case "ticket_came_back":
                return "is due", "yellow", f"{self._customer(about)}, as promised or put off"
            case "ticket_breached":
                return "late", "bold yellow", f"{self._customer(about)} still waits for an answer"
            case "reply_undone":
                return "undone", "blue", self._by(about)
            case "duty_changed":
                return self._duty(about)
            case "reply_sent" | "reply_refused" | "reply_unknown" | "reply_waits":
                why = about.get("refusal") or about.get("trouble")
                why = f": {why}" if why else ""
                word = "replied" if name == "reply_sent" else name.replace("_", " ")
                return word, "bold blue", f"{self._by(about)}{why}"
            case "source_failed":
                return "blind", "red", f"{about['source']}: {about['trouble']}"
            case "source_back":
                return "back", "green", f"{about['source']} can be read again"
            case "notice_told":
                return "told", "yellow", f"fallback and lead: {about['text']}"
            case "alarm_rang":
                return "alarm", "bold red", str(about["alarm"])
            case "reply_useless":
                return "reply", "yellow", f"useless, from {self._name(about['responder'])}"
            case "reply_from_unknown_phone":
                return "reply", "yellow", "from a phone nobody knows; ignored"
            case "responder_opted_out" | "responder_opted_in":
                way = "out of" if name == "responder_opted_out" else "in to"
                return "opted", "red", f"{self._name(about['responder'])} {way} our SMS"
            case "records_given_up" | "event_given_up":
                return "gave up", "bold red", f"{about['function']}: see the dead letters"
            case "invocation_failed":
                return "failed", "bold red", f"{about['function']}: {about['error']}"
        return None

    def _duty(self, about: Mapping[str, Any]) -> _Line | None:
        """None when they only say so again, as a page does every five minutes."""
        by, is_there = str(about["by"]), bool(about["is_on_duty"])
        if self._is_there.get(by, False) is is_there:
            return None
        self._is_there[by] = is_there
        return "duty", "cyan", f"{self._name(by)} {'is here to answer' if is_there else 'has gone'}"

    def _judged(self, about: Mapping[str, Any]) -> _Line:
        urgency = str(about["urgency"])
        mention = self._mention(str(about["mention"]))
        quote = ""
        if mention is not None:
            words = " ".join(mention.text.split())
            shown = words if len(words) <= LONGEST_QUOTE else words[: LONGEST_QUOTE - 1] + "…"
            author = f"@{mention.author.handle}" if mention.author else "somebody"
            quote = f"{author} “{shown}”"
        reasons = "; ".join(about["reasons"][:2])
        joined = "" if about.get("incident") is None else f"  [{about['incident']}]"
        return urgency, _URGENCY_STYLES.get(urgency, ""), f"{quote}  {reasons}{joined}"

    def _name(self, id: str) -> str:
        return self._names.get(str(id), str(id))

    def _by_whom(self, about: Mapping[str, Any]) -> str:
        return self._name(about["by"])

    def _by(self, about: Mapping[str, Any]) -> str:
        by = self._name(about["by"]) if about.get("by") else ""
        return f"{by}: {self._customer(about)}" if by else self._customer(about)

    def _customer(self, about: Mapping[str, Any]) -> str:
        """Whose ticket it is; its id where nobody knows."""
        ticket = str(about.get("ticket", ""))
        mention = self._mention(ticket)
        return f"@{mention.author.handle}" if mention and mention.author else ticket


def _way(about: Mapping[str, Any]) -> str:
    return {"sms": "SMS", "email": "e-mail"}.get(about["channel"], str(about["channel"]))


def printable(text: str) -> str:
    """Without control characters: a post must not speak to the terminal."""
    return "".join(character if character.isprintable() else " " for character in text)
