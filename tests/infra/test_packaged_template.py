"""What `nightdesk package` makes, read as CloudFormation will read it."""

import dataclasses
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from chalicelib.settings import Settings, settings_from
from infra.package import LAYER, PROJECT
from tests.infra.packaged import DEAD, FUNCTIONS, get_att, inside, of_type, packaged, resources

OUR_EVENTS = {
    "PullMentions": {"PullMentionsEvent": "Schedule"},
    "PullSource": {"PullSourceSqsEventSource": "SQS"},
    "TriageMentions": {"TriageMentionsDynamodbEventSource": "DynamoDB"},
    "Tick": {"TickEvent": "Schedule"},
    "ReadReceipts": {},
    "ReceiveReply": {"ReceiveReplySnsSubscription": "SNS"},
    "Watch": {"WatchEvent": "Schedule"},
    "APIHandler": {},
}


def function(name: str) -> dict[str, Any]:
    found: dict[str, Any] = resources()[name]["Properties"]
    return found


def event(name: str) -> dict[str, Any]:
    (found,) = function(name)["Events"].values()
    properties: dict[str, Any] = found["Properties"]
    return properties


def test_every_function_of_the_app_is_packaged_and_no_other() -> None:
    assert set(of_type("AWS::Serverless::Function")) == set(FUNCTIONS.values())


def test_no_override_has_landed_beside_what_it_was_meant_for() -> None:
    untyped = [name for name, resource in resources().items() if "Type" not in resource]
    assert untyped == []
    for name, events in OUR_EVENTS.items():
        found = {key: value.get("Type") for key, value in function(name).get("Events", {}).items()}
        assert found == events


def test_no_value_has_two_intrinsic_functions() -> None:
    doubled = [
        path
        for path, value in inside(resources())
        if isinstance(value, dict)
        and len(value) > 1
        and any(key == "Ref" or key.startswith("Fn::") for key in map(str, value))
    ]
    assert doubled == []


def test_no_placeholder_of_the_app_is_left() -> None:
    text = json.dumps(packaged()[0])
    for placeholder in ("arn:aws:sqs:pulls", "arn:aws:dynamodb:mentions", "123456789012"):
        assert placeholder not in text


def test_cfn_lint_finds_nothing(tmp_path: Path) -> None:
    for stage, deep in (("dev", True), ("dev", False), ("accept", True)):
        template = tmp_path / f"{stage}.json"
        template.write_text(json.dumps(packaged(stage, deep=deep)[0]))
        linted = subprocess.run(
            [Path(sys.executable).with_name("cfn-lint"), template],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (linted.returncode, linted.stdout + linted.stderr) == (0, "")


def test_the_stream_is_read_from_its_beginning_and_reports_each_failed_record() -> None:
    mapping = event("TriageMentions")
    assert mapping["Stream"] == get_att("MentionsTable", "StreamArn")
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert mapping["BatchSize"] == 10
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BisectBatchOnFunctionError"] is True
    assert mapping["MaximumRetryAttempts"] == 5
    assert mapping["MaximumRecordAgeInSeconds"] == 3600
    assert mapping["DestinationConfig"] == {
        "OnFailure": {"Type": "SQS", "Destination": get_att("TriageDeadQueue")}
    }


def test_only_new_mentions_wake_the_judge() -> None:
    (pattern,) = event("TriageMentions")["FilterCriteria"]["Filters"]
    assert json.loads(pattern["Pattern"]) == {
        "eventName": ["INSERT"],
        "dynamodb": {"Keys": {"sk": {"S": ["mention"]}}},
    }


def test_a_pull_is_retried_then_kept_and_never_handed_out_twice_at_once() -> None:
    mapping, queue = event("PullSource"), of_type("AWS::SQS::Queue")["PullsQueue"]
    assert mapping["Queue"] == get_att("PullsQueue")
    assert mapping["BatchSize"] == 1
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": 10}
    assert queue["VisibilityTimeout"] == 6 * function("PullSource")["Timeout"]
    assert queue["RedrivePolicy"] == {
        "deadLetterTargetArn": get_att("PullsDeadQueue"),
        "maxReceiveCount": 3,
    }


@pytest.mark.parametrize(
    ("name", "queue"),
    [
        ("PullMentions", "SchedulesDeadQueue"),
        ("Tick", "SchedulesDeadQueue"),
        ("ReadReceipts", "ReceiptsDeadQueue"),
        ("ReceiveReply", "RepliesDeadQueue"),
        ("Watch", "SchedulesDeadQueue"),
    ],
)
def test_an_event_that_a_function_gives_up_is_kept(name: str, queue: str) -> None:
    assert function(name)["EventInvokeConfig"]["DestinationConfig"] == {
        "OnFailure": {"Type": "SQS", "Destination": get_att(queue)}
    }


def test_a_reply_that_never_reaches_its_function_is_kept_by_the_topic() -> None:
    subscription = event("ReceiveReply")
    assert subscription["Topic"] == {"Ref": "RepliesTopic"}
    assert subscription["RedrivePolicy"] == {"deadLetterTargetArn": get_att("RepliesDeadQueue")}
    policy = of_type("AWS::SQS::QueuePolicy")["RepliesDeadQueuePolicy"]
    assert policy["Queues"] == [{"Ref": "RepliesDeadQueue"}]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "sns.amazonaws.com"}
    assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Ref": "RepliesTopic"}}}


