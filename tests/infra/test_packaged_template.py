"""What `nightdesk package` makes, read as CloudFormation will read it."""

import dataclasses
import json
import re
import subprocess
import sys
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from chalicelib.services.costing.rolling import AGAIN
from chalicelib.services.telling_hooks import PAUSES
from chalicelib.settings import Settings, settings_from
from chalicelib.web.access import PUBLIC_ROUTES, SECURITY_HEADERS, Role
from chalicelib.web.api.session import SCOPE
from infra.agents import ROLES
from infra.package import LAYER, PROJECT
from tests.infra.packaged import DEAD, FUNCTIONS, get_att, inside, of_type, packaged, resources

OUR_EVENTS = {
    "PullMentions": {"PullMentionsEvent": "Schedule"},
    "PullSource": {"PullSourceSqsEventSource": "SQS"},
    "TriageMentions": {"TriageMentionsDynamodbEventSource": "DynamoDB"},
    "FollowTickets": {"FollowTicketsDynamodbEventSource": "DynamoDB"},
    "FollowIncidents": {"FollowIncidentsDynamodbEventSource": "DynamoDB"},
    "SendReplies": {"SendRepliesSqsEventSource": "SQS"},
    "Deliver": {"DeliverSqsEventSource": "SQS"},
    "Tick": {"TickEvent": "Schedule"},
    "ReadReceipts": {},
    "ReceiveReply": {"ReceiveReplySnsSubscription": "SNS"},
    "Watch": {"WatchEvent": "Schedule"},
    "RecheckPosts": {"RecheckPostsEvent": "Schedule"},
    "Reckon": {"ReckonEvent": "Schedule"},
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
    for placeholder in ("arn:aws:sqs:", "arn:aws:dynamodb:", "123456789012"):
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


@pytest.mark.parametrize("name", ["TriageMentions", "FollowTickets", "FollowIncidents"])
def test_a_record_of_a_stream_is_not_read_once_its_hour_is_in_the_books_for_good(name: str) -> None:
    """What a batch took belongs to the hour in which its first record was written."""
    oldest = timedelta(seconds=event(name)["MaximumRecordAgeInSeconds"])
    assert oldest + timedelta(minutes=15) < AGAIN, "a function runs for 15 minutes at most"


def test_only_mentions_that_wait_to_be_judged_or_erased_wake_the_judge() -> None:
    (pattern,) = event("TriageMentions")["FilterCriteria"]["Filters"]
    assert json.loads(pattern["Pattern"]) == {
        "eventName": ["INSERT", "MODIFY"],
        "dynamodb": {
            "Keys": {"sk": {"S": ["mention"]}},
            "NewImage": {"unjudged": {"S": [{"exists": True}]}},
        },
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
    ("name", "table", "kinds"),
    [
        ("FollowTickets", "TicketsTable", ["ticket"]),
        ("FollowIncidents", "IncidentsTable", ["current", {"prefix": "past#"}]),
    ],
)
def test_what_follows_changes_sees_each_of_them_before_and_after(
    name: str, table: str, kinds: list[Any]
) -> None:
    mapping = event(name)
    assert mapping["Stream"] == get_att(table, "StreamArn")
    assert of_type("AWS::DynamoDB::Table")[table]["StreamSpecification"] == {
        "StreamViewType": "NEW_AND_OLD_IMAGES"
    }
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BisectBatchOnFunctionError"] is True
    assert mapping["MaximumRetryAttempts"] == 5
    assert mapping["DestinationConfig"] == {
        "OnFailure": {"Type": "SQS", "Destination": get_att("FollowDeadQueue")}
    }
    (pattern,) = mapping["FilterCriteria"]["Filters"]
    assert json.loads(pattern["Pattern"]) == {"dynamodb": {"Keys": {"sk": {"S": kinds}}}}


@pytest.mark.parametrize(
    ("name", "queue", "tries"),
    [("SendReplies", "OutboxQueue", 5), ("Deliver", "DeliveriesQueue", len(PAUSES) + 1)],
)
def test_a_message_is_handed_out_one_at_a_time_and_kept_in_the_end(
    name: str, queue: str, tries: int
) -> None:
    mapping, found = event(name), of_type("AWS::SQS::Queue")[queue]
    assert mapping["Queue"] == get_att(queue)
    assert mapping["BatchSize"] == 1
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert found["VisibilityTimeout"] >= 6 * function(name)["Timeout"]
    assert found["RedrivePolicy"] == {
        "deadLetterTargetArn": get_att(queue.replace("Queue", "DeadQueue")),
        "maxReceiveCount": tries,
    }
    # Longer than all pauses together, else a message is gone before its last try.
    assert found["MessageRetentionPeriod"] > sum(PAUSES, timedelta(0)).total_seconds()


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


def test_books_are_kept_every_hour_and_what_failed_is_left_to_the_next() -> None:
    assert event("Reckon")["Schedule"] == "rate(1 hour)"
    assert function("Reckon")["EventInvokeConfig"] == {
        "MaximumRetryAttempts": 0,
        "MaximumEventAgeInSeconds": 3600,
    }


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
    assert (settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"]) == (50, 100)
    assert settings["LoggingLevel"] == "OFF"
    assert settings["DataTraceEnabled"] is False
    assert "AccessLogSetting" not in api


def test_the_address_in_an_sms_is_a_parameter_since_the_environment_would_be_circular() -> None:
    parameter = of_type("AWS::SSM::Parameter")["PublicUrlParameter"]
    assert parameter["Name"] == {"Fn::Sub": "/nightdesk/${Stage}/public-url"}
    condition, given, own = parameter["Value"]["Fn::If"]
    assert (condition, given) == ("HasPublicUrl", {"Ref": "PublicUrl"})
    (api,) = of_type("AWS::Serverless::Api").values()
    assert own["Fn::Sub"].endswith(f"/{api['StageName']}")


# --- who signs in ------------------------------------------------------------------------


def test_the_gateway_looks_at_the_token_of_every_route_that_needs_one() -> None:
    (api,) = of_type("AWS::Serverless::Api").values()
    body = api["DefinitionBody"]
    (scheme,) = body["securityDefinitions"].values()
    assert scheme["name"] == "Authorization"
    assert scheme["x-amazon-apigateway-authorizer"] == {
        "type": "cognito_user_pools",
        "providerARNs": [get_att("UserPool")],
    }
    looked_at = {
        path
        for path, methods in body["paths"].items()
        for operation in methods.values()
        if operation.get("security") == [{"Nightdesk": []}]
    }
    assert set(body["paths"]) - looked_at == set(PUBLIC_ROUTES)


GATEWAY = {
    "DEFAULT_4XX": None,
    "DEFAULT_5XX": None,
    "UNAUTHORIZED": 401,
    "ACCESS_DENIED": 403,
    "INVALID_SIGNATURE": 404,
    "MISSING_AUTHENTICATION_TOKEN": 404,
    "RESOURCE_NOT_FOUND": 404,
    "REQUEST_TOO_LARGE": 413,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "THROTTLED": 429,
    "QUOTA_EXCEEDED": 429,
    "WAF_FILTERED": 403,
    "INTEGRATION_TIMEOUT": 504,
}


@pytest.mark.parametrize("kind", GATEWAY)
def test_what_the_gateway_answers_itself_looks_like_ours_and_repeats_nothing(kind: str) -> None:
    (api,) = of_type("AWS::Serverless::Api").values()
    answers = api["DefinitionBody"]["x-amazon-apigateway-gateway-responses"]
    assert set(answers) == set(GATEWAY)
    answer = answers[kind]
    assert answer.get("statusCode") == GATEWAY[kind]
    headers = {
        name.removeprefix("gatewayresponse.header."): value[1:-1]
        for name, value in answer["responseParameters"].items()
    }
    assert not [value for value in headers.values() if "'" in value], "no quotes within a value"
    for name, value in SECURITY_HEADERS.items():
        if name != "Content-Security-Policy":
            assert headers[name] == value
    assert "default-src;" in headers["Content-Security-Policy"], "nothing may be loaded"
    assert headers["Content-Type"].startswith("application/problem+json")
    assert headers["Cache-Control"] == "no-store"
    assert ("Retry-After" in headers) == (GATEWAY[kind] == 429)
    (text,) = answer["responseTemplates"].values()
    assert "$" not in text, "nothing of the request comes back"
    problem = json.loads(text)
    assert problem.get("status") == GATEWAY[kind]
    assert problem["detail"]
    assert problem["code"]


def test_nobody_registers_by_themselves_and_a_second_factor_can_be_had() -> None:
    (pool,) = of_type("AWS::Cognito::UserPool").values()
    assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True
    assert (pool["MfaConfiguration"], pool["EnabledMfas"]) == ("OPTIONAL", ["SOFTWARE_TOKEN_MFA"])
    assert pool["Policies"]["PasswordPolicy"]["MinimumLength"] >= 12
    assert pool["AliasAttributes"] == ["email"]
    assert pool["DeletionProtection"] == {"Fn::If": ["IsProtected", "ACTIVE", "INACTIVE"]}
    assert resources()["UserPool"]["DeletionPolicy"] == "RetainExceptOnCreate"
    assert resources()["UserPool"]["UpdateReplacePolicy"] == "Retain"


def test_the_page_signs_in_by_code_and_proof_and_can_change_nobody() -> None:
    (client,) = of_type("AWS::Cognito::UserPoolClient").values()
    assert client["GenerateSecret"] is False
    assert client["AllowedOAuthFlows"] == ["code"]
    assert client["AllowedOAuthScopes"] == ["openid", "email", "profile"]
    assert client["AllowedOAuthScopes"] == SCOPE.split()
    assert client["CallbackURLs"] == [{"Fn::Sub": "${PublicUrlParameter.Value}/"}]
    assert "preferred_username" not in client["WriteAttributes"]
    assert client["TokenValidityUnits"]["IdToken"] == "hours"
    assert (client["IdTokenValidity"], client["RefreshTokenValidity"]) == (1, 12)
    assert client["ExplicitAuthFlows"] == ["ALLOW_REFRESH_TOKEN_AUTH"]


def test_the_groups_of_the_pool_are_the_roles() -> None:
    groups = {one["GroupName"] for one in of_type("AWS::Cognito::UserPoolGroup").values()}
    assert groups == {role.value for role in Role} == set(ROLES)


def test_where_to_sign_in_is_a_parameter_since_the_environment_would_be_circular() -> None:
    parameter = of_type("AWS::SSM::Parameter")["SignInParameter"]
    assert parameter["Name"] == {"Fn::Sub": "/nightdesk/${Stage}/sign-in"}
    said = json.loads(parameter["Value"]["Fn::Sub"])
    assert said == {
        "issuer": "https://${UserPool.ProviderName}",
        "client_id": "${UserPoolClient}",
        "pages": "https://${UserPoolDomain}.auth.${AWS::Region}.amazoncognito.com",
    }


@pytest.mark.parametrize("file", ["identity", "phones"])
def test_nothing_of_this_machines_sign_in_and_phones_is_in_the_package(file: str) -> None:
    with ZipFile(BytesIO(packaged()[1])) as code:
        names = code.namelist()
        assert not [name for name in names if name.startswith("infra")]
        ours = [name for name in names if name.startswith("chalicelib/") and name.endswith(".py")]
        text = b"".join(code.read(name) for name in ours)
    assert f"infra.local.{file}".encode() not in text
    assert b"/local/identity" not in text


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
    "MentionsTable": {
        "unjudged": ("unjudged", "pulled_at"),
        "recheck": ("recheck", "recheck_at"),
    },
    "IncidentsTable": {"due": ("due", "due_at")},
    "TicketsTable": {
        "queue": ("lane", "order"),
        "held": ("held", "order"),
        "owed": ("owed", "owed_place"),
        "customer": ("customer", "opened_at"),
        "due": ("due", "next_at"),
        "unsettled": ("unsettled", "unsettled_from"),
    },
    "DeskTable": {},
    "SearchTable": {},
    "CostsTable": {},
}


def keys(schema: list[dict[str, str]]) -> tuple[str, ...]:
    return tuple(key["AttributeName"] for key in schema)


def test_there_are_six_tables_with_the_keys_of_the_architecture() -> None:
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


def test_lists_that_are_shown_carry_cards_and_the_others_keys_alone() -> None:
    cards = {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["card"]}
    table = of_type("AWS::DynamoDB::Table")["TicketsTable"]
    found = {one["IndexName"]: one["Projection"] for one in table["GlobalSecondaryIndexes"]}
    assert found == {
        **dict.fromkeys(("queue", "held", "owed"), cards),
        **{name: {"ProjectionType": "KEYS_ONLY"} for name in ("due", "unsettled", "customer")},
    }


def test_the_stream_carries_the_new_image() -> None:
    table = of_type("AWS::DynamoDB::Table")["MentionsTable"]
    assert table["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}


# --- queues and topics -------------------------------------------------------------------


def test_dead_letters_are_kept_for_two_weeks_and_every_queue_is_encrypted() -> None:
    queues = of_type("AWS::SQS::Queue")
    assert set(queues) == {"PullsQueue", "OutboxQueue", "DeliveriesQueue", *DEAD}
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
