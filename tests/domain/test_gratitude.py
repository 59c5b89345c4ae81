"""Thanks and nothing else."""

import pytest

from chalicelib.domain.gratitude import MOST_WORDS, says_only_thanks


@pytest.mark.parametrize(
    "text",
    [
        "thanks",
        "@acme thanks, works now",
        "@acme@social.example Thank you so much for the quick help, Mia! ❤️",
        "Cheers, all good",
        "@acme danke, passt jetzt!",
        "Merci beaucoup !",
        "¡Gracias, ya funciona!",
        "Grazie mille",
        "kiitos",
        "спасибо, работает",
        "ありがとうございます",
    ],
)
def test_thanks_are_thanks(text: str) -> None:
    assert says_only_thanks(text)


@pytest.mark.parametrize(
    "text",
    [
        "works now",
        "thanks, but it still does not work",
        "thanks for nothing",
        "well done, thanks for losing my bag",
        "thanks, when will it be back",
        "thanks?",
        "thanks. I can't log in",
        "thanks, I can’t log in",
        "thanks. Please call me",
        "thank you " + "very " * MOST_WORDS + "much",
        "danke, aber es geht nicht",
        "merci mais ça ne marche pas",
        "gracias, pero sigue igual",
        "grazie ma non funziona",
        "kiitos mutta se ei vieläkään toimi",
        "thanksgiving dinner was cold",
        "@thanks hello",
        "my attack on this",
        "Thanks, charged twice now",
        "thanks, now everything is broken",
        "Thanks a lot, you killed my dog",
        "thanks I will sue you",
        "thanks for the third degree burns",
        "danke, jetzt ist alles kaputt",
        "merci, compte piraté",
        "gracias, me robaron la cuenta",
        "kiitos tili hakkeroitu",
        "спасибо, взломали",
        "ありがとうなんて言えない壊れた",
        "",
    ],
)
def test_what_says_more_asks_or_doubts_is_not(text: str) -> None:
    assert not says_only_thanks(text)
