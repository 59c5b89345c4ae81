"""The words that count, by language: what each finding is called, adds, and says to a person.

A pattern is a regular expression over casefolded text, matched at word boundaries.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from chalicelib.domain.signal import Topic


@dataclass(frozen=True, slots=True)
class Term:
    """One kind of finding in one language."""

    name: str
    topic: Topic | None
    points: float
    reason: str
    pattern: re.Pattern[str]


def _term(name: str, topic: Topic | None, points: float, reason: str, *patterns: str) -> Term:
    joined = "|".join(patterns).replace("ß", "ss")  # as casefold writes it in the text
    return Term(name, topic, points, reason, re.compile(rf"(?<!\w)(?:{joined})(?!\w)"))


_SYSTEM = (
    r"(?:web ?site|site|app|system|server|network|service|booking\w*|checkout|payments?|portal|"
    r"internet|broadband|phone ?lines?|hotline|log ?in|signal|trains?|flights?|power|atms?|cards?)"
)
_FAILS = (
    r"(?:down|offline|dead|out|unreachable|crash(?:ed|ing)|broken|not working|n[o']t work\w*|"
    r"isn'?t working|stopped working|unavailable|not loading|won'?t load|doesn'?t load|timing out)"
)

ENGLISH = (
    _term("danger", Topic.SAFETY, 11, "speaks of danger to people",
          r"trapped", r"injur(?:ed|y|ies)", r"bleeding", r"unconscious", r"collapsed",
          r"ambulance", r"paramedics?", r"(?:can'?t|cannot|struggling to) breathe", r"not breathing",
          r"heart attack", r"seizure", r"choking", r"drown\w*", r"electrocut\w*", r"explo(?:ded|sion)",
          r"caught fire", r"on fire", r"fire alarm",
          r"fire (?:at|in) (?:\w+ ){0,3}?(?:store|shop|branch|building|office|station|hotel|train|warehouse|plant)", r"smoke (?:in|from|everywhere)",
          r"(?:gas|carbon monoxide) (?:leak|smell)", r"smells? of gas", r"poison(?:ed|ing)",
          r"allergic reaction", r"anaphyla\w+", r"insulin", r"oxygen", r"in hospital", r"hospitali[sz]ed",
          r"(?:child|baby|kid|son|daughter|mother|father|grandm\w+) (?:is |are )?(?:missing|alone|sick|hurt)",
          r"contaminated", r"salmonella", r"glass in (?:my|the|our)", r"life.threatening", r"emergency"),
    _term("threat", Topic.SAFETY, 12, "threatens violence or self-harm",
          r"kill (?:myself|you|them|him|her|everyone)", r"end (?:my life|it all)", r"suicid\w+",
          r"want to die", r"bomb(?: threat)?", r"(?:going to|gonna|will) (?:shoot|stab|hurt|burn|blow up)",
          r"with a (?:knife|gun|weapon)"),
    _term("outage", Topic.OUTAGE, 6, "says it is down",
          rf"{_SYSTEM} (?:\w+ ){{0,3}}?{_FAILS}", rf"{_FAILS} (?:\w+ ){{0,2}}?{_SYSTEM}",
          r"outage", r"blackout", r"power cut", r"50[0234] errors?", r"can'?t (?:reach|open|load) your (?:site|app|website)"),
    _term("many", None, 5, "says that it hits many",
          r"(?:whole|entire) (?:\w+ )?(?:site|system|network|city|country|town|region|store|street|building|train|company)",
          r"everyone", r"everybody", r"every (?:customer|store|branch|shop)", r"all (?:of )?(?:us|customers|your customers|stores|branches|lines|users)",
          r"nationwide", r"nobody can", r"no ?one can", r"thousands", r"hundreds", r"widespread", r"anyone else"),
    _term("breach", Topic.SECURITY, 11, "speaks of a data or security breach",
          r"data (?:breach|leak)", r"leaked (?:my|our|customer|user)\w*", r"(?:data|records|passwords|details|addresses) (?:\w+ ){0,3}?(?:leaked|exposed|for sale|stolen|public|visible)",
          r"(?:see|seeing|shows?|showing) (?:other|another|someone else)\w*(?:'s)? (?:[\w']+ ){0,2}?(?:orders?|accounts?|data|details|invoices?|address\w*)",
          r"ransomware", r"been breached", r"vulnerability", r"phishing (?:\w+ ){0,4}?(?:your name|from you)"),
    _term("hacked", Topic.SECURITY, 5.5, "says an account was taken over",
          r"(?:my|the|our) (?:\w+ ){0,2}?accounts? (?:\w+ ){0,3}?(?:hacked|compromised|stolen)", r"hacked (?:into )?my", r"fraudulent", r"fraud", r"scammed"),
    _term("discrimination", Topic.DISCRIMINATION, 11, "accuses staff of discrimination or assault",
          r"racis[tm]\w*", r"racial\w*", r"sexist", r"homophob\w+", r"transphob\w+", r"antisemit\w+", r"islamophob\w+",
          r"discriminat\w+", r"assault(?:ed|ing)?", r"groped", r"molest\w+", r"sexual(?:ly)? harass\w+", r"harassed",
          r"because (?:i'?m|i am|she'?s|he'?s|they'?re|of (?:my|her|his|their) (?:skin|race|hijab|wheelchair|disability))",
          r"denied (?:\w+ ){0,3}?wheelchair"),
    _term("press", Topic.PRESS, 10.5, "comes from the press, a regulator or a boycott",
          r"journalist", r"reporter", r"(?:comment|statement) for (?:a|our|my) (?:story|article|piece)", r"press (?:enquiry|inquiry|request)",
          r"we(?:'re| are) running a story", r"going (?:live|to air)", r"class action", r"regulator", r"ombudsman", r"boycott\w*", r"whistleblower"),
    _term("legal", Topic.PRESS, 5.5, "announces a legal step",
          r"lawyers?", r"solicitor", r"attorney", r"lawsuit", r"su(?:e|ing) (?:you|them)", r"legal action", r"small claims", r"trading standards"),
    _term("stranded", Topic.DELIVERY, 6, "is stranded or locked out",
          r"stranded", r"stuck (?:at|in|on|here|outside)", r"locked out", r"miss(?:ed|ing) (?:my|our) (?:connection|flight|train|wedding|funeral)",
          r"nowhere to (?:stay|sleep|go)", r"no (?:heating|hot water|electricity)", r"need (?:it|this|them) (?:today|tonight|now|by tomorrow)"),
    _term("money", Topic.BILLING, 5, "says money was taken or is missing",
          r"charged (?:me |us )?(?:twice|two times|three times|double|again)", r"double.charged", r"overcharged", r"took (?:\w+ ){0,4}?(?:from|out of) my account",
          r"money (?:\w+ ){0,3}?(?:gone|missing|taken|disappeared)", r"unauthori[sz]ed (?:charge|payment)s?", r"(?:where is|still no|no|want) (?:my |a )?refund"),
    _term("ignored", None, 3, "says it was ignored before",
          r"(?:second|third|fourth|fifth|\d(?:nd|rd|th)) time", r"no (?:reply|response|answer)", r"nobody (?:answers|replies|responds|picks up)",
          r"no ?one (?:answers|replies|responds|picks up)", r"still waiting", r"ignor(?:ed|ing)", r"on hold for", r"for (?:hours|days|weeks|months)"),
    _term("late", Topic.DELIVERY, 2, "complains of delay",
          r"late", r"delay(?:ed|s)?", r"cancel+ed", r"never (?:arrived|came|showed)", r"lost (?:my )?(?:parcel|package|luggage|bag\w*|order)", r"waiting"),
    _term("bill", Topic.BILLING, 2, "is about a bill", r"invoice", r"bill(?:ed|ing)?", r"refund", r"charged?", r"price", r"fee"),
    _term("question", None, 1.5, "asks something",
          r"how (?:do|can|long|much)", r"when (?:do|will|are|is)", r"can you", r"could you", r"please help", r"help", r"does anyone know", r"what time", r"is there"),
    _term("angry", None, 2, "is angry",
          r"worst", r"terrible", r"awful", r"horrible", r"disgust\w*", r"useless", r"pathetic", r"furious", r"unacceptable", r"disgrace\w*", r"shame(?:ful)?",
          r"joke of a", r"rip.?off", r"never again", r"hate", r"fed up", r"ridiculous", r"incompetent", r"scam", r"rude", r"crap", r"shit\w*", r"fuck\w*", r"wtf", r"broken",
          r"disappoint\w*", r"frustrat\w*", r"annoy\w*", r"bad", r"fail(?:ed|s|ure)?", r"problem", r"issue", r"wrong", r"losing money", r"garbage", r"sucks?"),
    _term("joking", None, -6, "sounds like a joke", r"lol", r"lmao", r"rofl", r"haha\w*", r"jk", r"just kidding", r"😂", r"🤣"),
    _term("pleased", Topic.PRAISE, -3, "is pleased",
          r"thanks?", r"thank you", r"great", r"love(?:ly|d)?", r"excellent", r"amazing", r"awesome", r"brilliant", r"fantastic", r"perfect", r"kudos", r"well done", r"best", r"happy", r"wonderful"),
    _term("promotion", None, -8, "looks like promotion",
          r"giveaway", r"promo code", r"discount code", r"use code", r"follow (?:me|us)", r"check out (?:my|our)", r"crypto", r"airdrop", r"sponsored", r"hiring", r"click (?:here|the link)"),
    _term("rehearsed", None, -9, "speaks of the past or of a drill",
          r"drill", r"last (?:year|month)", r"years ago", r"back in (?:19|20)\d\d", r"novel", r"movie", r"film", r"episode", r"song", r"video ?game"),
)  # fmt: skip

GERMAN = (
    _term("danger", Topic.SAFETY, 11, "speaks of danger to people",
          r"verletzt\w*", r"eingeschlossen", r"steck(?:en|t) (?:\w+ ){0,3}?(?:im|in der) (?:aufzug|lift|zug)", r"bewusstlos\w*", r"notarzt", r"rettung(?:sdienst|swagen)?",
          r"krankenhaus", r"spital", r"brennt", r"feuer", r"rauch", r"gasgeruch", r"vergift\w+", r"allergische reaktion", r"lebensgefahr", r"notfall", r"atemnot", r"herzinfarkt"),
    _term("threat", Topic.SAFETY, 12, "threatens violence or self-harm", r"bring(?:e)? (?:mich|euch|dich) um", r"umbringen", r"bombe", r"selbstmord", r"suizid\w*", r"amok\w*"),
    _term("outage", Topic.OUTAGE, 6, "says it is down",
          r"(?:web ?seite|seite|app|system|server|netz|internet|buchung\w*|dienst|hotline|kasse\w*|portal|züge?) (?:\w+ ){0,4}?(?:down|offline|nicht erreichbar|geht nicht|gehen nicht|funktioniert nicht|tot|lahm\w*|ausgefallen|abgestürzt)",
          r"(?:geht|funktioniert) (?:gar |überhaupt )?nich(?:t|ts)(?: mehr)?", r"nicht erreichbar", r"störung", r"ausfall", r"stromausfall", r"(?:strom|licht) (?:\w+ ){0,6}?ausgefallen"),
    _term("many", None, 5, "says that it hits many", r"alle (?:kunden|filialen|leute|züge)", r"ganze[nrs]? (?:\w+ )?(?:stadt|seite|system|netz|land|zug)", r"niemand kann", r"bundesweit", r"österreichweit", r"österreichweiten?", r"hunderte", r"tausende", r"bei allen"),
    _term("breach", Topic.SECURITY, 11, "speaks of a data or security breach", r"daten(?:leck|panne|diebstahl)", r"fremde (?:daten|rechnungen|bestellungen|konten)", r"daten (?:\w+ ){0,4}?(?:öffentlich|im netz|geleakt|gestohlen)"),
    _term("hacked", Topic.SECURITY, 5.5, "says an account was taken over", r"konto (?:\w+ ){0,2}?gehackt", r"gehackt", r"betrug", r"betrogen"),
    _term("discrimination", Topic.DISCRIMINATION, 11, "accuses staff of discrimination or assault", r"rassis\w+", r"diskriminier\w+", r"sexis\w+", r"begrapscht", r"belästigt", r"antisemit\w+", r"homophob\w*"),
    _term("press", Topic.PRESS, 10.5, "comes from the press, a regulator or a boycott", r"journalist(?:in)?", r"redaktion", r"stellungnahme", r"presseanfrage", r"boykott\w*", r"sammelklage", r"aufsichtsbehörde"),
    _term("legal", Topic.PRESS, 5.5, "announces a legal step", r"anwalt", r"anwältin", r"klage", r"verklag\w+", r"anzeige", r"konsumentenschutz", r"verbraucherschutz"),
    _term("stranded", Topic.DELIVERY, 6, "is stranded or locked out", r"gestrandet", r"sitz(?:e|en|t) (?:\w+ ){0,3}?fest", r"ausgesperrt", r"kein(?:e)? (?:heizung|warmwasser|strom)", r"anschluss verpasst"),
    _term("money", Topic.BILLING, 5, "says money was taken or is missing", r"doppelt abgebucht", r"zweimal abgebucht", r"geld (?:\w+ ){0,3}?(?:weg|verschwunden|zurück)", r"abgebucht"),
    _term("ignored", None, 3, "says it was ignored before", r"keine (?:antwort|reaktion)", r"niemand (?:antwortet|hebt ab|meldet sich)", r"seit (?:stunden|tagen|wochen)", r"zum (?:zweiten|dritten|vierten) mal", r"warteschleife", r"warte noch immer", r"immer noch"),
    _term("late", Topic.DELIVERY, 2, "complains of delay", r"verspätung\w*", r"verspätet", r"zu spät", r"ausgefallen", r"nicht angekommen", r"warte(?:n)?"),
    _term("bill", Topic.BILLING, 2, "is about a bill", r"rechnung\w*", r"erstattung", r"preis\w*", r"gebühr\w*"),
    _term("question", None, 1.5, "asks something", r"wie (?:kann|lange|viel)", r"wann", r"könnt ihr", r"hilfe", r"gibt es", r"wo (?:ist|finde|bleibt)"),
    _term("angry", None, 2, "is angry", r"schlecht\w*", r"furchtbar", r"unverschämt\w*", r"frechheit", r"katastrophe", r"katastrophal\w*", r"nie wieder", r"saftladen", r"enttäusch\w*", r"nervt", r"unfähig\w*", r"scheiß\w*", r"sauerei", r"wahnsinn", r"problem\w*", r"zumutung"),
    _term("joking", None, -6, "sounds like a joke", r"haha\w*", r"lol", r"😂", r"🤣", r"scherz"),
    _term("pleased", Topic.PRAISE, -3, "is pleased", r"danke\w*", r"super", r"toll\w*", r"großartig\w*", r"perfekt\w*", r"liebe", r"spitze", r"freundlich\w*"),
    _term("promotion", None, -8, "looks like promotion", r"gewinnspiel", r"rabattcode", r"gutscheincode"),
)  # fmt: skip

TERMS = {"en": ENGLISH, "de": GERMAN}
"""What can be read, by ISO 639-1 code."""

_NAME_FAILS = {
    "en": r"(?:'s| is| are| seems?| appears? to be)?(?: \w+)? "
    r"(?:down|offline|unreachable|not reachable|not working|unavailable)",
    "de": r"(?: \w+){0,3}? "
    r"(?:down|offline|nicht erreichbar|unerreichbar|ausgefallen|geht nicht|funktioniert nicht)",
}


@lru_cache(maxsize=64)
def outage_of(names: tuple[str, ...], language: str) -> tuple[Term, ...]:
    """The term for "Acme is down", where it is the brand itself that fails; none without names.

    `names` are casefolded, as the text is.
    """
    known = "|".join(re.escape(name) for name in names if name)
    if not known or language not in _NAME_FAILS:
        return ()
    pattern = rf"(?:{known}){_NAME_FAILS[language]}"
    return (_term("outage", Topic.OUTAGE, 6, "says it is down", pattern),)
