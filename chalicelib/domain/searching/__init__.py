"""Search over tickets: their words, what is asked for, and whether a ticket answers it.

words    a text as words; the words and passages of a ticket
query    what somebody asks for, read from what they typed
places   where in the index a ticket stands
"""

from chalicelib.domain.searching.places import (
    LONGEST_PLACE,
    every_word,
    id_at,
    instant_at,
    instant_place,
    is_place,
    place_of,
    postings_of,
)
from chalicelib.domain.searching.query import FILTERS, MOST_ASKED, Query, matches, read_query
from chalicelib.domain.searching.words import (
    LONGEST_WORD,
    MOST_WORDS,
    passages_of,
    sequence,
    words_of,
)

__all__ = [
    "FILTERS",
    "LONGEST_PLACE",
    "LONGEST_WORD",
    "MOST_ASKED",
    "MOST_WORDS",
    "Query",
    "every_word",
    "id_at",
    "instant_at",
    "instant_place",
    "is_place",
    "matches",
    "passages_of",
    "place_of",
    "postings_of",
    "read_query",
    "sequence",
    "words_of",
]
