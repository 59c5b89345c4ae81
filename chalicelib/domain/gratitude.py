"""Whether a text says thanks and nothing else, as customers do once we have answered.

By plain words, since what a model says of "thanks, works now" without its conversation is
chance. It is asked only of what answers us, and only takes the wait away: people see it anyway.
"""

import re
import unicodedata

MOST_WORDS = 14
"""Who says more says something."""

_NOISE = re.compile(r"@[\w.-]+(?:@[\w.-]+)?|https?://\S+|#")

_THANKS = re.compile(
    r"(?:^|\W)(?:thanks|thank you|thank u|thx|cheers|much appreciated|danke|dankeschön|merci|"
    r"gracias|grazie|obrigad[oa]|bedankt|dank je|dank u|tack|takk?|kiitos|dziękuję|dzięki|děkuji|"
    r"díky|ďakujem|köszönöm|mulțumesc|hvala|ευχαριστώ|teşekkürler|спасибо|дякую)(?:\W|$)"
    r"|ありがとう|谢谢|謝謝|감사합니다|고마워"
)

_DOUBT = re.compile(
    r"\b(?:but|still|however|yet|although|though|not|\w+n['’]?t|cannot|no|nothing|never|none|again|"
    r"unless|until|please|why|when|how|what|where|who|waiting|wait|refund|wrong|worse|worst|"
    r"losing|lost|ruin\w*|wast\w*|useless|sarcas\w*|"
    r"aber|doch|noch|nicht|nichts|kein\w*|nie|wieder|leider|bitte|warum|wann|wie|wo|"
    r"mais|pas|rien|jamais|encore|toujours|pourquoi|quand|"
    r"pero|sigue|aún|todavía|nada|nunca|cuándo|por qué|"
    r"ma|però|non|ancora|niente|mai|quando|perché)\b"
)


_SAID = """
thanks thank thx cheers much many so very really lot lots bunch million a an the for of
to in on and or oh wow yes yeah yep ok okay you u your all everyone everybody team guys folks
support service help helping helped reply replying answer answering response responding
quick quickly fast speedy prompt promptly swift great good super awesome amazing perfect fine
well nice nicely brilliant lovely excellent wonderful fantastic best kind kindly appreciate
appreciated work works working worked fixed fixing solved sorted resolved done job back up
running now today finally it its is this that did does do was were are have has i we am happy
glad trick everything
danke dankeschön dank vielen lieben herzlichen besten tausend sehr schön für das den der
eure euer ihre deine schnelle schnell hilfe antwort rückmeldung passt geht funktioniert
klappt läuft jetzt nun alles gut super toll prima perfekt top spitze bestens klasse ist es
hat geklappt euch ihnen dir gelöst erledigt ja und freundlich nett lieb
merci beaucoup bien vous toi pour votre ton la le les réponse rapide aide ça cela marche
fonctionne maintenant tout est bon parfait génial nickel et oui équipe
gracias muchas mil muy por el su tu ayuda rápida respuesta ya funciona ahora todo perfecto
está resuelto equipo sí amable amables
grazie mille molte tante per il vostro vostra tuo tua aiuto risposta rapida veloce ora adesso
tutto bene perfetto posto risolto gentili gentilissimi
obrigado obrigada muito agora bedankt dank je wel hartelijk werkt nu goed tack så mycket
funkar takk tak tusen fungerer virker nå kiitos paljon toimii dziękuję dzięki bardzo działa
děkuji díky moc funguje ďakujem köszönöm szépen működik mulțumesc mult merge hvala puno radi
ευχαριστώ πολύ λειτουργεί teşekkürler çok çalışıyor спасибо большое работает всё дякую дуже
працює ありがとう ありがとうございます ありがとうございました 谢谢 谢谢你 谢谢您 謝謝 謝謝你
謝謝您 감사합니다 고마워 고마워요
"""
_GLAD = frozenset(_SAID.split())
"""What people say who are glad, and nothing else. Whoever says another word may tell us of
something: "thanks, charged twice now" is no thanks."""


def says_only_thanks(text: str) -> bool:
    """Whether it is short, says thanks, asks nothing and doubts nothing; one name may be in it."""
    bare = unicodedata.normalize("NFC", _NOISE.sub(" ", text))
    plain = bare.casefold()
    if any(mark in plain for mark in "?？;؟") or not _THANKS.search(plain):
        return False
    words = re.findall(r"\w+", bare)
    further = [one for one in words if len(one) > 1 and one.casefold() not in _GLAD]
    is_name = len(further) == 1 and further[0].istitle() and further[0] is not words[0]
    return len(words) <= MOST_WORDS and (not further or is_name) and not _DOUBT.search(plain)
