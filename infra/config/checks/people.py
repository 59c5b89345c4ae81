"""Checks of who can be reached, and how."""

from collections.abc import Iterator

from infra.config import phone as phones
from infra.config.build import responder_of
from infra.config.checks.parts import Finding, Parts
from infra.config.responders import ResponderSetting
from infra.credentials import WEBHOOK

_ADDRESSES = {"sms": "phone", "email": "email", "webhook": "webhook"}


def faults(parts: Parts) -> Iterator[Finding]:
    """What must be put right."""
    yield from _phones_in_doubt_of_their_owner(parts)
    yield from _nobody_behind(parts)
    for name, person in parts.responders.items():
        yield from _calls(name, person, parts)


def doubts(parts: Parts, paged: set[str]) -> Iterator[Finding]:
    """What is hardly meant; `paged` are the people that a step or a schedule names."""
    for name, person in parts.responders.items():
        if name in paged and not can_be_reached(name, parts):
            yield (
                ("responders", name),
                "is on call without a way to be reached, so is passed over; add a phone",
            )
        if person.phone and (odd := phones.doubt(person.phone)):
            yield ("responders", name, "phone"), odd
        if person.email and not parts.email and not person.notify:
            yield (
                ("responders", name, "email"),
                "gets nothing, since no e-mail leaves without email.sender",
            )
        if person.notify and (wait := min(one.after_minutes for one in person.notify)):
            yield (
                ("responders", name, "notify"),
                f"lets the first {wait} minutes of each call pass without a word; "
                "let one of them have no after_minutes",
            )
    fallback = parts.role("fallback")
    if fallback and fallback == parts.role("lead"):
        yield ("lead",), "is the fallback too: when that phone is silent, nobody is told"
    for name, source in parts.sources.items():
        if source.secret and source.secret.startswith(WEBHOOK):
            yield (
                ("sources", name, "secret"),
                f"begins with {WEBHOOK}, so functions that page may read it, too; rename it",
            )


def can_be_reached(name: str, parts: Parts) -> bool:
    """Whether any way to a responder stands open; so it is while their entry has a fault."""
    person = parts.responders.get(name)
    if person is None:
        return True
    rules = responder_of(name, person).rules
    return any(rule.channel != "email" or parts.email for rule in rules)


def _calls(name: str, person: ResponderSetting, parts: Parts) -> Iterator[Finding]:
    seen: dict[tuple[str, int], int] = {}
    for number, rule in enumerate(person.notify):
        where = ("responders", name, "notify", number, "by")
        address = _ADDRESSES[rule.by]
        if not getattr(person, address):
            yield where, f"is {rule.by}, and {name} has no {address}; add {address} or remove it"
        elif rule.by == "email" and parts.raw.get("email") is None:
            yield (
                where,
                "is email, and no e-mail leaves without a sender; add email: "
                "{sender: night@acme.example}, verified in Amazon SES, or remove it",
            )
        if (first := seen.setdefault((rule.by, rule.after_minutes), number)) != number:
            yield (
                where,
                f"is {rule.by} in the same minute as notify[{first}]; "
                "give it other after_minutes or remove it",
            )


def _phones_in_doubt_of_their_owner(parts: Parts) -> Iterator[Finding]:
    owners: dict[str, str] = {}
    for name, person in parts.responders.items():
        if person.phone is None:
            continue
        if person.phone == parts.sms.origination_number:
            yield ("responders", name, "phone"), "is the origination_number too; give a mobile's"
        if (owner := owners.setdefault(person.phone, name)) != name:
            yield (
                ("responders", name, "phone"),
                f"is the phone of {owner} too, so a reply could be either's; give another",
            )


def _nobody_behind(parts: Parts) -> Iterator[Finding]:
    for role in ("fallback", "lead"):
        name = parts.role(role)
        person = parts.responders.get(name)
        if person is not None and person.phone is None:
            yield (role,), f"{name} has no phone; add responders.{name}.phone or name another"