def test_only_the_delivery_logs_of_this_account_may_tell_what_became_of_an_sms() -> None:
    allowed = of_type("AWS::Lambda::Permission").values()
    (permission,) = [one for one in allowed if one["FunctionName"] == get_att("ReadReceipts")]
    assert permission["Action"] == "lambda:InvokeFunction"
    assert permission["Principal"] == "logs.amazonaws.com"
    assert permission["SourceAccount"] == {"Ref": "AWS::AccountId"}
    group = "log-group:sns/${AWS::Region}/${AWS::AccountId}/DirectPublishToPhoneNumber*"
    assert permission["SourceArn"]["Fn::Sub"].endswith(f":${{AWS::AccountId}}:{group}")


def test_schedules_run_every_minute() -> None:
    assert event("PullMentions")["Schedule"] == "rate(1 minute)"
    assert event("Tick")["Schedule"] == "rate(1 minute)"
    assert function("Tick")["Timeout"] < 60


def test_readiness_is_checked_every_hour_and_a_failed_check_is_tried_again_within_it() -> None:
    assert event("Watch")["Schedule"] == "rate(1 hour)"
    assert function("Watch")["EventInvokeConfig"]["MaximumRetryAttempts"] == 2
    assert function("Watch")["EventInvokeConfig"]["MaximumEventAgeInSeconds"] == 3600


def test_every_function_has_all_settings() -> None:
    common = packaged()[0]["Globals"]["Function"]["Environment"]["Variables"]
    needed = {f"NIGHTDESK_{field.name.upper()}" for field in dataclasses.fields(Settings)}
    assert needed - common.keys() == {"NIGHTDESK_TRUST_LOOPBACK", "NIGHTDESK_DEEP_MODEL"}
    settings_from(dict.fromkeys(common, "1"))
    assert common["POWERTOOLS_SERVICE_NAME"] == "nightdesk"
    assert common["POWERTOOLS_METRICS_NAMESPACE"] == "Nightdesk"


def test_loopback_is_trusted_in_acceptance_and_nowhere_else() -> None:
    for stage in ("dev", "prod", "accept"):
        for name in FUNCTIONS.values():
            environment = resources(stage)[name]["Properties"].get("Environment", {})
            trusts = environment.get("Variables", {}).get("NIGHTDESK_TRUST_LOOPBACK")
            assert trusts == ("1" if stage == "accept" else None), (stage, name)


def test_every_function_is_named_by_stage_and_its_log_expires() -> None:
    groups = of_type("AWS::Logs::LogGroup").values()
    assert {group["LogGroupName"]["Fn::Sub"] for group in groups} == {
        f"/aws/lambda/{function(name)['FunctionName']['Fn::Sub']}" for name in FUNCTIONS.values()
    }
    assert all(group["RetentionInDays"] == {"Ref": "LogRetentionDays"} for group in groups)


