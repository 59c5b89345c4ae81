"""The adapters of a deployment, each made when it is first asked for.

Imports stand inside the functions: a cold start pays only for what its function uses.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from chalicelib.settings import settings
from chalicelib.wiring.clock import now
from chalicelib.wiring.warm import once

if TYPE_CHECKING:
    from chalicelib import ports
    from chalicelib.adapters.meter import PowertoolsMeter
    from chalicelib.adapters.parameters import SsmParameters


@once
def meter() -> "PowertoolsMeter":
    from chalicelib.adapters.meter import PowertoolsMeter

    return PowertoolsMeter(stage=settings().stage)


@once
def desks() -> "ports.Desks":
    from chalicelib.adapters.desks import DynamoDesks

    return DynamoDesks(settings().desk_table)


@once
def source_states() -> "ports.SourceStates":
    from chalicelib.adapters.source_states import DynamoSourceStates

    return DynamoSourceStates(settings().desk_table)


@once
def mentions() -> "ports.Mentions":
    from chalicelib.adapters.mentions import DynamoMentions

    return DynamoMentions(settings().mentions_table, retention_days=settings().retention_days)


@once
def incidents() -> "ports.Incidents":
    from chalicelib.adapters.incidents import DynamoIncidents

    return DynamoIncidents(settings().incidents_table, retention_days=settings().retention_days)


@once
def pages() -> "ports.Pages":
    from chalicelib.adapters.pages import DynamoPages

    return DynamoPages(settings().incidents_table, retention_days=settings().retention_days)


@once
def crowds() -> "ports.Crowds":
    from chalicelib.adapters.crowds import DynamoCrowds

    return DynamoCrowds(settings().incidents_table, retention_days=settings().retention_days)


@once
def replies() -> "ports.Replies":
    from chalicelib.adapters.replies import DynamoReplies

    return DynamoReplies(settings().incidents_table)


@once
def rates() -> "ports.Rates":
    from chalicelib.adapters.rates import DynamoRates

    return DynamoRates(settings().incidents_table)


@once
def once_told() -> "ports.Once":
    from chalicelib.adapters.once import DynamoOnce

    return DynamoOnce(settings().incidents_table)


@once
def contacts() -> "ports.Contacts":
    from chalicelib.adapters.contacts import DynamoContacts

    return DynamoContacts(settings().incidents_table, retention_days=settings().retention_days)


@once
def backgrounds() -> "ports.Backgrounds":
    from chalicelib.adapters.backgrounds import DynamoBackgrounds

    return DynamoBackgrounds(settings().incidents_table)


@once
def tickets() -> "ports.Tickets":
    from chalicelib.adapters.tickets import DynamoTickets

    return DynamoTickets(settings().tickets_table, retention_days=settings().retention_days)


@once
def pull_queue() -> "ports.PullQueue":
    from chalicelib.adapters.pull_queue import SqsPullQueue

    return SqsPullQueue(settings().pulls_queue_url)


@once
def notices() -> "ports.Notices":
    from chalicelib.adapters.notices import SnsNotices

    return SnsNotices(settings().notices_topic_arn, settings().desk_table)


@once
def randomness() -> "ports.Randomness":
    from chalicelib.adapters.randomness import SystemRandomness

    return SystemRandomness()


@once
def parameters() -> "SsmParameters":
    from chalicelib.adapters.parameters import SsmParameters

    return SsmParameters(settings().parameter_path, seconds=time.monotonic)


@once
def sms() -> "ports.Channel":
    from chalicelib.adapters.clients import client
    from chalicelib.channels.sms import SmsChannel

    return SmsChannel(
        desks=desks(),
        sns=client("sns", attempts=2),
        asking=client("sns", attempts=1, read_seconds=2),
    )


@once
def email() -> "ports.Channel":
    from chalicelib.adapters.clients import client
    from chalicelib.channels.email import EmailChannel

    return EmailChannel(desks=desks(), ses=client("sesv2"))


@once
def webhook() -> "ports.Channel":
    from chalicelib.channels.webhook import WebhookChannel
    from chalicelib.http import HttpClient

    http = HttpClient(trust_loopback=settings().trust_loopback, now=now)
    return WebhookChannel(secret=parameters().secret, http=http, now=now)


class _Channels(Mapping[str, "ports.Channel"]):
    """Every channel by its name; one is made when it is first used."""

    def __init__(self, makers: Mapping[str, Callable[[], "ports.Channel"]]) -> None:
        self._makers = makers

    def __getitem__(self, name: str) -> "ports.Channel":
        return self._makers[name]()

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


@once
def channels() -> "Mapping[str, ports.Channel]":
    return _Channels({"sms": sms, "email": email, "webhook": webhook})


@once
def sources() -> "ports.Sources":
    from chalicelib.http import HttpClient
    from chalicelib.sources.configured import ConfiguredSources

    return ConfiguredSources(
        secret=parameters().secret,
        http=HttpClient(trust_loopback=settings().trust_loopback, now=now),
        now=now,
    )


@once
def sms_account() -> "ports.SmsAccount":
    from chalicelib.adapters.clients import client
    from chalicelib.adapters.sms_account import SnsAccount

    return SnsAccount(sns=client("sns"), cloudwatch=client("cloudwatch"))


@once
def email_account() -> "ports.EmailAccount":
    from chalicelib.adapters.clients import client
    from chalicelib.adapters.email_account import SesAccount

    return SesAccount(ses=client("sesv2"))


@once
def page_tally() -> "ports.PageTally":
    from chalicelib.adapters.clients import client
    from chalicelib.adapters.page_tally import CloudWatchPageTally

    return CloudWatchPageTally(cloudwatch=client("cloudwatch"), stage=settings().stage)


@once
def reports() -> "ports.Reports":
    from chalicelib.adapters.reports import DynamoReports

    return DynamoReports(settings().desk_table)


@once
def readings() -> "ports.Readings":
    from chalicelib.adapters.readings import DynamoReadings

    return DynamoReadings(settings().desk_table)


@once
def second_reader() -> "ports.SecondReader":
    from chalicelib.adapters.clients import client
    from chalicelib.adapters.second_reader import CONNECT_SECONDS, READ_SECONDS, BedrockReader

    return BedrockReader(
        runtime=client(
            "bedrock-runtime",
            attempts=1,
            connect_seconds=CONNECT_SECONDS,
            read_seconds=READ_SECONDS,
        )
    )


@once
def generations() -> "ports.Generations":
    from chalicelib.adapters.generations import DynamoGenerations

    return DynamoGenerations(settings().desk_table)
