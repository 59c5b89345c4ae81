"""What comes back from phones: codes, noise, repeats, and words that belong to the carrier."""

from dataclasses import replace

import pytest

from tests.smoke.desks import rules, step
from tests.smoke.people import FIRE
from tests.smoke.world import World, minutes

DOWN = "@acme the whole booking site is down, nobody can pay"


def test_a_reply_from_an_unknown_phone_is_ignored(world: World) -> None:
    world.on_call(first="ana", second="ben", after=minutes(15))
    world.post("mastodon", DOWN)
    code = world.phone("ana").expects_page("booking site is down").code
    world.phone("+447700900987").replies(code)
    world.fast_forward(minutes(15))
    world.phone("ben").expects_page("booking site is down")


def test_a_wrong_code_is_answered_and_acknowledges_nothing(world: World) -> None:
    world.on_call(first="ana", second="ben", after=minutes(15))
    world.post("mastodon", DOWN)
    ana = world.phone("ana")
    page = ana.expects_page("booking site is down")
    ana.replies("BBBBB" if page.code != "BBBBB" else "CCCCC")
    ana.expects_note("Nothing was acknowledged")
    world.fast_forward(minutes(15))
    world.phone("ben").expects_page("booking site is down")


def test_after_five_useless_replies_a_phone_is_answered_no_more(world: World) -> None:
    ana = world.phone("ana")
    for _ in range(4):
        ana.replies("who is this?")
        ana.expects_note("Nothing was acknowledged")
    ana.replies("who is this?")
    ana.expects_note("We will not answer further wrong replies today")
    ana.replies("who is this?")
    ana.is_silent()


def test_a_repeated_delivery_of_one_reply_is_answered_once(world: World) -> None:
    world.on_call(first="ana")
    world.post("mastodon", DOWN)
    ana = world.phone("ana")
    code = ana.expects_page("booking site is down").code
    inbound = ana.replies(code)
    ana.expects_note("You have it")
    ana.replies(code, inbound_id=inbound)
    ana.is_silent()


def test_the_same_code_again_changes_nothing(world: World) -> None:
    world.on_call(first="ana")
    post = world.post("mastodon", DOWN)
    ana = world.phone("ana")
    code = ana.expects_page("booking site is down").code
    ana.replies(code)
    ana.expects_note("You have it")
    first = world.incident_of(post)
    world.fast_forward(minutes(5))
    ana.replies(code)
    ana.expects_note("You have it")
    assert world.incident_of(post) == first


def test_a_code_after_the_resolution_is_told_so(world: World) -> None:
    world.on_call(first="ana")
    post = world.post("mastodon", DOWN)
    ana = world.phone("ana")
    code = ana.expects_page("booking site is down").code
    assert world.agent("lea").resolves_incident_of(post) == 200
    ana.replies(code)
    ana.expects_note("already resolved by Lea")


def test_words_around_the_code_and_small_letters_do_no_harm(world: World) -> None:
    world.on_call(first="ana")
    world.post("mastodon", DOWN)
    ana = world.phone("ana")
    code = ana.expects_page("booking site is down").code
    ana.replies(f"ok, {code.lower()} got it")
    ana.expects_note("You have it")


def test_stop_is_never_an_acknowledgement_and_the_lead_is_told(world: World) -> None:
    world.on_call(first="ana", second="ben", after=minutes(15))
    world.post("mastodon", DOWN)
    ana = world.phone("ana")
    ana.expects_page("booking site is down")
    ana.replies("STOP")
    world.expects_notice("has texted STOP")
    world.fast_forward(minutes(15))
    world.phone("ben").expects_page("booking site is down")


def test_whoever_has_opted_out_is_passed_over_at_once(world: World) -> None:
    world.on_call(first="ana", second="ben", after=minutes(15))
    world.phone("ana").replies("STOP")
    world.expects_notice("has texted STOP")
    world.post("mastodon", DOWN)
    world.phone("ben").expects_page("booking site is down")


def test_whoever_opts_in_again_is_paged_again(world: World) -> None:
    world.on_call(first="ana", second="ben")
    ana = world.phone("ana")
    ana.replies("STOP")
    world.expects_notice("has texted STOP")
    world.fast_forward(minutes(5))
    ana.replies("START")
    world.post("mastodon", DOWN)
    ana.expects_page("booking site is down")


def test_a_useless_reply_of_somebody_who_opted_out_is_not_answered(world: World) -> None:
    """Not even handed to the carrier: no text of ours may be what breaks a worker here."""
    ana = world.phone("ana")
    ana.replies("STOP")
    world.expects_notice("has texted STOP")
    world.worker_dies_after_texts(1)
    ana.replies("leave me alone")
    assert world.stage.mishaps.crashes == 1
    world.nobody_rings()


