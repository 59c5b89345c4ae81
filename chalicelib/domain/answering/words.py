"""The English words of the house tone, and other marks that any language shares.

Texts are compared in lower case with plain apostrophes; each pattern is tested with texts that it
is meant for and texts that it must leave alone.
"""

import re

GREETINGS = (
    "hi",
    "hello",
    "hey",
    "dear",
    "good morning",
    "good afternoon",
    "good evening",
    "good day",
    "morning",
    "afternoon",
    "evening",
    "thanks",
    "thank you",
    "many thanks",
    "welcome",
    "greetings",
)

_WITHHELD = (
    r"received|got|gotten|had|heard|been|seen|it|them|this|that|these|those|an?|the|your|no|"
    r"to|by|more|some|access|another"
)
"""What follows "you should have" where we owe it: "you should have had an answer"."""

_LAPSES = r"read|told|checked|called|asked|followed|listened|contacted|waited|written|used|given"

BLAME = re.compile(
    r"(?<!\w)(?:"
    r"you should(?:n't| not)? have(?: (?:just|simply|already|also|first|really))? "
    rf"(?!(?:{_WITHHELD})(?!\w))\w+"
    r"|you (?:should|could) (?:really |just |simply )?(?:know|learn|read) (?:that|better|the)"
    r"|you could (?:simply |just )?have "
    rf"(?!(?:{_WITHHELD})(?!\w))\w+"
    r"|(?:as|like) (?:i|we)(?:'ve| have)? (?:already |just |previously |clearly )?"
    r"(?:said|told|explained|mentioned|stated|wrote|written|pointed out)"
    r"|as (?:already|previously|clearly|repeatedly) (?:said|told|explained|mentioned|stated)"
    r"|(?:as )?per (?:my|our) (?:last|previous|earlier)"
    r"|you (?:failed|forgot|neglected|refused) to"
    r"|you (?:didn't|did not) (?:even |actually )?"
    r"(?:read|follow|tell|provide|give|ask|check|listen|bother|mention|specify)"
    r"|you never (?:even |actually )?(?:told|gave|mentioned|said|provided|specified|checked)"
    r"|(?<!not )(?<!isn't )(?<!wasn't )(?<!never )(?<!entirely )(?<!all )"
    r"your (?:own )?(?:fault|mistake)"
    rf"|if you had (?:only |just |simply )?(?:{_LAPSES})"
    r"|had you (?:only |just |simply )?"
    rf"(?:{_LAPSES})"
    r"|you claim(?: that)?|you people|calm down|you need to understand|you must understand"
    r"|with all due respect|obviously you|you obviously|you clearly|clearly you"
    r"|not (?:our|my) (?:problem|fault)|what did you expect|once again,? you"
    r"|(?:i|we) (?:have )?(?:already )?told you"
    r")(?!\w)"
)

APOLOGIES = re.compile(
    r"(?<!\w)(?:sorry|apolog(?:y|ies|i[sz]e[sd]?|i[sz]ing)|our (?:fault|mistake|error)"
    r"|regret|forgive us|pardon|should not have happened|shouldn't have happened"
    r"|you deserve(?:d)? better|let you down"
    r"|you should have (?:had|got|gotten|received|heard|been told|seen))(?!\w)"
)

_LOUD = (
    "NOT NEVER ALWAYS PLEASE STOP READ NO MUST CANNOT DON'T WON'T CAN'T ALL VERY NOW YOU YOUR WHY "
    "LISTEN"
)
SHOUTED = frozenset(_LOUD.split())
"""Words that are loud alone; other words in capitals may be names."""

SHORTENER = re.compile(
    r"(?<![\w.@-])(?<![^/]/)(?:bit\.ly|bitly\.com|t\.co|tinyurl\.com|goo\.gl|ow\.ly|buff\.ly|is\.gd|v\.gd"
    r"|rb\.gy|cutt\.ly|t\.ly|lnkd\.in|rebrand\.ly|shorturl\.at|tiny\.cc|bl\.ink|s\.id|dlvr\.it"
    r"|fb\.me|trib\.al|x\.gd|shorter\.me|short\.io|urlz\.fr|tr\.im|adf\.ly|soo\.gd|qr\.ae)/\w"
)

REFERENCE = re.compile(
    r"(?<!\w)(?:order|booking|reservation|invoice|customer|account|contract|case|parcel|tracking"
    r"|reference|ref|policy|member(?:ship)?|passport|bestellung|bestellnummer|buchung|rechnung"
    r"|kundennummer|commande|pedido|ordine)"
    r"(?:[\s-]?(?:number|no|nr|nummer|id|code))?[.:]?\s{0,2}#?\s?"
    r"(?!(?:19|20)\d\d(?:-\d\d?-\d\d?)?(?![\w-]))"
    r"(?P<number>(?=[A-Z0-9-]*[0-9]{4})[A-Z0-9][A-Z0-9-]{3,24})(?![\w%€$])",
    re.IGNORECASE,
)
"""The number of an order or the like, behind the word for it; four digits in a row at least."""
