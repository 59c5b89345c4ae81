"""The ways by which a page leaves: SMS, e-mail, rooms; the same words, the same answers."""

from dataclasses import replace

from standardwebhooks import Webhook as Receiver

from chalicelib.domain.responder import Webhook, WebhookForm
from tests.smoke.desks import rules, step
from tests.smoke.people import DOWN
from tests.smoke.world import World, hours, minutes

KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER_KEY = "whsec_AfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


# --- e-mail ----------------------------------------------------------------------------------


def test_a_page_by_e_mail_says_the_same_and_its_link_acknowledges(world: World) -> None:
    world.on_call(first="ana", second="ben", after=minutes(15))
    mailbox = world.mailbox("ana")
    world.without_phone("ana")
    post = world.post("forum", DOWN)
    letter = mailbox.expects_page("booking site is down")
    assert letter.subject == "Acme outage"
    for words in ("on forum", "says it is down", "I have it"):
        assert words in letter.text
        assert words in letter.html
    assert letter.html.count(letter.link) == 1
    status, view = mailbox.opens_link(press=True)
    assert status == 200
    assert "You have it" in view
    assert world.incident_of(post).acknowledged_by == "ana"
    world.fast_forward(minutes(40))
    world.nobody_rings()


def test_a_mailbox_that_refuses_and_a_service_that_fails_are_followed_by_the_next_way_at_once(
    world: World,
) -> None:
    mailbox = world.mailbox("ana")
    world.person("ana", notify=rules(("email", 0), ("sms", 10)))
    mailbox.is_refused()
    post = world.post("mastodon", DOWN)
    world.phone("ana").expects_page("booking site is down")
    assert world.agent("mia").resolves_incident_of(post) == 200
    world.stage.post_office.refused.clear()
    world.stage.post_office.is_down = True
    world.post("mastodon", DOWN)
    world.phone("ana").expects_page("booking site is down")


# --- rooms -----------------------------------------------------------------------------------


def test_a_webhook_gets_signed_json_that_its_receiver_can_check(world: World) -> None:
    """By the library of those who wrote the rules, as a receiver would."""
    room = world.room("ops", key=KEY)
    world.policy(step("ops"), repeat_after=hours(1))
    post = world.post("forum", DOWN)
    posted = room.expects_page("booking site is down")
    headers = {name.lower(): value for name, value in posted.headers.items()}
    assert headers["webhook-timestamp"] == str(int(world.now.timestamp()))

    def signature(key: str, body: str) -> str:
        return Receiver(key).sign(headers["webhook-id"], world.now, body)

    body = posted.raw.decode()
    assert headers["webhook-signature"] == signature(KEY, body)
    assert headers["webhook-signature"] != signature(OTHER_KEY, body)
    assert headers["webhook-signature"] != signature(KEY, body.replace("down", "fine"))

    (incident,) = posted.said["data"]["incidents"]
    assert posted.said["type"] == "incident.paged"
    assert incident["id"] == world.incident_of(post).id
    assert (incident["quote"], incident["topic"]) == (DOWN, "outage")
    assert posted.said["data"]["link"] == posted.link


def test_a_room_gets_a_text_without_markup_of_strangers(world: World) -> None:
    room = world.room("ops", form=WebhookForm.TEXT)
    world.policy(step("ops"), repeat_after=hours(1))
    world.post(
        "mastodon",
        "@acme the whole site is down <!channel> @here ask <@U123> or see"
        " <https://evil.example|the page>, [this](https://evil.example/x) `rm` or evil.example",
        author={"handle": "<!everyone>", "followers": 100},
    )
    posted = room.expects_page("whole site is down")
    assert list(posted.said) == ["text"]
    *told, ask = posted.said["text"].splitlines()
    assert ask == f"I have it: {posted.link}"
    for line in told:
        assert not set("<>`") & set(line)
        assert "://" not in line
        assert "evil.example" not in line
        assert line.count("@") == line.count("@\u200b")