def test_nothing_is_traced() -> None:
    assert {function(name)["Tracing"] for name in FUNCTIONS.values()} == {"PassThrough"}


def test_the_page_is_compressed_throttled_and_leaves_no_trace_of_an_address() -> None:
    (api,) = of_type("AWS::Serverless::Api").values()
    assert api["MinimumCompressionSize"] == 1024
    assert api["EndpointConfiguration"] == "REGIONAL"
    (settings,) = api["MethodSettings"]
    assert settings["ResourcePath"] == "/*"
    assert settings["HttpMethod"] == "*"
    assert (settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"]) == (10, 20)
    assert settings["LoggingLevel"] == "OFF"
    assert settings["DataTraceEnabled"] is False
    assert "AccessLogSetting" not in api


def test_the_address_in_an_sms_is_a_parameter_since_the_environment_would_be_circular() -> None:
    (parameter,) = of_type("AWS::SSM::Parameter").values()
    assert parameter["Name"] == {"Fn::Sub": "/nightdesk/${Stage}/public-url"}
    condition, given, own = parameter["Value"]["Fn::If"]
    assert (condition, given) == ("HasPublicUrl", {"Ref": "PublicUrl"})
    (api,) = of_type("AWS::Serverless::Api").values()
    assert own["Fn::Sub"].endswith(f"/{api['StageName']}")


@pytest.mark.parametrize(
    ("address", "is_allowed"),
    [
        ("", True),
        ("https://desk.example", True),
        ("https://desk.example:8443/night/desk", True),
        ("http://127.0.0.1:4577/_aws/execute-api/abc/api", True),
        ("http://localhost:8000", True),
        ("http://desk.example", False),
        ("http://127.0.0.1.desk.example", False),
        ("http://localhost@desk.example", False),
        ("https://desk.example@another.example", False),
        ("https://desk.example/", False),
        ("https://desk.example/?a", False),
        ("ftp://desk.example", False),
    ],
)
def test_a_link_in_an_sms_leads_to_https_or_to_this_machine(address: str, is_allowed: bool) -> None:
    parameter = packaged()[0]["Parameters"]["PublicUrl"]
    assert (re.fullmatch(parameter["AllowedPattern"], address) is not None) == is_allowed
    assert parameter["MaxLength"] == 120


def test_concurrency_is_reserved_for_the_page_only_when_it_is_asked_for() -> None:
    template = packaged()[0]
    parameter = template["Parameters"]["ApiReservedConcurrency"]
    assert (parameter["Type"], parameter["Default"]) == ("Number", 0)
    condition, given, otherwise = function("APIHandler")["ReservedConcurrentExecutions"]["Fn::If"]
    assert template["Conditions"][condition] == {
        "Fn::Not": [{"Fn::Equals": [{"Ref": "ApiReservedConcurrency"}, "0"]}]
    }
    assert given == {"Ref": "ApiReservedConcurrency"}
    assert otherwise == {"Ref": "AWS::NoValue"}
    for name in set(FUNCTIONS.values()) - {"APIHandler"}:
        assert "ReservedConcurrentExecutions" not in function(name)


# --- the deep model ----------------------------------------------------------------------


def test_only_the_function_that_judges_carries_the_deep_model() -> None:
    judge = function("TriageMentions")
    layer, none = {"Ref": "DeepLayer"}, {"Ref": "AWS::NoValue"}
    assert judge["Layers"] == [{"Fn::If": ["HasDeepModel", layer, none]}]
    folder = {"Fn::If": ["HasDeepModel", "/opt/nightdesk/deep", ""]}
    assert judge["Environment"]["Variables"] == {"NIGHTDESK_DEEP_MODEL": folder}
    for name in set(FUNCTIONS.values()) - {"TriageMentions"}:
        assert "Layers" not in function(name)
        assert "NIGHTDESK_DEEP_MODEL" not in json.dumps(function(name))


def test_with_the_deep_model_the_function_that_judges_has_a_whole_core() -> None:
    config = json.loads((PROJECT / ".chalice" / "config.json").read_text())
    without = config["lambda_functions"]["triage_mentions"]["lambda_memory_size"]
    assert function("TriageMentions")["MemorySize"] == {"Fn::If": ["HasDeepModel", 1769, without]}


def test_the_layer_is_of_what_its_function_runs_on_and_only_made_where_it_is_used() -> None:
    (layer,) = of_type("AWS::Serverless::LayerVersion").values()
    assert layer["ContentUri"] == f"./{LAYER}"
    assert layer["CompatibleRuntimes"] == [function("TriageMentions")["Runtime"]]
    assert layer["CompatibleArchitectures"] == function("TriageMentions")["Architectures"]
    assert layer["RetentionPolicy"] == "Delete"
    assert resources()["DeepLayer"]["Condition"] == "HasDeepModel"
    template = packaged()[0]
    assert template["Conditions"]["HasDeepModel"] == {"Fn::Equals": [{"Ref": "DeepModel"}, "yes"]}
    assert template["Parameters"]["DeepModel"]["Default"] == "yes"


def test_without_the_deep_model_there_is_no_layer_and_nobody_can_switch_it_on() -> None:
    template = packaged(deep=False)[0]
    parameter = template["Parameters"]["DeepModel"]
    assert (parameter["Default"], parameter["AllowedValues"]) == ("no", ["no"])
    assert "DeepLayer" not in json.dumps(template["Resources"])
    assert "Layers" not in template["Resources"]["TriageMentions"]["Properties"]


# --- tables ------------------------------------------------------------------------------

INDEXES = {
    "MentionsTable": {"unjudged": ("unjudged", "pulled_at")},
    "IncidentsTable": {"due": ("due", "due_at")},
    "TicketsTable": {
        "queue": ("queue", "order"),
        "unsettled": ("unsettled", "unsettled_at"),
    },
    "DeskTable": {},
}


def keys(schema: list[dict[str, str]]) -> tuple[str, ...]:
    return tuple(key["AttributeName"] for key in schema)


def test_there_are_four_tables_with_the_keys_of_the_architecture() -> None:
    tables = of_type("AWS::DynamoDB::Table")
    assert set(tables) == set(INDEXES)
    for name, table in tables.items():
        assert keys(table["KeySchema"]) == ("pk", "sk")
        found = {
            index["IndexName"]: keys(index["KeySchema"])
            for index in table.get("GlobalSecondaryIndexes", [])
        }
        assert found == INDEXES[name]
        assert {one["AttributeType"] for one in table["AttributeDefinitions"]} == {"S"}


def test_tables_are_kept_safe() -> None:
    for name, table in of_type("AWS::DynamoDB::Table").items():
        assert table["BillingMode"] == "PAY_PER_REQUEST"
        assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
        assert table["SSESpecification"] == {"SSEEnabled": True}
        assert table["TimeToLiveSpecification"] == {
            "AttributeName": "expires_at",
            "Enabled": True,
        }
        assert table["DeletionProtectionEnabled"] == {"Fn::If": ["IsProtected", True, False]}
        assert resources()[name]["DeletionPolicy"] == "RetainExceptOnCreate"
        assert resources()[name]["UpdateReplacePolicy"] == "Retain"


def test_the_stream_carries_the_new_image() -> None:
    table = of_type("AWS::DynamoDB::Table")["MentionsTable"]
    assert table["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}


# --- queues and topics -------------------------------------------------------------------


def test_dead_letters_are_kept_for_two_weeks_and_every_queue_is_encrypted() -> None:
    queues = of_type("AWS::SQS::Queue")
    assert set(queues) == {"PullsQueue", *DEAD}
    assert all(queue["SqsManagedSseEnabled"] is True for queue in queues.values())
    assert {queues[name]["MessageRetentionPeriod"] for name in DEAD} == {14 * 24 * 3600}


def test_only_the_sms_service_of_this_account_may_say_what_phones_replied() -> None:
    policy = of_type("AWS::SNS::TopicPolicy")["RepliesTopicPolicy"]
    assert policy["Topics"] == [{"Ref": "RepliesTopic"}]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "sms-voice.amazonaws.com"}
    assert statement["Action"] == "sns:Publish"
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    }
