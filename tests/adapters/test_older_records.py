"""What the first release has stored is read by this one: nobody loses an incident by an update.

The texts are those that its code wrote, not made by any code of today.
"""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from chalicelib.domain.answering.rules import AnsweringRules
from chalicelib.domain.desk import EmailSettings, SmsSettings
from chalicelib.domain.errors import BadInput
from chalicelib.domain.escalation import Position
from chalicelib.domain.incident import Incident, IncidentId, IncidentState
from chalicelib.domain.page import KeyKind, Page, PageId, PageKey, PageState
from chalicelib.domain.schedule import Override, Rotation
from chalicelib.domain.signal import Topic, Urgency
from tests.adapters.stores import Stores, put
from tests.builders import ANA, BEN, FAY, NOW, a_brand, a_desk, a_mention, a_schedule, an_incident

INCIDENT_ID = IncidentId("acme.outage.20261121T193000000000")
PAGE_ID = PageId(f"{INCIDENT_ID}.r1.s0.ana.sms")
MINUTE = timedelta(minutes=1)

INCIDENT = (
    '{"id":"acme.outage.20261121T193000000000","brand":"acme","topic":"outage",'
    '"state":"acknowledged","policy":"standard","opened_at":"2026-11-21T19:30:00Z",'
    '"alive_at":"2026-11-21T19:33:00Z","mention_id":"mastodon.115600000000000001",'
    '"quote":"@acme the whole site is down, I am losing money here",'
    '"author":"carla@social.example","platform":"mastodon",'
    '"url":"https://social.example/@carla/115600000000000001",'
    '"reasons":["says the whole site is down"],"position":{"due_at":"2026-11-21T19:45:00Z",'
    '"round":1,"step":1,"has_reached_somebody":true,"rung":0},"acknowledged_by":"ana",'
    '"acknowledged_at":"2026-11-21T19:33:00Z","ack_expires_at":"2026-11-21T23:33:00Z",'
    '"resolved_by":null,"resolved_at":null,"version":3}'
)

PAGE = (
    '{"id":"acme.outage.20261121T193000000000.r1.s0.ana.sms",'
    '"incident_id":"acme.outage.20261121T193000000000","responder":"ana","channel":"sms",'
    '"state":"sent","claimed_at":"2026-11-21T19:30:00Z","attempts":1,'
    '"sent_at":"2026-11-21T19:30:00Z","provider_id":"sms-1","refusal":""}'
)

KEY = (
    '{"kind":"link",'
    '"digest":"3767e3608bbfa9352d6f52bf280094d5a3a6bf63adee3e44aad854b189c02fdf",'
    '"page_id":"acme.outage.20261121T193000000000.r1.s0.ana.sms",'
    '"incident_id":"acme.outage.20261121T193000000000","responder":"ana",'
    '"expires_at":"2026-11-22T19:30:00Z"}'
)

DESK = (
    '{"brands":[{"id":"acme","name":"Acme","terms":["acme"],"handles":["acme"],"policies":{},'
    '"policy":"standard"}],"sources":[{"name":"mastodon-acme","kind":"mastodon","brand":"acme",'
    '"every":"PT60S","options":{"instance":"https://social.example"},'
    '"secret":"mastodon-acme"}],"responders":[{"id":"ana","name":"Ana",'
    '"phone":"+436641000001","zone":"Europe/Vienna"},{"id":"ben","name":"Ben",'
    '"phone":"+436641000002","zone":"Europe/Vienna"},{"id":"fay","name":"Fay",'
    '"phone":"+436641000003","zone":"Europe/Vienna"},{"id":"lea","name":"Lea",'
    '"phone":"+436641000004","zone":"Europe/Vienna"}],"schedules":[{"name":"primary",'
    '"zone":"Europe/Vienna","rotations":[{"responders":["ana","ben"],'
    '"starts_on":"2026-01-05","ends_on":null,"handoff":"09:00:00","shift_days":7}],'
    '"overrides":[{"responder":"fay","starts_at":"2026-11-21T19:30:00Z",'
    '"ends_at":"2026-11-22T19:30:00Z"}]}],"policies":[{"name":"standard","steps":'
    '[{"delay":"P0D","targets":[{"kind":"schedule","name":"primary"}]},{"delay":"PT900S",'
    '"targets":[{"kind":"responder","name":"ben"}]}],"repeat_after":"PT900S",'
    '"ack_timeout":"PT14400S"}],"fallback":"fay","lead":"lea",'
    '"sms":{"sender_id":"Nightdesk","origination_number":"","is_two_way":true}}'
)


MENTION = (
    '{"platform":"mastodon","platform_id":"115600000000000001","source":"mastodon-acme",'
    '"brand":"acme","text":"@acme the whole site is down, I am losing money here",'
    '"posted_at":"2026-11-21T19:29:00Z","pulled_at":"2026-11-21T19:30:00Z",'
    '"author":{"handle":"carla@social.example","name":"Carla","followers":1200,'
    '"is_verified":false,"url":""},"url":"https://social.example/@carla/115600000000000001",'
    '"language":"en","is_addressed":true,"in_reply_to":null}'
)


