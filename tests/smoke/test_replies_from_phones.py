"""What comes back from phones: codes, noise, repeats, and words that belong to the carrier."""

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
    ana.expects_note("already resolved by lea")


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