def test_opting_out_of_sms_does_not_silence_e_mail(world: World) -> None:
    world.on_call(first="ana", second="ben", after=minutes(15))
    mailbox = world.mailbox("ana")
    world.person("ana", notify=rules(("sms", 0), ("email", 10)))
    world.phone("ana").replies("STOP")
    world.expects_notice("has texted STOP")
    mailbox.expects_note("no SMS of ours reaches your phone")
    world.post("mastodon", DOWN)
    assert mailbox.expects_page("booking site is down").at == world.now
    world.fast_forward(minutes(14))
    world.nobody_rings()


def test_a_yes_is_never_taken_for_opting_in(world: World) -> None:
    world.on_call(first="ana", second="ben", after=minutes(15))
    post = world.post("mastodon", DOWN)
    ana = world.phone("ana")
    code = ana.expects_page("booking site is down").code
    ana.replies("STOP")
    world.expects_notice("has texted STOP")
    assert world.agent("mia").resolves_incident_of(post) == 200
    for words in (f"yes {code}", "yes"):
        ana.replies(words)
        assert world.agent("mia").contact("ana")["opted_out_at"]
    world.post("mastodon", DOWN)
    world.phone("ben").expects_page("booking site is down")


# --- what a code says, and what stands beside it ----------------------------------------------


def test_ack_and_ok_and_spaces_around_the_code_do_no_harm(world: World) -> None:
    world.on_call(first="ana")
    ana = world.phone("ana")
    for write in (
        "ack {}".format,
        "ok {}!".format,
        "'{}'".format,
        "  {}  \n".format,
        lambda code: f" {' '.join(code)} ".lower(),
    ):
        post = world.post("mastodon", DOWN)
        ana.replies(write(ana.expects_page("booking site is down").code))
        ana.expects_note("You have it")
        assert world.incident_of(post).acknowledged_by == "ana"
        assert world.agent("mia").resolves_incident_of(post) == 200


def test_of_two_open_incidents_each_code_acknowledges_its_own(world: World) -> None:
    world.policy(step("ana"), step("ben", after=minutes(15)))
    ana = world.phone("ana")
    outage = world.post("mastodon", DOWN)
    ana.expects_page("Acme outage")
    world.fast_forward(minutes(5))
    fire = world.post("mastodon", FIRE)
    ana.replies(ana.expects_page("Acme safety").code)
    ana.expects_note("You have it: Acme safety.")
    assert world.incident_of(fire).acknowledged_by == "ana"
    assert world.incident_of(outage).acknowledged_by is None
    world.fast_forward(minutes(20))
    world.phone("ben").expects_page("Acme outage")


def test_an_old_code_is_never_good_for_a_later_incident(world: World) -> None:
    world.on_call(first="ana", second="ben", after=minutes(15))
    ana = world.phone("ana")
    outage = world.post("mastodon", DOWN)
    old = ana.expects_page("Acme outage").code
    assert world.agent("lea").resolves_incident_of(outage) == 200
    world.post("mastodon", FIRE)
    ana.expects_page("Acme safety")
    ana.replies(old)
    ana.expects_note("Acme outage: already resolved by Lea")
    world.fast_forward(minutes(15))
    world.phone("ben").expects_page("Acme safety")


@pytest.mark.parametrize("words", ["c {code}", "{code} close", "close"])
def test_a_reply_that_asks_to_close_ends_nothing_and_points_to_the_link(
    world: World, words: str
) -> None:
    """With its code it says that somebody has it; alone it says nothing."""
    post = world.post("mastodon", DOWN)
    ana = world.phone("ana")
    ana.expects_page("booking site is down")
    ana.replies(words)
    if "{code}" in words:
        ana.expects_note("You have it: Acme outage. Resolve it by its link")
    else:
        assert "open its link" in ana.expects_note("Nothing was acknowledged").body
    assert world.incident_of(post).is_open


def test_a_code_with_the_letter_for_escalate_wakes_the_next_step(world: World) -> None:
    world.on_call(first="ana", second="ben", after=minutes(15))
    ana, ben = world.phone("ana"), world.phone("ben")
    for words in ("e {code}", "{code} e", "{code} E", "escalate {code}"):
        post = world.post("mastodon", DOWN)
        ana.expects_page("booking site is down")
        inbound = ana.replies(words)
        assert ben.expects_page("booking site is down").at == world.now
        ana.expects_note("Acme outage handed on: we ring Ben now.")
        ana.replies(words, inbound_id=inbound)  # delivered once more
        world.fast_forward(minutes(1))
        world.nobody_rings()
        assert world.agent("mia").resolves_incident_of(post) == 200


def test_of_two_who_reply_at_once_one_has_it_and_both_are_told_who(world: World) -> None:
    world.policy(step("ana", "ben"))
    ana, ben = world.phone("ana"), world.phone("ben")
    post = world.post("mastodon", DOWN)
    codes = [(who.phone.id, who.expects_page("booking site is down").code) for who in (ana, ben)]
    world.replies_come_together(*codes)
    holder = world.incident_of(post).acknowledged_by
    first, second = (ana, ben) if holder == "ana" else (ben, ana)
    first.expects_note("You have it")
    second.expects_note(f"{first.phone.name} has it since")
    world.fast_forward(minutes(30))
    world.nobody_rings()


