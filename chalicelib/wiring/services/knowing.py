"""Who customers are to us, and forgetting them."""

from chalicelib.services.forgetting import Forgetting
from chalicelib.services.knowing import Knowing
from chalicelib.wiring import parts
from chalicelib.wiring.services.keys import code_key
from chalicelib.wiring.warm import once


@once
def knowing() -> Knowing:
    return Knowing(tickets=parts.tickets(), customers=parts.customers())


@once
def forgetting() -> Forgetting:
    return Forgetting(
        desks=parts.desks(),
        mentions=parts.mentions(),
        tickets=parts.tickets(),
        customers=parts.customers(),
        incidents=parts.incidents(),
        backgrounds=parts.backgrounds(),
        erasures=parts.erasures(),
        pepper=code_key,
    )
