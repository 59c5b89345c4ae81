"""The services of a deployment, each made when it is first asked for.

listening  how sources stand, and what reading them takes
judging    from a platform to a verdict
waking     who is woken, and how they answer
answering  the queue: what agents and the clock do with tickets
knowing    who customers are to us, and forgetting them
following  what follows a change: the index of search, other desks
costing    what was used, added up; budgets, bills
keys       where the page is, and the keys of a deployment
"""

from chalicelib.wiring.services.answering import (
    ending,
    holding,
    listing,
    queue_clock,
    reaching,
    sending,
    talking,
)
from chalicelib.wiring.services.costing import (
    accounts,
    budgets,
    letters,
    reconciling,
    rolling,
)
from chalicelib.wiring.services.following import (
    delivering_hooks,
    indexing,
    searching,
    telling_hooks,
)
from chalicelib.wiring.services.judging import (
    conversing,
    crowd_watch,
    gathering,
    ingest,
    judging,
    opening,
    pushes,
    rechecking,
    rereading,
    scorer,
    triage,
    withdrawing,
)
from chalicelib.wiring.services.keys import (
    code_key,
    public_url,
    stage,
    token_key,
    user_pool,
)
from chalicelib.wiring.services.knowing import forgetting, knowing
from chalicelib.wiring.services.listening import source_news, spending, standing, troubles
from chalicelib.wiring.services.waking import (
    acknowledging,
    calendars,
    contacting,
    known_contacts,
    latest_report,
    opt_outs,
    paging,
    readiness,
    receiving,
    shift_notices,
    telling,
    upcoming,
    ways_to_answer,
)

__all__ = [
    "accounts",
    "acknowledging",
    "budgets",
    "calendars",
    "code_key",
    "contacting",
    "conversing",
    "crowd_watch",
    "delivering_hooks",
    "ending",
    "forgetting",
    "gathering",
    "holding",
    "indexing",
    "ingest",
    "judging",
    "knowing",
    "known_contacts",
    "latest_report",
    "letters",
    "listing",
    "opening",
    "opt_outs",
    "paging",
    "public_url",
    "pushes",
    "queue_clock",
    "reaching",
    "readiness",
    "receiving",
    "rechecking",
    "reconciling",
    "rereading",
    "rolling",
    "scorer",
    "searching",
    "sending",
    "shift_notices",
    "source_news",
    "spending",
    "stage",
    "standing",
    "talking",
    "telling",
    "telling_hooks",
    "token_key",
    "triage",
    "troubles",
    "upcoming",
    "user_pool",
    "ways_to_answer",
    "withdrawing",
]
