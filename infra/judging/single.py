"""The company's own rules, one by one."""

from collections.abc import Mapping

from chalicelib.domain.rules import SHIPPED, Rules, stands_in
from chalicelib.domain.signal import Topic
from chalicelib.ports import PastVerdict
from infra.config.judging import ELSE

Rule = tuple[str, str]
"""The setting and what stands there: `("page", "gas leak")`, `("wake_at", "billing")`."""

Singles = Mapping[Rule, float | None]
"""Rules with their lines; only `wake_at` has one."""

WORDS = ("page", "never_page")
HANDLES = ("vips", "ignored")


def singles(rules: Rules) -> dict[Rule, float | None]:
    """Each rule by itself, in the order of the settings; the shipped line is none."""
    found: dict[Rule, float | None] = {}
    for setting in (*WORDS, *HANDLES):
        found |= {(setting, one): None for one in getattr(rules, setting)}
    found |= {("wake_at", topic.value): least for topic, least in rules.wake_at.items()}
    if rules.wake_at_else != SHIPPED:
        found["wake_at", ELSE] = rules.wake_at_else
    found |= {("quiet_topics", topic.value): None for topic in Topic if topic in rules.quiet_topics}
    return found


def rules_of(found: Singles) -> Rules:
    """The rules that these make up together."""

    def of(setting: str) -> tuple[str, ...]:
        return tuple(what for name, what in found if name == setting)

    lines = {what: least for (name, what), least in found.items() if name == "wake_at"}
    others = lines.pop(ELSE, None)
    return Rules(
        page=of("page"),
        never_page=of("never_page"),
        vips=of("vips"),
        ignored=of("ignored"),
        wake_at={Topic(topic): least for topic, least in lines.items() if least is not None},
        wake_at_else=SHIPPED if others is None else others,
        quiet_topics=frozenset(map(Topic, of("quiet_topics"))),
    )


def concerns(rule: Rule, verdict: PastVerdict, named: frozenset[str]) -> bool:
    """Whether a rule can make a difference to a verdict.

    `named` are the topics that have a line of their own, which the line of the others does not
    concern.
    """
    setting, what = rule
    if setting in WORDS:
        return stands_in(what, verdict.mention.text)
    if setting in HANDLES:
        author = verdict.mention.author
        handle = author.handle.removeprefix("@").casefold() if author else ""
        return handle == what.removeprefix("@").casefold()
    if what == ELSE:
        return verdict.score.topic.value not in named
    return verdict.score.topic.value == what