# --- a letter without a code ------------------------------------------------------------------


def test_a_bare_letter_counts_only_while_one_incident_is_open_for_that_phone(
    world: World,
) -> None:
    world.apply(sms=replace(world.desk.sms, takes_bare_letters=True))
    world.on_call(first="ana", second="ben")
    ana, mia = world.phone("ana"), world.agent("mia")
    for words in ("a", "Ack", "ok"):
        one = world.post("mastodon", DOWN)
        ana.expects_page("Acme outage")
        ana.replies(words)
        ana.expects_note("You have it: Acme outage")
        assert mia.resolves_incident_of(one) == 200
    outage, fire = world.post("mastodon", DOWN), world.post("mastodon", FIRE)
    ana.expects_page("Acme outage")
    ana.expects_page("Acme safety")
    ana.replies("a")
    ana.expects_note("2 incidents are open for you, so a letter alone says too little")
    for post in (outage, fire):
        assert world.incident_of(post).acknowledged_by is None
        assert mia.resolves_incident_of(post) == 200
    ana.replies("a")
    ana.expects_note("Nothing is open for this phone")


def test_a_bare_letter_is_useless_where_the_owner_has_not_allowed_it(world: World) -> None:
    world.on_call(first="ana", second="ben", after=minutes(15))
    world.post("mastodon", DOWN)
    ana = world.phone("ana")
    ana.expects_page("booking site is down")
    ana.replies("a")
    ana.expects_note("Nothing was acknowledged. Reply only with the 5 letters after 'Reply'")
    world.fast_forward(minutes(15))
    world.phone("ben").expects_page("booking site is down")


def test_a_bare_letter_does_not_take_what_another_has_already(world: World) -> None:
    world.apply(sms=replace(world.desk.sms, takes_bare_letters=True))
    world.policy(step("ana", "ben"))
    ana, ben = world.phone("ana"), world.phone("ben")
    post = world.post("mastodon", DOWN)
    ana.expects_page("booking site is down")
    ben.expects_page("booking site is down")
    ben.replies()
    ben.expects_note("You have it")
    ana.replies("a")
    ana.expects_note("Acme outage: Ben has it since")
    assert world.incident_of(post).acknowledged_by == "ben"


# --- was it worth it? -------------------------------------------------------------------------


def test_after_the_end_one_reply_grades_whether_it_was_worth_waking_for(world: World) -> None:
    world.policy(step("ana", "ben"))
    ana, ben, mia = world.phone("ana"), world.phone("ben"), world.agent("mia")
    post = world.post("mastodon", DOWN)
    ana.expects_page("booking site is down")
    ben.expects_page("booking site is down")
    ana.replies("no {code}")  # before the end that grades nothing, and takes nothing
    ana.expects_note("Nothing was acknowledged")
    assert (mia.sees(post)["grades"], mia.sees(post)["state"]) == ({}, "triggered")
    assert mia.resolves_incident_of(post) == 200
    inbound = ana.replies("no {code}")
    ana.expects_note("Thank you, noted as not worth waking you: Acme outage.")
    ana.replies("no {code}", inbound_id=inbound)
    ana.is_silent()
    ben.replies("{code} y")
    ben.expects_note("Thank you, noted as worth waking you: Acme outage.")
    assert mia.sees(post)["grades"] == {"Ana": False, "Ben": True}
    ana.replies("yes {code}")
    ana.expects_note("Thank you, noted as worth waking you")
    assert mia.sees(post)["grades"] == {"Ana": True, "Ben": True}


def test_the_link_grades_a_page_after_the_end_and_only_then(world: World) -> None:
    """Once for each person; a change of mind is offered apart."""
    world.policy(step("ana", "ben"))
    ana, ben, mia = world.phone("ana"), world.phone("ben"), world.agent("mia")
    post = world.post("mastodon", DOWN)
    link = ana.expects_page("booking site is down").link
    ben.expects_page("booking site is down")
    assert "Was it worth" not in ana.opens_link()[1]
    world.submits(link, "act=worth")
    assert ana.opens_link(press=True)[0] == 200
    assert "Was it worth" not in ana.opens_link()[1]
    assert mia.sees(post)["grades"] == {}

    assert "Was it worth waking you?" in ana.opens_link(press="resolve")[1]
    status, view = ana.opens_link(press="not-worth")
    assert (status, "Was it worth" in view) == (200, False)
    assert "You said that it was not worth waking you" in view
    assert "Was it worth waking you?" in ben.opens_link()[1]
    assert ben.opens_link(press="worth")[0] == 200
    assert mia.sees(post)["grades"] == {"Ana": False, "Ben": True}
    assert ana.opens_link(press="worth")[0] == 200
    assert mia.sees(post)["grades"] == {"Ana": True, "Ben": True}
