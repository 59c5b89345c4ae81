"""The second reader as a judge: what a model on Amazon Bedrock adds to Nightdesk's verdicts.

It is asked exactly as the product asks it (same request, same two seconds, one attempt), and only
about posts on which a second reading hangs. It needs an AWS account with access to the model.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError

from chalicelib.adapters.clients import client
from chalicelib.adapters.second_reader import CONNECT_SECONDS, READ_SECONDS, BedrockReader
from chalicelib.domain.background import NOTHING_KNOWN
from chalicelib.domain.desk import Brand, SecondReading
from chalicelib.domain.errors import Unanswered, Unusable
from chalicelib.domain.mention import Mention
from chalicelib.domain.opinion import is_worth_reading, moved
from chalicelib.domain.signal import Score
from chalicelib.ports import Scorer
from training.evaluate.judges import NOBODY, Judged, mention_of
from training.evaluate.urgencies import Verdict
from training.posts import Post

PRICES_AS_OF = "2026-11-22"
"""When these were put down, from public listings of on-demand prices in us-east-1. They change and
differ by region: check https://aws.amazon.com/bedrock/pricing/ before relying on them."""

PRICES = {
    "amazon.nova-micro": (0.035, 0.14),
    "amazon.nova-lite": (0.06, 0.24),
    "anthropic.claude-3-haiku": (0.25, 1.25),
    "anthropic.claude-3-5-haiku": (0.80, 4.00),
    "anthropic.claude-haiku-4-5": (1.00, 5.00),
}
"""USD for a million tokens in and out, by a part of the model's name."""

_ANY_COMPANY = Brand(id="evaluation", name="whichever company the post is about")


class SecondReaderMissing(Exception):
    """The model cannot be asked at all; says why and what helps."""


@dataclass
class SecondJudge:
    """Asks a model, and keeps what that took."""

    model: str
    region: str | None = None
    posts: int = 0
    asked: int = 0
    answered: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    input_tokens: int = 0
    output_tokens: int = 0

    def __post_init__(self) -> None:
        """Raises SecondReaderMissing."""
        if boto3.session.Session().get_credentials() is None:
            raise self._missing("there are no credentials")
        try:
            runtime = client(
                "bedrock-runtime",
                self.region,
                attempts=1,
                connect_seconds=CONNECT_SECONDS,
                read_seconds=READ_SECONDS,
            )
        except BotoCoreError as error:
            raise self._missing(str(error)) from None
        self.region = runtime.meta.region_name
        runtime.meta.events.register("after-call.bedrock-runtime.Converse", self._note_usage)
        self._reader = BedrockReader(runtime=runtime)
        self._desk = replace(
            NOBODY, brands=(_ANY_COMPANY,), second_reading=SecondReading(model=self.model)
        )

    def judged(self, scorer: Scorer, posts: Iterable[Post]) -> Judged:
        """What Nightdesk says of each post after the second reading.

        Raises SecondReaderMissing when the model refuses before it has answered once.
        """
        judged = Judged([], [])
        for number, post in enumerate(posts):
            mention = mention_of(post.text, number)
            score = self._reread(scorer.score(mention, self._desk, NOTHING_KNOWN), mention)
            judged.moods.append(score.mood)
            judged.verdicts.append(
                Verdict(value=score.value, urgency=score.urgency, reasons=score.reasons)
            )
        return judged

    def figures(self) -> dict[str, Any]:
        """How much was asked, how often in vain, and what it cost by the list."""
        price = next((price for name, price in PRICES.items() if name in self.model), None)
        usd = None
        if price is not None:
            usd = (self.input_tokens * price[0] + self.output_tokens * price[1]) / 1e6
        return {
            "model": self.model,
            "region": self.region,
            "posts": self.posts,
            "readings": self.asked,
            "readings_per_1000_posts": 1000 * self.asked / self.posts if self.posts else None,
            "failures": self.failures.total(),
            "failures_by_reason": dict(self.failures),
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
            "estimated_usd": usd,
            "estimated_usd_per_1000_readings": 1000 * usd / self.answered
            if usd is not None and self.answered
            else None,
            "usd_per_million_tokens": None
            if price is None
            else {"input": price[0], "output": price[1], "as_of": PRICES_AS_OF},
        }

    def _reread(self, score: Score, mention: Mention) -> Score:
        self.posts += 1
        if not is_worth_reading(score, mention, self._desk.rules):
            return score
        self.asked += 1
        try:
            opinion = self._reader.opinion(mention, self._desk, score)
        except Unanswered as error:
            if isinstance(error, Unusable) and not self.answered:
                raise self._missing(str(error)) from None
            self.failures[str(error)] += 1
            return score
        self.answered += 1
        return moved(score, opinion)

    def _note_usage(self, parsed: Any, **_: Any) -> None:
        usage = parsed.get("usage") if isinstance(parsed, dict) else None
        if isinstance(usage, dict):
            self.input_tokens += int(usage.get("inputTokens", 0))
            self.output_tokens += int(usage.get("outputTokens", 0))

    def _missing(self, why: str) -> SecondReaderMissing:
        return SecondReaderMissing(
            f"the second reader {self.model} cannot be asked: {why}. It needs credentials of an "
            "AWS account (AWS_PROFILE or `aws configure`) with bedrock:InvokeModel and access to "
            "this model, and a region that has it (--region)."
        )
