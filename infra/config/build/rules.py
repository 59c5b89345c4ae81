"""From the settings of judging to what the company has decided for itself."""

from chalicelib.domain.desk import SecondReading
from chalicelib.domain.rules import SHIPPED, Rules
from chalicelib.domain.signal import Topic
from infra.config.judging import ELSE, JudgingSetting


def rules_of(setting: JudgingSetting) -> Rules:
    """The company's own rules."""
    by_topic = {topic: least for topic, least in setting.wake_at.items() if topic != ELSE}
    return Rules(
        page=setting.page,
        never_page=setting.never_page,
        vips=setting.vips,
        ignored=setting.ignored,
        wake_at={Topic(topic): least for topic, least in by_topic.items()},
        wake_at_else=setting.wake_at.get(ELSE, SHIPPED),
        quiet_topics=frozenset(map(Topic, setting.quiet_topics)),
    )


def second_reading_of(setting: JudgingSetting) -> SecondReading:
    """What reads once more, if anything does."""
    reader = setting.second_reader
    if reader is None:
        return SecondReading()
    return SecondReading(model=reader.model, most_per_day=reader.most_per_day)
