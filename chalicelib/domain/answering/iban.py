"""Account numbers by ISO 13616: where one stands in a text."""

import re
from collections.abc import Iterator

_LENGTHS = (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 "
    "DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 "
    "IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 "
    "MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 "
    "SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30"
)
LENGTHS = {one[:2]: int(one[2:]) for one in _LENGTHS.split()}
"""Characters of an IBAN by country; source: SWIFT, "IBAN Registry"."""

_START = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[0-9]{2}(?=[ \u00a0\u202f-]?[A-Za-z0-9])")
_GAPS = " \u00a0\u202f-"


def ibans_in(text: str) -> Iterator[tuple[int, int]]:
    """Where IBANs with a right checksum begin and end, written together or in groups."""
    for match in _START.finditer(text):
        length = LENGTHS.get(match.group()[:2].upper())
        if length is None:
            continue
        letters, at = "", match.start()
        while at < len(text) and len(letters) < length:
            if text[at].isascii() and text[at].isalnum():
                letters += text[at].upper()
            elif text[at] not in _GAPS or text[at - 1] in _GAPS:
                break
            at += 1
        is_whole = not (text[at : at + 1].isascii() and text[at : at + 1].isalnum())
        if len(letters) == length and is_whole and _is_right(letters):
            yield match.start(), at


def _is_right(letters: str) -> bool:
    """Modulo 97 (ISO 7064), letters as 10 to 35, country and check digits last."""
    return int("".join(str(int(one, 36)) for one in letters[4:] + letters[:4])) % 97 == 1
