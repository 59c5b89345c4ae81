"""What words can warn of."""

from enum import StrEnum

from chalicelib.domain.signal import Topic


class Danger(StrEnum):
    """A kind of danger, gravest first; its value is what a reason says."""

    PEOPLE = "danger to people"
    THREAT = "a threat or self-harm"
    BREACH = "a breach or fraud"
    ABUSE = "discrimination or assault"
    OUTAGE = "a failure"
    PRESS = "the press, the law or a boycott"

    @property
    def topic(self) -> Topic:
        """The topic of an incident that it opens."""
        return _TOPICS[self]


_TOPICS = {
    Danger.PEOPLE: Topic.SAFETY,
    Danger.THREAT: Topic.SAFETY,
    Danger.BREACH: Topic.SECURITY,
    Danger.ABUSE: Topic.DISCRIMINATION,
    Danger.OUTAGE: Topic.OUTAGE,
    Danger.PRESS: Topic.PRESS,
}