def stored(dynamo: Stores, table: str, pk: str, sk: str, **attributes: str | int) -> None:
    """Put an item as it stands in DynamoDB, beneath the stores."""
    typed = {
        name: {"N": str(value)} if isinstance(value, int) else {"S": value}
        for name, value in attributes.items()
    }
    put(dynamo, table, {"pk": {"S": pk}, "sk": {"S": sk}, **typed})


def the_stored_incident(dynamo: Stores) -> Incident:
    stored(
        dynamo,
        "incidents",
        "acme.outage",
        "current",
        incident=INCIDENT,
        incident_id=INCIDENT_ID,
        version=3,
        due="1",
        due_at="2026-11-21T23:33:00.000000Z",
    )
    found = dynamo.incidents.current("acme", Topic.OUTAGE)
    assert found is not None
    return found


def test_an_incident_of_the_first_release_is_read_and_moves_on(dynamo: Stores) -> None:
    incident = the_stored_incident(dynamo)
    assert incident == an_incident(
        state=IncidentState.ACKNOWLEDGED,
        alive_at=NOW + 3 * MINUTE,
        position=Position(due_at=NOW + 15 * MINUTE, step=1, has_reached_somebody=True),
        acknowledged_by="ana",
        acknowledged_at=NOW + 3 * MINUTE,
        ack_expires_at=NOW + 243 * MINUTE,
        version=3,
    )
    assert incident.urgency is Urgency.WAKE, "only those paged then"
    assert dynamo.incidents.open_ones() == (incident,)

    resolved = incident.resolved("gus", now=NOW + 60 * MINUTE)
    dynamo.incidents.save(resolved)
    assert dynamo.incidents.get(INCIDENT_ID) == resolved


def test_a_page_of_the_first_release_is_read_and_settled_by_its_receipt(dynamo: Stores) -> None:
    stored(
        dynamo,
        "incidents",
        INCIDENT_ID,
        f"page#{PAGE_ID}",
        page=PAGE,
        page_state="sent",
        attempts=1,
    )
    page = dynamo.pages.get(PAGE_ID)
    assert page == Page(
        id=PAGE_ID,
        incident_id=INCIDENT_ID,
        responder=ANA,
        channel="sms",
        state=PageState.SENT,
        claimed_at=NOW,
        sent_at=NOW,
        provider_id="sms-1",
    )
    assert dynamo.pages.of_incident(INCIDENT_ID) == (page,)
    assert dynamo.pages.settle(page.delivered(now=NOW + MINUTE))


def test_the_link_of_a_page_sent_before_the_update_still_leads_to_it(dynamo: Stores) -> None:
    digest = "3767e3608bbfa9352d6f52bf280094d5a3a6bf63adee3e44aad854b189c02fdf"
    stored(dynamo, "incidents", f"key#{digest}", "-", key=KEY)
    assert dynamo.pages.key(digest) == PageKey(
        kind=KeyKind.LINK,
        digest=digest,
        responder=ANA,
        channel="sms",
        expires_at=NOW + timedelta(days=1),
        page_ids=(PAGE_ID,),
        incident_ids=(INCIDENT_ID,),
    )


def test_a_mention_of_the_first_release_is_read_with_what_is_new_unknown(dynamo: Stores) -> None:
    mention = a_mention()
    stored(dynamo, "mentions", mention.id, "mention", mention=MENTION)
    found = dynamo.mentions.get(mention.id)
    assert found == mention
    assert (found.quotes_id, found.shares) == (None, None)


@pytest.mark.parametrize("text", ["{}", KEY.replace('"responder"', '"person"'), ""])
def test_a_key_of_neither_release_is_an_error_that_says_so(dynamo: Stores, text: str) -> None:
    stored(dynamo, "incidents", "key#f00d", "-", key=text)
    with pytest.raises(BadInput, match="key of a page: what is stored is no PageKey"):
        dynamo.pages.key("f00d")


def test_a_desk_of_the_first_release_is_read_with_all_that_is_new_switched_off(
    dynamo: Stores,
) -> None:
    stored(
        dynamo,
        "desk",
        "desk",
        "current",
        desk=DESK,
        version=1,
        applied_at="2026-11-21T19:30:00.000000Z",
    )
    desk = dynamo.desks.current()
    weekly = Rotation(
        responders=(ANA, BEN), starts_on=date(2026, 1, 5), handoff=time(9), shift_days=7
    )
    stand_in = Override(responder=FAY, starts_at=NOW, ends_at=NOW + timedelta(days=1))
    assert desk == a_desk(
        brands=(a_brand(),),
        schedules=(a_schedule(rotations=(weekly,), overrides=(stand_in,)),),
        sms=SmsSettings(sender_id="Nightdesk", is_two_way=True),
        hours=(),
        email=EmailSettings(),
    )
    assert desk.schedules[0].everyone_on_call(datetime(2026, 11, 22, 12, tzinfo=UTC)) == (FAY,)
    assert [rule.channel for one in desk.responders for rule in one.rules] == ["sms"] * 4
    assert desk.answering == AnsweringRules()
    assert desk.is_open(desk.policies[0], NOW), "a policy without hours pages round the clock"
