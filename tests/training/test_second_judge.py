"""What a second reader is worth is measured by asking it as the product does."""

import io
import json
import os
from collections.abc import Iterator

import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

from chalicelib import wiring
from chalicelib.domain.signal import Score, Signal, Urgency, total, urgency_of
from tests.builders import a_score
from tests.fakes import FakeScorer
from tests.http.loopback import Answer, Asked, Loopback, serving
from training.evaluate.__main__ import evaluate
from training.evaluate.report import shown
from training.evaluate.second_reader import SecondJudge, SecondReaderMissing
from training.evaluate.urgencies import measured
from training.posts import Post

MODEL = "eu.amazon.nova-micro-v1:0"
USAGE = {"inputTokens": 1000, "outputTokens": 50, "totalTokens": 1050}


@pytest.fixture(autouse=True)
def _no_retained_clients() -> Iterator[None]:
    wiring.reset()
    yield
    wiring.reset()


def scored(points: float) -> Score:
    evidence = (Signal("model", points, "reads like an outage"),)
    return a_score(signals=evidence, value=total(evidence), urgency=urgency_of(evidence))


SCORER = FakeScorer({"nearly": scored(7.0), "hardly": scored(10.5), "surely": scored(20.0)})

POSTS = [
    Post(id="1", text="nearly trapped", urgency=Urgency.WAKE),
    Post(id="2", text="hardly a joke", urgency=Urgency.IGNORE),
    Post(id="3", text="surely down", urgency=Urgency.WAKE),
    Post(id="4", text="lovely", urgency=Urgency.IGNORE),
]


def clever(asked: Asked) -> Answer:
    urgency = "ignore" if b"hardly" in asked.body else "wake"
    return answering({"urgency": urgency, "why": "Somebody is trapped."})


def answering(given: object) -> Answer:
    use = {"toolUse": {"toolUseId": "t-1", "name": "verdict", "input": given}}
    message = {"role": "assistant", "content": [use]}
    body = {"output": {"message": message}, "stopReason": "tool_use", "usage": USAGE}
    return Answer(headers={"Content-Type": "application/json"}, body=json.dumps(body).encode())


def refusing(code: str, status: int = 400) -> Answer:
    headers = {"Content-Type": "application/json", "x-amzn-ErrorType": code}
    return Answer(status=status, headers=headers, body=b'{"message": "no"}')


def judge_at(server: Loopback, model: str = MODEL) -> SecondJudge:
    """As a person who measures would point it elsewhere."""
    os.environ["AWS_ENDPOINT_URL_BEDROCK_RUNTIME"] = server.url
    return SecondJudge(model)


def test_only_what_hangs_on_it_is_asked_and_its_word_counts_as_in_the_product() -> None:
    with serving(clever) as server:
        judge = judge_at(server)
        judged = judge.judged(SCORER, POSTS)
    assert len(server.asked) == 2
    assert [one.urgency for one in judged.verdicts] == [
        Urgency.WAKE,
        Urgency.SOON,
        Urgency.WAKE,
        Urgency.ANSWER,
    ]
    assert "second reader raises it: Somebody is trapped." in judged.verdicts[0].reasons
    figures = judge.figures()
    assert (figures["posts"], figures["readings"], figures["failures"]) == (4, 2, 0)
    assert figures["readings_per_1000_posts"] == 500
    assert (figures["input_tokens"], figures["output_tokens"]) == (2000, 100)
    assert figures["estimated_usd"] == pytest.approx(2 * (1000 * 0.035 + 50 * 0.14) / 1e6)
    assert figures["estimated_usd_per_1000_readings"] == pytest.approx(0.042)


def test_its_figures_stand_beside_those_of_the_other_judges() -> None:
    with serving(clever) as server:
        judge = judge_at(server)
        verdicts = judge.judged(SCORER, POSTS).verdicts
    figures = measured(POSTS, {"nightdesk": verdicts, "second_reader": verdicts})
    assert figures["second_reader"]["p1_recall"] == figures["second_reader"]["p1_precision"] == 1
    out = io.StringIO()
    shown({"urgency": figures, "second_reader": judge.figures()}, Console(file=out, width=200))
    assert "2 readings of 4 posts, 0 without an answer" in out.getvalue()


def test_what_is_not_answered_is_judged_without_and_counted_by_its_reason() -> None:
    turns = (clever, refusing("ThrottlingException", 429), answering("nonsense"))
    posts = [*POSTS[:2], POSTS[0]]
    with serving(*turns) as server:
        judge = judge_at(server)
        judged = judge.judged(SCORER, posts)
    assert [one.urgency for one in judged.verdicts] == [Urgency.WAKE, Urgency.WAKE, Urgency.SOON]
    assert judge.figures()["failures_by_reason"] == {
        "ThrottlingException": 1,
        "the answer has another form": 1,
    }


def test_a_model_that_refuses_from_the_start_ends_it_with_what_helps() -> None:
    with serving(refusing("AccessDeniedException", 403)) as server:
        judge = judge_at(server)
        with pytest.raises(SecondReaderMissing, match=r"AccessDeniedException.*InvokeModel"):
            judge.judged(SCORER, POSTS)


def test_one_that_refuses_a_single_post_is_asked_about_the_others() -> None:
    with serving(clever, refusing("ValidationException"), clever) as server:
        judge = judge_at(server)
        judge.judged(SCORER, [POSTS[0], POSTS[1], POSTS[0]])
    assert judge.figures()["failures_by_reason"] == {"ValidationException": 1}


def test_a_model_without_a_known_price_has_no_estimate() -> None:
    with serving(clever) as server:
        judge = judge_at(server, "some.other-model")
        judge.judged(SCORER, POSTS[:1])
    figures = judge.figures()
    assert figures["input_tokens"] == 1000
    assert figures["estimated_usd"] is None
    out = io.StringIO()
    shown({"second_reader": figures}, Console(file=out, width=200))
    assert "no price known" in out.getvalue()


# --- the command -------------------------------------------------------------------------


def command() -> typer.Typer:
    app = typer.Typer()
    app.command()(evaluate)
    return app


@pytest.fixture
def file(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("posts") / "urgency.tsv"
    path.write_text("id\tlabel\ttext\n1\tP1\tpeople are trapped\n")
    return str(path)


def test_without_credentials_the_command_says_what_is_missing(file: str) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        del os.environ[name]
    ran = CliRunner().invoke(command(), ["--urgency", file, "--second-reader", MODEL])
    assert ran.exit_code == 2
    assert "there are no credentials" in " ".join(ran.stderr.split())
    assert "AWS_PROFILE" in ran.stderr
    assert ran.stdout == ""


def test_without_a_region_too(file: str) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        del os.environ[name]
    ran = CliRunner().invoke(command(), ["--urgency", file, "--second-reader", MODEL])
    assert ran.exit_code == 2
    assert "region" in ran.stderr


def test_a_region_without_a_model_is_refused(file: str) -> None:
    ran = CliRunner().invoke(command(), ["--urgency", file, "--region", "eu-west-1"])
    assert ran.exit_code == 2
    assert "--second-reader" in ran.stderr
