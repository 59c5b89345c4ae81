"""One night, lived through in a cloud: a complaint wakes somebody, and somebody answers."""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import urllib3

from infra.accept.agent import Agent
from infra.accept.answering import Answering
from infra.accept.carrier import has_delivered
from infra.accept.cloud import Cloud, fit_for
from infra.accept.entrance import sign_in
from infra.accept.expecting import expect, found_in
from infra.accept.mastodon import ANOTHER, COMPANY, CUSTOMER, Mastodon, password
from infra.accept.next_door import NextDoor
from infra.accept.processes import Unaccepted, await_value
from infra.accept.witness import dead_queues, errors, read_by, trouble
from infra.agents import agents_of
from infra.apply import put_in_force, stage_of
from infra.config import check
from infra.credentials import store_secret
from infra.deploy import Deployment, deploy
from infra.package import INSIDE, Tell, package

STAGE = "accept"
ANA, BEN, OUR_NUMBER = "+436501234567", "+436507654321", "+436801112223"

OUTAGE = (
    f"@{COMPANY} your whole site is down for everyone, every customer is being charged twice, "
    "we are losing thousands of euros every minute"
)
BREACH = (
    f"@{COMPANY} data breach! I can see other customers' names, addresses and card numbers "
    "in my account"
)
"""Both wake by a margin, with the deep model and without."""

PASSWORD = "Quiet-nights-2026"  # noqa: S105 - of a pool that ends with the run

WITHIN = 150.0
"""Seconds: two turns of a minute's schedule, and the way from there to the phone."""


