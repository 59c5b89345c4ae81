"""What is asked and told outside the tables: queues, topics, platforms, accounts, secrets."""

import time
from typing import TYPE_CHECKING

from chalicelib.settings import settings
from chalicelib.wiring.clock import now
from chalicelib.wiring.parts.stores import allowances, usage_records
from chalicelib.wiring.warm import once

if TYPE_CHECKING:
    from chalicelib import ports
    from chalicelib.adapters.focus import Deployment
    from chalicelib.adapters.meter import PowertoolsMeter
    from chalicelib.adapters.metering.keeping import Keeping
    from chalicelib.adapters.metering.lambda_time import LambdaTime
    from chalicelib.adapters.parameters import SsmParameters


@once
def meter() -> "PowertoolsMeter":
    from chalicelib.adapters.meter import PowertoolsMeter

    return PowertoolsMeter(stage=settings().stage)


@once
def lambda_time() -> "LambdaTime":
    """Made when the first invocation begins; from then on the lines of the log are counted too."""
    from chalicelib.adapters.metering.lambda_time import LambdaTime
    from chalicelib.adapters.metering.log_bytes import count_written
    from chalicelib.telemetry import lines

    lines.tell = count_written
    return LambdaTime(seconds=time.monotonic)


@once
def usage_keeping() -> "Keeping":
    from chalicelib.adapters.metering.keeping import Keeping

    return Keeping(usage_records())


@once
def pull_queue() -> "ports.PullQueue":
    from chalicelib.adapters.pull_queue import SqsPullQueue

    return SqsPullQueue(settings().pulls_queue_url)


@once
def outbox() -> "ports.Outbox":
    from chalicelib.adapters.outbox import SqsOutbox

    return SqsOutbox(settings().outbox_queue_url)


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
def key_sets() -> "ports.KeySets":
    from chalicelib.adapters.key_sets import HttpKeySets
    from chalicelib.http import HttpClient

    http = HttpClient(trust_loopback=settings().trust_loopback, now=now)
    return HttpKeySets(pool=parameters().user_pool, http=http)


@once
def sessions() -> "ports.Sessions":
    from chalicelib.adapters.sessions import CognitoSessions
    from chalicelib.http import HttpClient

    http = HttpClient(trust_loopback=settings().trust_loopback, now=now)
    return CognitoSessions(pool=parameters().user_pool, http=http)


@once
def sources() -> "ports.Sources":
    from chalicelib.http import HttpClient
    from chalicelib.sources.configured import ConfiguredSources

    return ConfiguredSources(
        secret=parameters().secret,
        http=HttpClient(trust_loopback=settings().trust_loopback, now=now),
        allowances=allowances(),
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
def deliveries() -> "ports.Deliveries":
    from chalicelib.adapters.deliveries import SqsDeliveries

    return SqsDeliveries(settings().deliveries_queue_url, settings().deliveries_dead_queue_url)


@once
def hook_posts() -> "ports.HookPosts":
    from chalicelib.adapters.hook_posts import HttpHookPosts
    from chalicelib.http import HttpClient

    return HttpHookPosts(
        secret=parameters().secret,
        http=HttpClient(trust_loopback=settings().trust_loopback, now=now),
    )


@once
def deployment() -> "Deployment":
    """Whose account pays AWS, and where: as every ARN says."""
    from chalicelib.adapters.focus import Deployment

    return Deployment.of(settings().stage, settings().notices_topic_arn)
