"""Small talk: texts so plain that they ask for nothing, in whatever language they are taken for.

Recognisers only guess at texts as short as "lol ok" or "danke super".
"""

import re

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")

_WORDS = frozenset(
    # No word that warns, asks or denies in another language: no "brand" (Dutch for a fire), no
    # "die" and "war" (German for "the" and "was").
    """
    hi hello hey yo good morning evening night day week weekend bye welcome congrats
    congratulations cheers thanks thank thx ty ok okay yes yeah yep sure cool nice great
    good best love lovely loved awesome amazing excellent brilliant fantastic perfect wonderful
    wow happy kudos well done jk rofl lmao service team work job app
    i i'm me my we us our you your it it's its is are the a an and for to this that so very much
    really always
    hallo servus moin guten guter gute morgen abend nacht tag danke dankeschön super toll
    tolle toller tolles großartig großartige perfekt spitze liebe lieb prima klasse schön schöne
    freundlich freundliche freundlicher ja gern gerne beratung
    ich mich wir uns unser ihr euch euer du dich dein es das der ist sind ein eine und für
    sehr so vielen viel dank alles immer
    """.replace("ß", "ss").split()  # as casefold writes it in the text
)

_LAUGHTER = re.compile(r"(?:a?(?:ha){2,}h?|(?:he){2,}|(?:hi){2,}|lo+l|a+h+|o+h+)")


def is_small_talk(text: str, names: tuple[str, ...]) -> bool:
    """Whether a text says nothing but pleasantries and laughter, besides the brand's name.

    `text` and `names` are casefolded.
    """
    for name in sorted(filter(None, names), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", text)
    words = _WORD.findall(text)
    return bool(words) and all(word in _WORDS or _LAUGHTER.fullmatch(word) for word in words)