@dataclass(slots=True, kw_only=True)
class Night:
    """The cast, and what they have learnt so far."""

    cloud: Cloud
    mastodon: Mastodon
    next_door: NextDoor
    folder: Path
    tell: Tell
    url: str = ""
    """Where the page is."""
    posts: dict[str, str] = field(default_factory=dict)
    """Status ids of the complaints, by topic."""
    eva: Agent = field(default=Agent("", ""))
    _replies_topic: str = ""
    _outputs: Mapping[str, str] = field(default_factory=dict)
    _session: Any = field(default_factory=boto3.session.Session, repr=False)
    """As the environment says: the cloud's administrator."""

    def live(self) -> None:
        """All of it. Raises Unaccepted at the first thing that is not as it must be."""
        self._deploy()
        self._configure()
        self._complain()
        pages = self._wake()
        self._deliver()
        self._acknowledge_by_link(pages["outage"])
        self._acknowledge_by_reply(BEN, self._escalate())
        self._keep_strangers_out()
        self._answer()
        self._find_nothing_dead()

    # --- before ----------------------------------------------------------------------

    def _deploy(self) -> None:
        template = package(STAGE, self.folder / "package", tell=self.tell)
        fit_for(template, self.tell, address=self.cloud.address)
        self.tell("deploying")
        first = self._deployed({})
        self.url = self.cloud.public_url(first.outputs["RestAPIId"], "api")
        self._outputs = first.outputs
        self._replies_topic = first.outputs["RepliesTopic"]
        self.tell(f"deploying again, now that the page's address is known: {self.url}")
        expect("the parameter changed", self._deployed({"PublicUrl": self.url}).has_changed)
        self.tell("deploying a third time")
        third = self._deployed({})
        expect("nothing changed", not third.has_changed)
        expect("the address was kept", third.outputs["PublicUrl"] == self.url)

    def _deployed(self, parameters: dict[str, str]) -> Deployment:
        return deploy(
            STAGE,
            self.folder / "package",
            parameters={"DeletionProtection": "false", **parameters},
            session=self._session,
            sleep=lambda seconds: time.sleep(min(seconds, 0.2)),
        )

    def _configure(self) -> None:
        self.tell("putting a configuration in force")
        now = datetime.now(UTC)
        session = self._session
        secrets = {"mastodon": password(COMPANY), "webhook-next-door": self.next_door.secret}
        for name, value in secrets.items():
            store_secret(name, value, stage=STAGE, ssm=session.client("ssm"))
        text = configuration(self.mastodon.address)
        applied = put_in_force(
            check(text, file="desk.yaml", now=now), stage_of(STAGE, session=session), now=now
        )
        expect("the configuration is in force", applied.version == 1)
        expect("no secret is missing", applied.missing_secrets == ())
        expect("alarms reach the fallback person", applied.subscribed == ("ben",))
        self._let_in()

    def _let_in(self) -> None:
        self.tell("eva gets a seat, a password of her own, and signs in")
        pool = self._outputs["UserPool"]
        cognito = self._session.client("cognito-idp")
        agents_of(STAGE, session=self._session).add(
            "Eva Exner", email="eva@example.com", roles=("agent",), id="eva"
        )
        cognito.admin_set_user_password(
            UserPoolId=pool, Username="eva", Password=PASSWORD, Permanent=True
        )
        begun = sign_in(self.url, "eva@example.com", PASSWORD)
        self.eva = Agent(self.url, begun["token"])
        me = self.eva.get("/api/v1/me")
        expect("the desk knows her", (me["id"], me["roles"]) == ("eva", ["agent"]))
        kept = {"refresh_token": begun["refresh_token"]}
        # ministack leaves the groups out of what it renews: the desk takes it, and finds no role.
        renewed = self.eva.ask("POST", "/api/v1/session/refresh", kept)
        expect("her session is renewed", (renewed[0], renewed[1]["code"]) == (403, "NotAllowed"))

    # --- the night -------------------------------------------------------------------

    def _complain(self) -> None:
        self.tell(f'{CUSTOMER} writes: "{OUTAGE}"')
        self.posts["outage"] = self.mastodon.post(CUSTOMER, OUTAGE)
        self.tell(f'{ANOTHER} writes: "{BREACH}"')
        self.posts["security"] = self.mastodon.post(ANOTHER, BREACH)

    def _wake(self) -> dict[str, str]:
        """Wait for the schedule to pull; the SMS of each incident, by topic."""
        self.tell("waiting for the minute's schedule to pull")
        await_value("two SMS to ana", self._two_pages, seconds=WITHIN, every=2)
        time.sleep(5)  # time for an SMS too many
        pages = self.cloud.sms(ANA)
        for text in pages:
            self.tell(f"ana's phone: {text}")
        expect("one SMS for each incident", len(pages) == 2)
        expect("ben sleeps", self.cloud.sms(BEN) == [])
        by_topic = {
            topic: text for topic in self.posts for text in pages if f"Acme {topic}" in text
        }
        expect("an SMS says what it is about", set(by_topic) == set(self.posts))
        return by_topic

    def _two_pages(self) -> list[str] | None:
        if any(errors(STAGE)):
            raise Unaccepted("a function has failed")  # nothing is left to wait for
        return self._pages_of(ANA, 2)

    def _pages_of(self, phone: str, number: int) -> list[str] | None:
        sent = self.cloud.sms(phone)
        return sent if len(sent) >= number else None

    def _deliver(self) -> None:
        self.tell("the carrier says that both have arrived")
        has_delivered(self._session, ANA, self.cloud.sms_ids(ANA))
        await_value("both pages to be known as delivered", self._delivered, seconds=60)

    def _delivered(self) -> bool | None:
        incidents = self.eva.get("/api/v1/incidents")["incidents"]
        pages = [
            entry["state"]
            for one in incidents
            for entry in self.eva.get(f"/api/v1/incidents/{one['id']}")["timeline"]
            if entry["kind"] == "page"
        ]
        return pages == ["delivered"] * 2 or None

    def _acknowledge_by_link(self, text: str) -> None:
        link = found_in(text, rf"{re.escape(self.url)}/a/[\w-]{{22}}")
        self.tell("a messenger previews the link")
        preview = urllib3.request("GET", link, timeout=30)
        expect("the link shows a page", preview.status == 200)
        expect("a preview acknowledges nothing", self.eva.state_of("outage") == "triggered")
        self.tell("ana opens the link and presses the button")
        pressed = urllib3.request(
            "POST", link, headers={"Content-Type": "application/x-www-form-urlencoded"}, timeout=30
        )
        expect("the button answers", pressed.status == 200)
        expect("the outage is acknowledged", self.eva.state_of("outage") == "acknowledged")
        expect("the breach is not", self.eva.state_of("security") == "triggered")

    def _escalate(self) -> str:
        """Wait for the tick to wake the next one; what he is sent."""
        self.tell("ana does not answer the other one: waiting for the tick")
        (text,) = await_value("an SMS to ben", lambda: self._pages_of(BEN, 1), seconds=WITHIN)
        self.tell(f"ben's phone: {text}")
        expect("ben is woken for what nobody has", "Acme security" in text)
        return text

    def _acknowledge_by_reply(self, phone: str, text: str) -> None:
        code = found_in(text, r"Reply ([A-Z]{5})")
        self.tell("ben replies with the code")
        inbound = {
            "originationNumber": phone,
            "destinationNumber": OUR_NUMBER,
            "messageKeyword": "KEYWORD",
            "messageBody": f" {code.lower()} ok",
            "inboundMessageId": "accept-1",
            "previousPublishedMessageId": "none",
        }
        self._session.client("sns").publish(
            TopicArn=self._replies_topic,
            Message=json.dumps(inbound),
            # AWS hands a function both always; this cloud only when they are given.
            Subject="SMS",
            MessageAttributes={"kind": {"DataType": "String", "StringValue": "sms"}},
        )
        answered = await_value("a confirmation", lambda: self._pages_of(phone, 2), seconds=60)
        self.tell(f"ben's phone: {answered[-1]}")
        expect("the SMS confirms it", answered[-1].startswith("You have it"))
        expect("the breach is acknowledged", self.eva.state_of("security") == "acknowledged")

    def _keep_strangers_out(self) -> None:
        self.tell("strangers try")
        for who in (Agent(self.url, ""), self.eva.forged()):
            expect("without a good token: 401", who.ask("GET", "/api/v1/queue")[0] == 401)
        guessed = urllib3.request("POST", f"{self.url}/a/{'A' * 22}", timeout=30)
        expect("guessed link: 404", guessed.status == 404)

    def _answer(self) -> None:
        self.tell("eva looks at the queue")
        queue = self.eva.get("/api/v1/queue?view=all")["cards"]
        expect("both complaints wait", {one["topic"] for one in queue} == set(self.posts))
        id = next(one["id"] for one in queue if one["topic"] == "outage")
        Answering(
            eva=self.eva,
            mastodon=self.mastodon,
            next_door=self.next_door,
            tell=self.tell,
            post=self.posts["outage"],
        ).answer(id)
        left = [one["topic"] for one in self.eva.get("/api/v1/queue?view=all")["cards"]]
        expect("the other one still waits", left == ["security"])

    # --- after -----------------------------------------------------------------------

    def _find_nothing_dead(self) -> None:
        card = self.folder.joinpath("package", INSIDE, "card.json")
        deep = json.loads(card.read_text())["name"]
        judged = read_by(STAGE)
        self.tell(f"they were judged by {' and '.join(sorted(set(judged)))}")
        expect(
            "the deep model has read what may be urgent", sum(deep in one for one in judged) >= 2
        )
        expect("nobody was woken once more", len(self.cloud.sms(ANA) + self.cloud.sms(BEN)) == 4)
        self.tell("looking for dead letters and errors")
        expect("there are eight queues for dead letters", len(dead_queues(STAGE)) == 8)
        if found := trouble(STAGE):
            raise Unaccepted(f"{len(found)} dead letters and errors")


def configuration(base_url: str) -> str:
    """The company's YAML, reading the Mastodon server at `base_url`."""
    text = Path(__file__).with_name("desk.yaml").read_text()
    values = {"base_url": base_url, "ana": ANA, "ben": BEN, "number": OUR_NUMBER}
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text
