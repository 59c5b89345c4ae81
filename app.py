"""Every trigger of the service, in the order a mention travels.

Each decorated function is a Lambda of its own (all routes together are one). What an operator
asks of a trigger (what wakes it, how often, what if it fails) is answered here; batch sizes,
retries, dead letters and alarms of each stand beside its name in `infra/template.yaml`, which
also puts the real queue, stream and topic in the place of the `arn:` placeholders.
"""

from typing import Any

from chalice.app import Chalice, ConvertToMiddleware, DynamoDBEvent, Rate, SNSEvent, SQSEvent

from chalicelib import events, wiring
from chalicelib.telemetry import logger
from chalicelib.web import routes

app = Chalice(app_name="nightdesk")
app.register_middleware(ConvertToMiddleware(logger.inject_lambda_context))
app.register_middleware(ConvertToMiddleware(wiring.metered))
app.register_blueprint(routes)


@app.schedule(Rate(1, unit=Rate.MINUTES))
def pull_mentions(event: Any) -> None:
    """Queue a pull for every source that is due. Fails: the next minute does it."""
    wiring.ingest().enqueue_due(now=wiring.now())


@app.on_sqs_message(queue_arn="arn:aws:sqs:pulls", batch_size=1)
def pull_source(event: SQSEvent) -> None:
    """Read one source from its cursor until it is caught up or time is short.

    Fails: retried by the queue, then its dead letter; the source is due again anyway.
    """
    deadline = wiring.deadline(event.context)
    for record in event:
        wiring.ingest().pull(record.body, now=wiring.now(), deadline=deadline)


@app.on_dynamodb_record(stream_arn="arn:aws:dynamodb:mentions", batch_size=10)
def triage_mentions(event: DynamoDBEvent) -> dict[str, Any]:
    """Score each new mention, and each whose words were changed; wake somebody, make a ticket or
    leave it; count the angry. Erase what its author has taken back.

    Fails: the batch is bisected and retried, a record that cannot be read goes to the dead
    letters; the mention itself is found by the tick within two minutes.
    """
    return wiring.judge_batch(lambda judge: events.each_record(event, judge, event.context))


@app.on_dynamodb_record(stream_arn="arn:aws:dynamodb:tickets", batch_size=25)
def follow_tickets(event: DynamoDBEvent) -> dict[str, Any]:
    """A ticket has changed: keep the search index, tell other desks.

    Fails: the batch is bisected and retried, what cannot be followed goes to the dead letters;
    the ticket itself is as it should be.
    """
    return events.each_change(event, wiring.follow_ticket, event.context)


@app.on_dynamodb_record(stream_arn="arn:aws:dynamodb:incidents", batch_size=25)
def follow_incidents(event: DynamoDBEvent) -> dict[str, Any]:
    """An incident has changed: tell other desks. Fails: as `follow_tickets`."""
    return events.each_change(event, wiring.follow_incident, event.context)


@app.on_sqs_message(queue_arn="arn:aws:sqs:outbox", batch_size=1)
def send_replies(event: SQSEvent) -> dict[str, Any]:
    """Publish an approved reply once the time to undo it is over.

    Fails: retried by the queue, then its dead letter; the tick finds what was left unsent.
    """
    return events.each_message(event, wiring.send_replies, event.context)


@app.on_sqs_message(queue_arn="arn:aws:sqs:deliveries", batch_size=1)
def deliver(event: SQSEvent) -> dict[str, Any]:
    """Tell another desk of a change, by a signed webhook.

    Fails: tried again for some ten hours, then its dead letter.
    """
    return events.each_trial(event, wiring.deliver)


@app.schedule(Rate(1, unit=Rate.MINUTES))
def tick(event: Any) -> None:
    """Fire the escalation steps that are due, watch the crowd, find what was left lying.

    Fails: an alarm outside this function wakes the fallback person and the lead.
    """
    wiring.tick(event.context)


@app.lambda_function(name="read_receipts")
def read_receipts(event: Any, context: Any) -> None:
    """The log of SMS deliveries has grown: mark what arrived, go on where an SMS has failed.

    Woken by the log groups of SNS. Fails: retried by Lambda, then its dead letter; the
    escalation goes on meanwhile, since no receipt ever stops it.
    """
    wiring.read_receipts(event)


@app.on_sns_message(topic="arn:aws:sns:us-east-1:123456789012:replies")
def receive_reply(event: SNSEvent) -> None:
    """An SMS came back from a phone: acknowledge what its code is for.

    Fails: retried by Lambda, then its dead letter; the escalation goes on meanwhile.
    """
    wiring.receive_reply(event.message)


@app.schedule(Rate(1, unit=Rate.HOURS))
def watch(event: Any) -> None:
    """Ask whether somebody could be woken tonight; tell the lead by day, at once when nobody could.

    Fails: retried by Lambda, then its dead letter; an alarm rings when no check ran for a day.
    """
    wiring.watch()


@app.schedule(Rate(1, unit=Rate.HOURS))
def recheck_posts(event: Any) -> None:
    """Ask platforms whether posts still stand; what its author has taken back is erased.

    Fails: retried by Lambda, then its dead letter; what was not looked at is due in the next hour.
    """
    wiring.recheck_posts(event.context)


@app.schedule(Rate(1, unit=Rate.HOURS))
def reckon(event: Any) -> None:
    """Add up what was used, and what it cost, by hour and day, ticket and incident.

    Fails: the next hour goes on where this one was, since what was used is kept for eight days.
    No phone rings for it: the lead's report of ten o'clock says when the books stand still.
    """
    wiring.reckon(event.context)
