"""A toy app and its template: one function for each way in which Lambda can be woken."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from chalice.app import Chalice, DynamoDBEvent, Rate, SNSEvent, SQSEvent

from infra.local.clock import SteppedClock
from infra.local.cloud import Cloud
from infra.local.stack import Template

STARTS_AT = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@dataclass
class Toy:
    """What the functions were given, and what they are told to do about it."""

    seen: list[tuple[str, Any]] = field(default_factory=list)
    fails_on: set[str] = field(default_factory=set)
    """Payloads on which a function raises."""
    reports: set[str] = field(default_factory=set)
    """Payloads that the stream's function reports as failed instead of raising."""
    contexts: list[Any] = field(default_factory=list)

    def handled(self, function: str) -> list[Any]:
        return [payload for name, payload in self.seen if name == function]

    def take(self, function: str, payload: Any) -> None:
        self.seen.append((function, payload))
        if str(payload) in self.fails_on:
            raise RuntimeError(f"cannot handle {payload}")


def toy_app(toy: Toy) -> Chalice:
    app = Chalice(app_name="toy")

    @app.schedule(Rate(1, unit=Rate.MINUTES))
    def beat(event: Any) -> None:
        toy.contexts.append(event.context)
        toy.take("beat", event.time[11:16])

    @app.on_sqs_message(queue_arn="arn:aws:sqs:orders", batch_size=1)
    def work(event: SQSEvent) -> None:
        for record in event:
            toy.take("work", record.body)

    @app.on_dynamodb_record(stream_arn="arn:aws:dynamodb:things", batch_size=4)
    def follow(event: DynamoDBEvent) -> dict[str, Any]:
        names = {record.sequence_number: record.keys["pk"]["S"] for record in event}
        toy.seen.append(("batch", tuple(names.values())))
        failed = []
        for number, name in names.items():
            if name in toy.reports:
                failed.append({"itemIdentifier": number})
            else:
                toy.take("follow", name)
        return {"batchItemFailures": failed}

    @app.on_sns_message(topic="arn:aws:sns:us-east-1:123456789012:replies")
    def listen(event: SNSEvent) -> None:
        toy.take("listen", event.message)

    return app


def toy_template(**stream: Any) -> Template:
    """The template; `stream` overrides the properties of the stream's event."""
    following = {
        "Stream": {"Fn::GetAtt": ["Things", "StreamArn"]},
        "StartingPosition": "TRIM_HORIZON",
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "MaximumRetryAttempts": 2,
        "DestinationConfig": {
            "OnFailure": {"Type": "SQS", "Destination": {"Fn::GetAtt": ["Dead", "Arn"]}}
        },
        **stream,
    }
    keys = [{"AttributeName": "pk", "KeyType": "HASH"}]
    return {
        "Parameters": {"Stage": {"Type": "String"}},
        "Globals": {"Function": {"Environment": {"Variables": {"TOY_QUEUE": {"Ref": "Orders"}}}}},
        "Resources": {
            "Follow": {
                "Properties": {
                    "Events": {
                        "FollowDynamodbEventSource": {
                            "Properties": {
                                key: value for key, value in following.items() if value is not None
                            }
                        }
                    }
                }
            },
            "Work": {
                "Properties": {
                    "Events": {
                        "WorkSqsEventSource": {
                            "Properties": {"Queue": {"Fn::GetAtt": ["Orders", "Arn"]}}
                        }
                    }
                }
            },
            "Listen": {
                "Properties": {
                    "EventInvokeConfig": {
                        "DestinationConfig": {
                            "OnFailure": {"Destination": {"Fn::GetAtt": ["Dead", "Arn"]}}
                        }
                    },
                    "Events": {
                        "ListenSnsSubscription": {"Properties": {"Topic": {"Ref": "Replies"}}}
                    },
                }
            },
            "RestAPI": {"Properties": {"Name": "toy"}},
            "Things": {
                "Type": "AWS::DynamoDB::Table",
                "DeletionPolicy": "Retain",
                "Properties": {
                    "TableName": {"Fn::Sub": "toy-${Stage}-things"},
                    "BillingMode": "PAY_PER_REQUEST",
                    "KeySchema": keys,
                    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
                    "StreamSpecification": {"StreamViewType": "NEW_IMAGE"},
                },
            },
            "Orders": {
                "Type": "AWS::SQS::Queue",
                "Properties": {
                    "VisibilityTimeout": 90,
                    "RedrivePolicy": {
                        "deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]},
                        "maxReceiveCount": 3,
                    },
                },
            },
            "Dead": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "toy-dead"}},
            "Replies": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "toy-replies"}},
            "Notices": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "toy-notices"}},
            "Address": {
                "Type": "AWS::SSM::Parameter",
                "Properties": {
                    "Name": "/toy/address",
                    "Type": "String",
                    "Value": {"Fn::Sub": "https://${RestAPI}.example"},
                },
            },
            "DeadAlarm": {
                "Type": "AWS::CloudWatch::Alarm",
                "Properties": {
                    "AlarmName": "toy dead letters",
                    "AlarmDescription": "Something was given up.",
                    "MetricName": "ApproximateNumberOfMessagesVisible",
                    "Threshold": 0,
                    "Dimensions": [
                        {"Name": "QueueName", "Value": {"Fn::GetAtt": ["Dead", "QueueName"]}}
                    ],
                    "AlarmActions": [{"Ref": "Notices"}],
                },
            },
        },
    }


def toy_cloud(toy: Toy, **stream: Any) -> Cloud:
    return Cloud(
        toy_app(toy),
        template=toy_template(**stream),
        clock=SteppedClock(STARTS_AT),
        replies_topic="Replies",
        parameters={"Stage": "test"},
        timeouts={"beat": timedelta(seconds=30)},
    )


def put(*names: str) -> None:
    table = boto3.client("dynamodb")
    for name in names:
        table.put_item(TableName="toy-test-things", Item={"pk": {"S": name}})


def send(cloud: Cloud, *bodies: str) -> None:
    queue = boto3.client("sqs")
    for body in bodies:
        queue.send_message(QueueUrl=cloud.stack.physical_ids["Orders"], MessageBody=body)
