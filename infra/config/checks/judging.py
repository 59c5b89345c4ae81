"""Checks of the company's own rules: what contradicts itself, or is hardly meant."""

import unicodedata
from collections.abc import Iterator, Sequence

from chalicelib.domain.signal import Topic
from infra.config.checks.parts import Finding, Parts
from infra.config.judging import JudgingSetting

SHORTEST = 3
"""Letters and digits; a shorter word stands in too many texts."""

LOWEST = 0.2
"""Below it nearly everything that is not praise wakes."""

GRAVE = (Topic.SAFETY, Topic.SECURITY)
"""Topics in which a mention that waits may harm people."""

_WORDS = """
a about after again all also and any app are because been but can could customer day did do does
dont for from get good got great has have he help her here him his how if in is it its just know
like me more my need never new no not now of off on one only or order our out over people please
she should so some still team than thank thanks that the their them then there they this time to
today too up us very want was we well were what when where which who why will with work would you
your aber als am an auch auf aus bei bin bitte da danke das dass dem den der des die doch du ein
eine einen er es euch für hab habe hat heute ich ihr im immer ist ja jetzt kann kein keine man
mehr mein mich mir mit nach nicht noch nur oder schon sehr sein sich sie sind über um und uns von
vor war warum was wenn wer wie wir wird zu zum zur dans de des du elle est et il je la le les mais
ne nous on ou par pas pour que qui sur un une vous con del el en es esta los muy no para pero por
se una ya che di gli ho la mi non per sono een het ik je niet op te van voor
"""
COMMON = frozenset(_WORDS.split())
"""Words of English, German, French, Spanish, Italian and Dutch that stand in very many texts."""


def doubts(parts: Parts) -> Iterator[Finding]:
    """What is allowed and yet hardly meant."""
    rules = parts.judging
    for section, what in (("page", "pages"), ("never_page", "keeps pages back")):
        yield from _too_common(section, getattr(rules, section), parts, what)
    never = {_plain(one) for one in rules.never_page}
    for number, words in enumerate(rules.page):
        if _plain(words) in never:
            yield (
                ("judging", "page", number),
                f"{words!r} stands in never_page too, where it does nothing: page wins; "
                "take it out of one of them",
            )
    yield from _handles(rules, parts)
    yield from _lines(rules)
    for number, topic in enumerate(rules.quiet_topics):
        if topic in GRAVE:
            yield (
                ("judging", "quiet_topics", number),
                f"{topic} is quiet, so nobody is woken when people are in danger or data leaks; "
                "take it out, or let its line in wake_at be stricter",
            )


def _too_common(section: str, phrases: Sequence[str], parts: Parts, what: str) -> Iterator[Finding]:
    own = {_plain(one): name for name, brand in parts.brands.items() for one in brand.terms}
    own |= {_plain(one): name for name, brand in parts.brands.items() for one in brand.handles}
    for number, words in enumerate(phrases):
        where, plain = ("judging", section, number), _plain(words)
        if plain in own:
            yield (
                where,
                f"{words!r} is what {own[plain]} is found by, so it {what} for nearly every "
                "mention; write what is special",
            )
        elif all(one in COMMON for one in plain.split()):
            yield (
                where,
                f"{words!r} stands in very many texts, so it {what} for nearly everything; "
                "write what is special",
            )
        elif sum(one.isalnum() for one in plain) < SHORTEST:
            yield (
                where,
                f"{words!r} has less than {SHORTEST} letters, so it {what} for much that is not "
                "meant; write a longer one",
            )


def _handles(rules: JudgingSetting, parts: Parts) -> Iterator[Finding]:
    own = {one.casefold(): name for name, brand in parts.brands.items() for one in brand.handles}
    ignored = {one.casefold() for one in rules.ignored}
    for section in ("vips", "ignored"):
        raw = parts.section("judging").get(section)
        for number, found in enumerate(raw if isinstance(raw, list) else ()):
            if isinstance(found, str) and found.strip().startswith("@"):
                yield (
                    ("judging", section, number),
                    f"{found!r} is read without its @; write {found.strip().removeprefix('@')}",
                )
    for number, handle in enumerate(rules.vips):
        where = ("judging", "vips", number)
        if handle.casefold() in ignored:
            yield (
                where,
                f"{handle} is among ignored too, which wins, so nothing of theirs is heeded; "
                "take it out of one of them",
            )
        if handle.casefold() in own:
            yield (
                where,
                f"{handle} is an account of {own[handle.casefold()]} itself, whose posts are no "
                "mentions, so this does nothing; take it out",
            )


def _lines(rules: JudgingSetting) -> Iterator[Finding]:
    for topic, least in rules.wake_at.items():
        where = ("judging", "wake_at", topic)
        if topic in rules.quiet_topics:
            yield where, f"does nothing, since {topic} is among quiet_topics; take one of them out"
        elif least < LOWEST:
            yield (
                where,
                f"{least:g} wakes for nearly everything that is no praise; use {LOWEST:g} or more",
            )
        elif least >= 1 and topic in GRAVE:
            yield where, f"{least:g} never wakes for {topic}; use less than 1"
        elif least >= 1 and topic == "else":
            yield where, f"{least:g} never wakes for any topic not named; use less than 1"


def _plain(words: str) -> str:
    """As `domain.rules` compares them."""
    return " ".join(unicodedata.normalize("NFKC", words).casefold().split())
