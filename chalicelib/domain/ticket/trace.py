"""What is said in public of a private reply, so that others see that somebody is answered."""

TRACES: dict[str, str] = {
    "bg": "Писахме ви в лично съобщение.",
    "cs": "Napsali jsme vám soukromou zprávu.",
    "da": "Vi har sendt dig en privat besked.",
    "de": "Wir haben Ihnen eine private Nachricht geschickt.",
    "el": "Σας στείλαμε προσωπικό μήνυμα.",
    "en": "We've sent you a private message.",
    "es": "Te hemos enviado un mensaje privado.",
    "fi": "Lähetimme sinulle yksityisviestin.",
    "fr": "Nous vous avons envoyé un message privé.",
    "hr": "Poslali smo vam privatnu poruku.",
    "hu": "Privát üzenetet küldtünk Önnek.",
    "it": "Ti abbiamo inviato un messaggio privato.",
    "ja": "プライベートメッセージをお送りしました。",
    "nl": "We hebben je een privébericht gestuurd.",
    "no": "Vi har sendt deg en privat melding.",
    "pl": "Wysłaliśmy Ci wiadomość prywatną.",
    "pt": "Enviámos-lhe uma mensagem privada.",
    "ro": "V-am trimis un mesaj privat.",
    "sk": "Poslali sme vám súkromnú správu.",
    "sl": "Poslali smo vam zasebno sporočilo.",
    "sv": "Vi har skickat ett privat meddelande till dig.",
    "tr": "Size özel bir mesaj gönderdik.",
    "uk": "Ми надіслали вам приватне повідомлення.",
}
"""By ISO 639-1 code of the customer's language; a company may say it otherwise by a saved reply
of the name `TRACE_REPLY`."""

TRACE_REPLY = "sent-privately"


def trace_in(language: str | None) -> str:
    """The words in a language; English where it is not known."""
    return TRACES.get((language or "en").partition("-")[0].casefold(), TRACES["en"])
