"""Trying out the ways to a person, before a night has to."""

from tests.smoke.people import DOWN
from tests.smoke.world import World, hours, minutes


def test_a_contact_is_verified_by_answering_its_test_page(world: World) -> None:
    """By its code; by the button of its link; or by typing the code at the desk."""
    mia = world.agent("mia")
    assert mia.contact("ana")["is_verified"] is False
    for name in ("ana", "ben", "lea"):
        assert mia.tests_phone(name)[0] == 200
        world.phone(name).expects_page("this is a test of Nightdesk")
    world.phone("ana").replies()
    world.phone("ana").expects_note("this works")
    status, view = world.phone("ben").opens_link(press="This phone works")
    assert (status, "we know now that you can be woken" in view.lower()) == (200, True)
    code = world.phone("lea").arrived()[-1].code
    assert mia.types_code("lea", "BBBBB" if code != "BBBBB" else "CCCCC")[0] == 400
    assert mia.contact("lea")["is_verified"] is False
    assert mia.types_code("lea", code.lower())[0] == 200
    for name in ("ana", "ben", "lea"):
        assert mia.contact(name)["is_verified"] is True
    assert mia.contact("fay")["is_verified"] is False


def test_looking_at_the_link_of_a_test_page_verifies_nothing(world: World) -> None:
    """Carriers and messengers open links too."""
    mia = world.agent("mia")
    mia.tests_phone("ana")
    ana = world.phone("ana")
    ana.expects_page("this is a test of Nightdesk")
    assert ana.opens_link()[0] == 200
    assert mia.contact("ana")["is_verified"] is False


def test_an_answered_page_verifies_the_phone_that_answered_it(world: World) -> None:
    world.on_call(first="ana")
    world.post("mastodon", DOWN)
    ana, mia = world.phone("ana"), world.agent("mia")
    ana.expects_page("booking site is down")
    assert mia.contact("ana")["is_verified"] is False
    ana.replies()
    ana.expects_note("You have it")
    assert mia.contact("ana")["is_verified"] is True


def test_another_number_must_be_verified_anew(world: World) -> None:
    mia = world.agent("mia")
    mia.tests_phone("ana")
    old = world.phone("ana")
    code = old.expects_page("this is a test of Nightdesk").code
    old.replies()
    old.expects_note("this works")
    world.person("ana", phone="+436641000009")
    assert mia.contact("ana")["is_verified"] is False
    assert mia.types_code("ana", code)[0] == 400  # it was sent to the number before
    world.fast_forward(minutes(1))
    assert mia.tests_phone("ana")[0] == 200
    new = world.phone("ana")
    assert new.phone.number == "+436641000009"
    new.expects_page("this is a test of Nightdesk")
    new.replies()
    new.expects_note("this works")
    assert mia.contact("ana")["is_verified"] is True


def test_verifying_one_way_to_a_person_verifies_no_other(world: World) -> None:
    mailbox, mia = world.mailbox("ana"), world.agent("mia")
    for channel in ("sms", "email"):
        assert mia.tests_phone("ana", channel)[0] == 200
    ana = world.phone("ana")
    code = ana.expects_page("this is a test of Nightdesk").code
    mailbox.expects_page("this is a test of Nightdesk", has_code=True)
    assert mia.types_code("ana", code, "email")[0] == 400
    ana.replies()
    ana.expects_note("this works")
    assert mia.contact("ana", "sms")["is_verified"] is True
    assert mia.contact("ana", "email")["is_verified"] is False
    assert mailbox.opens_link(press=True)[0] == 200
    assert mia.contact("ana", "email")["is_verified"] is True


def test_a_test_page_that_was_not_answered_in_time_verifies_nothing(world: World) -> None:
    mia, ana = world.agent("mia"), world.phone("ana")
    mia.tests_phone("ana")
    page = ana.expects_page("this is a test of Nightdesk")
    world.skip_to(world.now + hours(24) + minutes(1))
    ana.replies(page.code)
    ana.expects_note("Nothing was acknowledged")
    assert world.link(page.link, press=True)[0] == 404
    assert mia.types_code("ana", page.code)[0] == 400
    assert mia.contact("ana")["is_verified"] is False


def test_test_my_phone_sends_a_test_page_and_no_incident(world: World) -> None:
    mia = world.agent("mia")
    status, answer = mia.tests_phone("ana")
    assert (status, [one["is_sent"] for one in answer["sent"]]) == (200, [True])
    world.phone("ana").expects_page("nothing has happened")
    world.nobody_rings()
    assert mia.reads("incidents")["incidents"] == []
    world.fast_forward(minutes(20))
    world.nobody_rings()


def test_a_contact_gets_one_test_page_a_minute_whoever_asks(world: World) -> None:
    """Everybody who is signed in may try out any phone, as agents have none of their own."""
    mia, jonas = world.agent("mia"), world.agent("jonas")
    assert mia.tests_phone("ana")[0] == 200
    world.phone("ana").expects_page("nothing has happened")
    status, answer = jonas.tests_phone("ana")
    assert (status, "less than a minute ago" in str(answer)) == (409, True)
    assert jonas.tests_phone("ben")[0] == 200
    world.phone("ben").expects_page("nothing has happened")
    world.fast_forward(minutes(1))
    assert jonas.tests_phone("ana")[0] == 200
    world.phone("ana").expects_page("nothing has happened")
    path = "/api/v1/responders/ana/test-page"
    assert world.stage.gateway.request("POST", path, body="{}")[0] == 401


def test_a_test_page_to_a_number_that_has_opted_out_is_refused_and_says_why(world: World) -> None:
    world.phone("ana").replies("STOP")
    world.expects_notice("has texted STOP")
    mia = world.agent("mia")
    status, answer = mia.tests_phone("ana")
    assert status >= 400
    assert "opted out" in str(answer)
    assert "+43" not in str(answer)
    assert mia.tests_phone("ben")[0] == 200
    world.phone("ben").expects_page("this is a test of Nightdesk")
    assert mia.contact("ana")["opted_out_at"] is not None


def test_whoever_opts_out_is_told_by_another_way_and_so_is_the_lead(world: World) -> None:
    mailbox, ana = world.mailbox("ana"), world.phone("ana")
    ana.replies("STOP")
    world.expects_notice("Ana has texted STOP")
    mailbox.expects_note("no SMS of ours reaches your phone any more")
    ana.replies("STOP")  # again
    world.nobody_rings()
    world.fast_forward(minutes(1))
    ana.replies("START")
    assert world.agent("mia").contact("ana")["opted_out_at"] is None


def test_a_forged_stop_is_believed_by_nobody(world: World) -> None:
    """Only the carrier knows who has opted out; a sender number can be forged."""
    world.on_call(first="ana")
    world.somebody_forges("ana", "STOP")
    world.nobody_rings()
    assert world.agent("mia").contact("ana")["opted_out_at"] is None
    world.post("mastodon", DOWN)
    world.phone("ana").expects_page("booking site is down")
