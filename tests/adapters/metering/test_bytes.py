"""Bytes of log lines, of answers and of items."""

import json
import logging
import zlib
from io import StringIO

import pytest

from chalicelib.adapters.meter import PowertoolsMeter
from chalicelib.adapters.metering.item_size import item_size, write_units
from chalicelib.adapters.metering.log_bytes import count_written
from chalicelib.adapters.metering.tally import collecting
from chalicelib.adapters.metering.transfer import AROUND, answer_size
from chalicelib.telemetry import Lines


def test_a_line_is_counted_to_the_byte_with_its_end() -> None:
    stream = StringIO()
    lines = Lines(stream)
    lines.tell = count_written
    logger = logging.Logger("of its own")
    logger.addHandler(lines)
    with collecting() as tally:
        logger.info("mention_ingested")
        logger.info("café 🔥")
    written = len(stream.getvalue().encode())
    assert tally.take().quantity("logs.byte") == written == 17 + 11


def test_lines_go_out_before_anybody_counts_them() -> None:
    stream = StringIO()
    logger = logging.Logger("of its own")
    logger.addHandler(Lines(stream))
    logger.info("early")
    assert stream.getvalue() == "early\n"


def test_metrics_are_lines_too(capsys: pytest.CaptureFixture[str]) -> None:
    meter = PowertoolsMeter(stage="dev")
    meter.count("PagesSent", 3)
    with collecting() as tally:
        meter.flush()
    line = capsys.readouterr().out
    assert json.loads(line)["PagesSent"] == [3]
    assert tally.take().quantity("logs.byte") == len(line)


def test_metrics_that_are_switched_off_are_no_lines(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POWERTOOLS_METRICS_DISABLED", "true")
    meter = PowertoolsMeter(stage="dev")
    meter.count("PagesSent")
    with collecting() as tally:
        meter.flush()
    assert capsys.readouterr().out == ""
    assert not tally.take()


HEADERS = {"Content-Type": "application/json", "ETag": '"abc"'}
OF_HEADERS = len("Content-Type: application/json\r\n" + 'ETag: "abc"\r\n')


@pytest.mark.parametrize("body", ["", None, b""])
def test_an_empty_answer_still_has_headers(body: str | bytes | None) -> None:
    assert answer_size(body, HEADERS, takes_gzip=True) == OF_HEADERS + AROUND


def test_an_answer_is_counted_in_bytes_as_the_gateway_compresses_it() -> None:
    def of(body: str | bytes, *, takes_gzip: bool) -> int:
        return answer_size(body, {}, takes_gzip=takes_gzip) - AROUND

    assert of("é" * 100, takes_gzip=True) == 200
    short, long = "x" * 1023, "x" * 1024
    assert of(short, takes_gzip=True) == 1023
    assert of(long, takes_gzip=False) == 1024
    assert of(long, takes_gzip=True) == len(zlib.compress(long.encode()))


def test_of_a_long_answer_the_beginning_says_how_well_the_rest_is_compressed() -> None:
    cards = json.dumps(
        [{"id": f"forum.{n * 7919}", "text": f"{n} euros more"} for n in range(2000)]
    )
    size = answer_size(cards, {}, takes_gzip=True) - AROUND
    assert size == pytest.approx(len(zlib.compress(cards.encode())), rel=0.1)


def test_an_item_has_the_bytes_of_its_names_and_values() -> None:
    assert item_size({"pk": {"S": "ab"}, "é": {"S": "é"}}) == 2 + 2 + 2 + 2
    assert item_size({"b": {"B": b"12345"}, "t": {"BOOL": True}, "n": {"NULL": True}}) == 6 + 2 + 2
    assert item_size({"s": {"SS": ["ab", "c"]}}) == 1 + 3
    assert item_size({"l": {"L": [{"S": "ab"}]}}) == 1 + 3 + 1 + 2
    assert item_size({"m": {"M": {"k": {"S": "ab"}}}}) == 1 + 3 + 1 + 1 + 2


@pytest.mark.parametrize(
    ("number", "size"),
    [("0", 1), ("7", 2), ("42", 2), ("100", 2), ("123", 3), ("-12.5", 3), ("1795219200", 5)],
)
def test_a_number_is_a_byte_for_two_digits_and_one_more(number: str, size: int) -> None:
    assert item_size({"n": {"N": number}}) == 1 + size


@pytest.mark.parametrize(("size", "units"), [(0, 1), (1, 1), (1024, 1), (1025, 2), (4096, 4)])
def test_each_kilobyte_that_has_begun_is_a_write_unit(size: int, units: int) -> None:
    assert write_units(size) == units
