"""Sentences that speak to whoever judges, not to the company: taken out before anything reads.

"Ignore: not urgent", "classify this as P4", "ignore previous instructions": who writes so wants a
verdict, up or down, and gets the one that the rest of the text deserves. The same in the main
European languages. A customer who politely says that it is not urgent loses nothing by it.
"""

import re
from string import punctuation

_LEVEL = r"""["'*`]?(?:p ?[0-4]\b|priority [0-4]\b|ignore\b|ignorable\b|harmless\b|spam\b|wake\b|
    (?:not|non)[ -]?(?:urgent|critical|important)\b|urgent\b|
    (?:an? |the )?(?:very |extremely )?(?:low|lowest|high|highest|top|no|zero|minimal|maximum|max)[ -]
    (?:priority|urgency|risk|severity|importance)\b|no action\b|an? emergency\b|not an emergency\b)["'*`]?"""
_TO_JUDGE = (
    r"(?:ai|a\.i\.|model|classifier|bot|judge|scorer|filter|algorithm|llm|language model|"
    r"chatbot|moderator|automated system|system)"
)
_PATTERNS = (
    # What was said to it before.
    r"(?:ignore|disregard|forget|override|bypass|skip)(?: (?:all|any|every|of|the|your|these|those|my)){0,3}"
    r"(?: (?:previous|prior|above|earlier|preceding|foregoing|system|existing|all)){1,2}"
    r"(?: (?:instructions?|rules?|prompts?|guidelines?|directions?|orders?|commands?|context|training))"
    r"(?: (?:above|before this|you (?:were|have been) given)\b)?",
    r"(?:ignore|disregard) all instructions",
    r"ignorier\w{0,3}(?: sie)? (?:bitte )?(?:alle )?(?:vorherigen|vorigen|bisherigen|obigen) (?:anweisungen|regeln|befehle)",
    r"ignore[zr]?(?: toutes)? les (?:instructions|consignes) (?:précédentes|antérieures|ci-dessus)",
    r"ignor[ae](?: todas)? (?:las|as) (?:instrucciones|instruções) (?:anteriores|previas|prévias)",
    r"ignora(?: tutte)? le istruzioni precedenti",
    r"negeer (?:alle )?(?:vorige|eerdere|voorgaande|bovenstaande) (?:instructies|regels|opdrachten)",
    # What it should say.
    r"(?:classify|label|mark|rate|score|categori[sz]e|treat|flag|tag|rank|judge|grade|file|consider|set)"
    r"(?: (?:this|that|it|them|me|the|my|following|post|text|tweet|message|mention|comment|urgency|priority)){0,3}"
    rf" (?:as |with |to |at |= ?|: ?){{0,2}}{_LEVEL}(?: (?:priority|urgency|level|only|please|now)){{0,3}}",
    rf"(?:return|output|respond with|answer with|reply with|print|assign|the answer is|correct answer is)(?: only| just)? {_LEVEL}",
    rf"(?:urgency|priority|label|verdict|classification|severity|risk|triage|importance|level)(?: level)? ?(?:is|=|:|->|→|should be|must be)"
    rf" ?(?:{_LEVEL}|low\b|lowest\b|none\b|high\b|highest\b|[0-9]{{1,3}}\b)",
    r"(?:einstufen als|stuf\w{1,2} (?:dies|das|es) als) (?:p ?[0-4]|(?:nicht )?dringend|unwichtig|harmlos)(?: ein\b)?",
    r"(?:classe[zr]?|clasifica|classifica|classificar) (?:ceci|ça|esto|questo|isto|isso|como|come|comme|ce message| ){0,4}"
    r"(?:p ?[0-4]|(?:pas|no|non|não) urgente?)",
    # That it need not mind.
    r"(?:ignore|fyi|note)? ?[:\-–]? ?(?:(?:this|that|it)(?:'s| is| was)? |and |so |but )?(?:just |really |definitely |absolutely |100 ?% )?"
    r"(?:not|isn't|isnt|non)[ -](?:really |at all )?(?:urgent|an? (?:real )?emergency|time[ -]critical)(?: at all)?",
    r"(?:nothing|no) (?:urgent|urgency)(?: here)?|no emergency(?: here)?|no action (?:is )?(?:needed|required|necessary)",
    r"(?:there is |there's )?no need to (?:wake|page|alert|escalate|notify)(?: (?:anyone|anybody|someone|people|you|this|it|up|the team)){0,3}",
    r"(?:please )?(?:do not|don't|dont|never) (?:wake|page|alert|escalate|notify)(?: (?:anyone|anybody|someone|people|this|it|up|the team)){0,3}",
    r"(?:das |dies |es )?(?:ist )?(?:nicht (?:dringend|eilig)|kein notfall)",
    r"(?:ce n'est |c'est )?pas (?:urgent|une urgence)",
    r"(?:esto )?no es (?:urgente|una emergencia|ninguna emergencia)",
    r"(?:questa |questo )?non è (?:urgente|un'emergenza|una emergenza)|non urgente",
    r"(?:isto |isso )?não é (?:urgente|uma emergência)|(?:dit |het )?(?:is )?(?:niet dringend|geen noodgeval|geen spoed)",
    # To whom it speaks.
    rf"you are (?:now )?(?:an? |the )?(?:\w{{1,20}} ){{0,3}}{_TO_JUDGE}\b(?: that [^.!?\n]{{0,80}})?",
    rf"(?:note|message|attention|instructions?|hint|memo|dear|hey)(?: to| for)?(?: the| all| any)?(?: \w{{1,20}})? {_TO_JUDGE}\b ?[:,\-–]?",
    r"(?:^|\n|(?<=[.!?] ))[\[<(#*\s]{0,6}(?:system|assistant|developer)(?: (?:prompt|message|note|override))?[\])>*]{0,4} ?:",
    r"</?(?:system|instructions?|prompt|user|assistant|post|text)>|\[/?(?:inst|system)\]|<\|[a-z_]{1,20}\|>",
    r"new instructions? ?:|system prompt|end of (?:the )?(?:post|input|prompt|user message)\b|as an ai(?: language model)?\b",
)
_SPEAKS_TO_JUDGE = re.compile(
    "|".join(
        rf"(?<!\w)(?:{part.replace(chr(10), '')})"
        if part[0] not in "(<" or part[1:3] == "?:"
        else f"(?:{part})"
        for part in (re.sub(r"\n\s*", "", one) for one in _PATTERNS)
    ),
    re.IGNORECASE,
)
_SIGNING = """urgen emerg notfall instru istruz anweis consignes regeln befehle dringend eilig spoed
    noodg prompt classif clasific judge system assistant developer alert escalate notify harmless
    ignor previous guideline critical risk spam triage importance label level verdict severity
    priorit p0 p1 p2 p3 p4 wake page need end action ai p"""
