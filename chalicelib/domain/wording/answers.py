"""What is said back to somebody who answered: what their answer did, and what it did not do."""

from collections.abc import Mapping, Sequence

from chalicelib.domain.incident import Incident, IncidentId, IncidentState
from chalicelib.domain.sms import MOST_SEPTETS, gsm7, septets
from chalicelib.domain.wording.phrases import Named, clock, listed, moment, named, what_of, whole

ONE_PART = 160


def acknowledged_text(
    incidents: Sequence[Named],
    *,
    name: str | Mapping[IncidentId, str] = "",
    zone: str,
    code: str = "",
) -> str:
    """The answer to a good code, whatever became of the incidents of its message (at least one).

    `name` is who has them (or has ended them) when that is somebody else, empty for whoever
    asked; by incident where they differ. With `code` it says how to grade afterwards, where one
    part has room.
    """
    names = name if isinstance(name, Mapping) else {one.id: name for one, _ in incidents}
    if len(incidents) == 1:
        (incident, brand_name) = incidents[0]
        text = _of_one(incident, brand_name, names.get(incident.id, ""), zone)
    else:
        text = _of_several(incidents, names, zone)
    is_theirs = any(_is_theirs(one, names) for one, _ in incidents)
    hint = f" When it is over reply {code} Y or {code} N: worth waking you?"
    if code and is_theirs and septets(text + hint) <= ONE_PART:
        return text + hint
    return text


def _is_theirs(incident: Incident, names: Mapping[IncidentId, str]) -> bool:
    return incident.state is IncidentState.ACKNOWLEDGED and not names.get(incident.id)


def _of_one(incident: Incident, brand_name: str, name: str, zone: str) -> str:
    what = what_of(incident, brand_name)
    if incident.state is IncidentState.RESOLVED:
        at = f" at {clock(incident.resolved_at, zone)}" if incident.resolved_at else ""
        by = gsm7(name or incident.resolved_by or "")
        return whole(f"{what}: already resolved by {by}{at}. Nothing to do.")
    if incident.state is IncidentState.TRIGGERED:
        return whole(f"{what} is still ringing.")
    if name and incident.acknowledged_at:
        at = clock(incident.acknowledged_at, zone)
        return whole(f"{what}: {gsm7(name)} has it since {at}. Nothing to do.")
    until = moment(incident.ack_expires_at, zone, near=incident.acknowledged_at)
    return whole(f"You have it: {what}. Resolve it by its link, or it rings again at {until}.")


def _of_several(incidents: Sequence[Named], names: Mapping[IncidentId, str], zone: str) -> str:
    """Theirs first, then whose the others are: nobody may believe to have what another has."""
    theirs = [one for one, _ in incidents if _is_theirs(one, names)]
    mine = f"You have all {len(incidents)}" if len(theirs) == len(incidents) else "You have"
    groups: dict[str, list[str]] = {}
    for incident, brand_name in incidents:
        if incident in theirs:
            group = mine
        elif incident.state is IncidentState.RESOLVED:
            group = "Already over"
        elif incident.state is IncidentState.TRIGGERED:
            group = "Still ringing"
        else:
            group = f"{named(names.get(incident.id, ''))} has"
        groups.setdefault(group, []).append(named(what_of(incident, brand_name)))
    ends = f" Rings again from {_first_end(theirs, zone)} unless resolved." if theirs else ""
    closing = ends or " Nothing to do."
    order = sorted(groups, key=lambda group: group != mine)
    room = MOST_SEPTETS - septets(closing)
    for most in (room, 90, 60, 30, 0):
        said = " ".join(f"{group}: {listed(groups[group], most)}." for group in order)
        if septets(said) <= room:
            break
    return whole(f"{said}{closing}")


def _first_end(theirs: Sequence[Incident], zone: str) -> str:
    ends = [(one.ack_expires_at, one.acknowledged_at) for one in theirs if one.ack_expires_at]
    if not ends:
        return ""
    until, since = min(ends, key=lambda pair: pair[0])
    return moment(until, zone, near=since)


def useless_reply_text(*, is_last: bool, is_two_way: bool = True) -> str:
    """The answer to a reply that acknowledged nothing.

    Without `is_two_way` our SMS carry no code, so none is asked for.
    """
    if is_two_way:
        text = (
            "Nothing was acknowledged. Reply only with the 5 letters after 'Reply' in our newest"
            " SMS, or open its link."
        )
    else:
        text = (
            "Nothing was acknowledged. Replies do not count here: open the link in our newest SMS."
        )
    return f"{text} We will not answer further wrong replies today." if is_last else text


def which_one_text(count: int) -> str:
    """The answer to a bare letter while more or less than one incident is open for that phone."""
    if count == 0:
        return "Nothing is open for this phone, so there is nothing to acknowledge."
    return (
        f"{count} incidents are open for you, so a letter alone says too little: reply with the"
        " 5 letters after 'Reply' in our SMS about the one you mean."
    )


def escalated_text(incidents: Sequence[Named], *, names: Sequence[str] = (), code: str = "") -> str:
    """The answer to who asked for the next person; `names` are those who are rung now.

    With `code` it says that they can still take it themselves.
    """
    who = listed([named(one, 20) for one in names], 60) if names else "the next person"
    it = "it" if len(incidents) == 1 else f"all {len(incidents)}"
    still = f" Changed your mind? Reply {code} = I have {it}." if code else ""
    said = f" handed on: we ring {who} now.{still}"
    return whole(f"{_listed(incidents, said)}{said}")


def handed_over_text(incidents: Sequence[Named], *, name: str) -> str:
    """The answer to who handed over; `name` is who is rung now."""
    said = (
        f" handed to {named(name)}, who is rung now. If nobody takes it, it goes on by its policy."
    )
    return whole(f"{_listed(incidents, said)}{said}")


def graded_text(incidents: Sequence[Named], *, is_worth_it: bool) -> str:
    """The answer to a grade."""
    grade = "worth waking you" if is_worth_it else "not worth waking you"
    lead = f"Thank you, noted as {grade}: "
    return whole(f"{lead}{_listed(incidents, lead)}.")


def grade_later_text(incidents: Sequence[Named]) -> str:
    """The answer to a grade that came before the end, when nobody knows yet."""
    is_one = len(incidents) == 1
    said = (
        f" {'is' if is_one else 'are'} still open: tell us whether it was worth it when it is over."
    )
    return whole(f"{_listed(incidents, said)}{said}")


def verified_text() -> str:
    """The answer to a test page that was answered."""
    return "Thank you, this works: you can be woken this way."


def _listed(incidents: Sequence[Named], rest: str) -> str:
    names = [named(what_of(incident, brand_name), 60) for incident, brand_name in incidents]
    return listed(names, min(ONE_PART, MOST_SEPTETS - septets(gsm7(rest))))
