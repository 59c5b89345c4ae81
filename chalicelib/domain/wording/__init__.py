"""The words that reach people: what, where, how loud, why, and how to answer.

page       the SMS of a page: one incident, or several that were due at once
letter     the same where there is room, for e-mail and for chat
answers    what is said back to somebody who answered
listening  what is said of the sources: what we are blind to
updates    what is said without being asked: who has it, whose turn it is, a test
phrases    what they are all made of

Every text that goes by SMS is GSM-7 and at most two parts; what we ask for (code, link) always
stands whole. Names of people and brands are ours; a customer's words are made harmless first.
"""

from chalicelib.domain.wording.answers import (
    acknowledged_text,
    escalated_text,
    grade_later_text,
    graded_text,
    handed_over_text,
    useless_reply_text,
    verified_text,
    which_one_text,
)
from chalicelib.domain.wording.letter import Letter, letter, subject
from chalicelib.domain.wording.listening import back_text, blind_text
from chalicelib.domain.wording.page import page_text
from chalicelib.domain.wording.phrases import (
    LOOKS_LIKE_A_CODE,
    clock,
    moment,
    month_name,
    ordinal,
)
from chalicelib.domain.wording.updates import (
    ended_text,
    opted_out_text,
    shift_begins_text,
    shift_ends_text,
    taken_text,
    test_page_text,
)

__all__ = [
    "LOOKS_LIKE_A_CODE",
    "Letter",
    "acknowledged_text",
    "back_text",
    "blind_text",
    "clock",
    "ended_text",
    "escalated_text",
    "grade_later_text",
    "graded_text",
    "handed_over_text",
    "letter",
    "moment",
    "month_name",
    "opted_out_text",
    "ordinal",
    "page_text",
    "shift_begins_text",
    "shift_ends_text",
    "subject",
    "taken_text",
    "test_page_text",
    "useless_reply_text",
    "verified_text",
    "which_one_text",
]