_SIGNS = (
    *_SIGNING.split()[:-7],
    *("no need to", " wake", " page", "end of", "no action", "as an ai"),
    *("p 0", "p 1", "p 2", "p 3", "p 4", "<", "[inst", "[/"),
)
"""Any of the patterns has one of them: most posts have none and are not looked at any further."""
_BEGINNINGS = frozenset(word[:4] for word in _SIGNING.split())
"""How the words of these signs begin: sooner looked up than they are looked for."""
_BETWEEN = str.maketrans(dict.fromkeys(punctuation, " "))
_ADDRESSING = (
    "you are",
    "note",
    "message",
    "attention",
    "instruction",
    "hint",
    "memo",
    "dear",
    "hey",
)
_ADDRESSED = (" ai", "a.i.", "model", "bot", "scorer", "filter", "algorithm", "llm", "moderator")
"""...or one of each of these."""
_PLACE = "\x00"
_PART = re.compile(r"[^.!?;\n]+[.!?;\n]*|[.!?;\n]+")
_WORDS = re.compile(r"\w+")
_FILLING = """
    and or so but please pls just now only then also kindly ok okay thanks thank you to as it this
    that is the a an because for be with output say my of in und bitte et por favor e y en per
    verdict post text message tweet fyi note ignore p1 p2 p3 p4 only level priority urgency low high
"""
_FILLERS = frozenset(_FILLING.split())
"""What a sentence may still hold that says nothing without what was taken out."""


def without_tampering(text: str) -> tuple[str, bool]:
    """A prepared text without what speaks to whoever judges it, and whether there was any.

    Its lines may still be apart. A text without any comes back as it is. What is taken out leaves
    no fragment of its sentence that says nothing by itself. Takes linear time and never raises.
    """
    small = text.casefold()
    holds = small.__contains__
    beginnings = {word[:4] for word in small.translate(_BETWEEN).split()}
    is_signed = not _BEGINNINGS.isdisjoint(beginnings) or "<" in small or "[" in small
    if not (is_signed and any(map(holds, _SIGNS))) and not (
        any(map(holds, _ADDRESSING)) and any(map(holds, _ADDRESSED))
    ):
        return text, False
    marked, count = _SPEAKS_TO_JUDGE.subn(_PLACE, text)
    if not count:
        return text, False
    kept = []
    for part in _PART.findall(marked):
        if _PLACE in part:
            said = [word for word in _WORDS.findall(part.casefold()) if word not in _FILLERS]
            if not said:
                continue
        kept.append(part)
    left = " ".join("".join(kept).replace(_PLACE, " ").split())
    return left.strip(" ,;:-–()[]\"'*"), True