def test_a_room_is_told_again_with_each_round(world: World) -> None:
    room = world.room("ops")
    world.policy(step("ops"), repeat_after=minutes(10))
    world.post("mastodon", DOWN)
    first = room.expects_page("booking site is down").at
    world.fast_forward(minutes(19))
    room.is_silent()
    world.fast_forward(minutes(1))
    assert room.expects_page("booking site is down").at == first + minutes(20)
    for name in ("fay", "lea"):
        world.phone(name).expects_page("booking site is down")


def test_a_step_can_page_a_room_by_its_webhook(world: World) -> None:
    """The room counts as reached: the next step waits for its time, and its link acknowledges."""
    room = world.room("ops")
    world.policy(step("ops"), step("ben", after=minutes(15)), step("ana", after=minutes(15)))
    post = world.post("mastodon", DOWN)
    room.expects_page("booking site is down")
    world.fast_forward(minutes(14))
    world.nobody_rings()
    world.fast_forward(minutes(1))
    world.phone("ben").expects_page("booking site is down")
    assert room.opens_link(press=True)[0] == 200
    assert world.incident_of(post).acknowledged_by == "ops"
    world.fast_forward(minutes(40))
    world.nobody_rings()


def test_a_webhook_that_fails_or_hangs_is_followed_by_the_next_way_at_once(world: World) -> None:
    """By the person's own next rule where there is one, else by the next step; a redirection is
    not followed, wherever it leads."""
    theirs = world.room("ana", notify=rules(("webhook", 0), ("sms", 10)))
    room = world.room("ops")
    elsewhere = world.room("elsewhere").door
    world.policy(step("ops"), step("ana", after=minutes(15)))
    troubles = (
        {"status": 500},
        {"status": 404},
        {"is_hanging": True},
        {"redirects_to": world.stage.rooms.address("elsewhere")},
        {"redirects_to": "http://169.254.169.254/latest/meta-data"},
    )
    for trouble in troubles:
        for door in (theirs.door, room.door):
            door.status, door.is_hanging, door.redirects_to = 200, False, ""
            for name, value in trouble.items():
                setattr(door, name, value)
        tried = room.door.tried
        post = world.post("mastodon", DOWN)
        assert room.door.tried > tried
        assert world.phone("ana").expects_page("booking site is down").at == world.now
        assert world.agent("mia").resolves_incident_of(post) == 200
    assert elsewhere.tried == 0


def test_a_room_whose_secret_nobody_has_stored_is_passed_over_at_once(world: World) -> None:
    world.room("ops")
    world.person("ops", webhook=Webhook(secret="webhook-missing"))
    world.policy(step("ops"), step("ben", after=minutes(15)))
    world.post("mastodon", DOWN)
    world.phone("ben").expects_page("booking site is down")


# --- SMS -------------------------------------------------------------------------------------


def test_where_replies_cannot_reach_us_a_page_asks_for_none(world: World) -> None:
    world.apply(sms=replace(world.desk.sms, is_two_way=False))
    world.on_call(first="ana", second="ben")
    post = world.post("mastodon", DOWN)
    ana = world.phone("ana")
    page = ana.expects_page("booking site is down", has_code=False)
    assert "Reply" not in page.body
    assert ana.opens_link(press=True)[0] == 200
    assert world.incident_of(post).acknowledged_by == "ana"
    world.fast_forward(minutes(30))
    world.nobody_rings()


def test_a_page_without_a_known_address_is_answered_by_its_code(world: World) -> None:
    world.public_address_is_lost()
    world.on_call(first="ana", second="ben")
    world.post("mastodon", DOWN)
    ana = world.phone("ana")
    ana.expects_page("booking site is down", has_code=True, has_link=False)
    ana.replies()
    ana.expects_note("You have it")
    world.fast_forward(minutes(30))
    world.nobody_rings()
