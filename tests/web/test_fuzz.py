"""Requests that nobody wrote: some thousand of them find no fault."""

from tests.web.fuzz import PHASES, fuzz


def test_no_request_finds_a_fault() -> None:
    """Status, type and shape of every answer as the document says; bad input refused, good taken.

    A minute is far more than it takes; `make fuzz` looks longer.
    """
    status, said = fuzz(phases=PHASES, examples=12)
    assert status == 0, said
