"""Each function may do what it does, and nothing else."""

import json
from typing import Any

import pytest

from infra.package import PROJECT
from tests.infra.packaged import FUNCTIONS, get_att, inside, of_type, packaged, resources

EXPLAINED = {
    # SNS knows no resource for the question whether a phone has opted out.
    "OptOuts": ["sns:CheckIfPhoneNumberIsOptedOut"],
    # Nor for what it says of the account, nor CloudWatch for metrics, nor SES for these.
    "SmsAccount": [
        "sns:GetSMSAttributes",
        "sns:GetSMSSandboxAccountStatus",
        "sns:ListSMSSandboxPhoneNumbers",
    ],
    "SmsQuota": ["sns:GetSMSAttributes", "sns:GetSMSSandboxAccountStatus"],
    # Nor CloudWatch Logs for how much it stores.
    "LogSizes": ["logs:DescribeLogGroups"],
    # Nor CloudWatch for sums of metrics, nor Cost Explorer for the bill.
    "Sums": ["cloudwatch:GetMetricData"],
    "Bill": ["ce:GetCostAndUsage"],
    "Measures": ["cloudwatch:GetMetricStatistics"],
    "EmailAccount": ["ses:GetAccount"],
    "Suppressions": ["ses:GetSuppressedDestination"],
}
"""Statements that may name every resource."""

_SES = "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}"
EMAIL = {
    "ses:SendEmail": [f"{_SES}:identity/*", f"{_SES}:configuration-set/*"],
    "ses:GetEmailIdentity": [f"{_SES}:identity/*"],
}
"""Which address e-mail leaves from is configured later, so it is any of the account's own; an
identity with a default configuration set needs the permission for that too."""

SENDERS = {
    "triage_mentions",
    "tick",
    "read_receipts",
    "receive_reply",
    "watch",
    "api_handler",
}
"""Functions that may send an SMS."""


def statements(name: str) -> list[dict[str, Any]]:
    role = resources()[FUNCTIONS[name]]["Properties"]["Role"]["Fn::GetAtt"][0]
    (policy,) = resources()[role]["Properties"]["Policies"]
    found: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
    return found


def actions(name: str) -> set[str]:
    return {action for statement in statements(name) for action in statement["Action"]}


def test_each_function_has_a_role_of_its_own() -> None:
    roles = {
        resources()[name]["Properties"]["Role"]["Fn::GetAtt"][0] for name in FUNCTIONS.values()
    }
    assert len(roles) == len(FUNCTIONS)
    assert roles == set(of_type("AWS::IAM::Role"))


def test_a_role_is_for_lambda_only() -> None:
    for role in of_type("AWS::IAM::Role").values():
        (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
        assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}
        assert "ManagedPolicyArns" not in role


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_action_is_a_wildcard(name: str) -> None:
    assert not [action for action in actions(name) if "*" in action]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_statement_names_every_resource_unless_it_is_explained(name: str) -> None:
    broad = {
        statement["Sid"]: statement["Action"]
        for statement in statements(name)
        if statement.get("Resource") == "*"
    }
    assert broad.items() <= EXPLAINED.items()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_resource_is_one_of_this_deployment(name: str) -> None:
    for statement in statements(name):
        for path, value in inside(statement.get("Resource", {})):
            if isinstance(value, dict) and "Fn::Sub" in value:
                text = value["Fn::Sub"]
                if statement["Action"][0] in EMAIL:
                    continue  # see below
                assert "/nightdesk/${Stage}/" in text or text.startswith("${"), path
            if isinstance(value, dict) and "Fn::GetAtt" in value:
                assert value["Fn::GetAtt"][0] in resources(), path


@pytest.mark.parametrize("name", FUNCTIONS)
def test_who_sends_email_may_do_so_by_identities_and_their_configuration_sets(name: str) -> None:
    found = [one for one in statements(name) if set(one["Action"]) & set(EMAIL)]
    for one in found:
        (action,) = one["Action"]
        resources_of = one["Resource"] if isinstance(one["Resource"], list) else [one["Resource"]]
        assert [resource["Fn::Sub"] for resource in resources_of] == EMAIL[action]
    assert ("ses:SendEmail" in actions(name)) == (name in SENDERS | {"reckon"})
    assert ("ses:GetAccount" in actions(name)) == (name == "watch")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_writes_its_own_log_and_makes_none(name: str) -> None:
    (log,) = [one for one in statements(name) if one["Sid"] == "Logs"]
    assert log["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    group = resources()[log["Resource"]["Fn::GetAtt"][0]]["Properties"]["LogGroupName"]
    function_name = resources()[FUNCTIONS[name]]["Properties"]["FunctionName"]
    assert group["Fn::Sub"] == f"/aws/lambda/{function_name['Fn::Sub']}"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_who_may_send_sms_may_not_publish_to_just_any_topic(name: str) -> None:
    excluding = [one for one in statements(name) if "NotResource" in one]
    if name not in SENDERS:
        assert excluding == []
        return
    (sms,) = excluding
    assert sms["Action"] == ["sns:Publish"]
    assert sms["NotResource"] == {"Fn::Sub": "arn:${AWS::Partition}:sns:*:*:*"}
    # An opted-out phone is asked for before; without the permission that question only warns.
    assert "sns:CheckIfPhoneNumberIsOptedOut" in actions(name)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_who_reads_the_secrets_of_sources_is_who_speaks_to_them(name: str) -> None:
    text = json.dumps(statements(name))
    speaks = {"pull_source", "send_replies", "tick", "recheck_posts", "api_handler"}
    assert ("parameter/nightdesk/${Stage}/secrets/*" in text) == (name in speaks)
    assert "ssm:PutParameter" not in text


DESK_WRITES = {
    "pull_mentions": (["dynamodb:UpdateItem"], ["source"]),
    "pull_source": (
        ["dynamodb:PutItem", "dynamodb:UpdateItem"],
        ["source", "notice", "allowance", "reading"],
    ),
    "triage_mentions": (["dynamodb:PutItem", "dynamodb:UpdateItem"], ["notice", "erased-post"]),
    "send_replies": (["dynamodb:UpdateItem"], ["allowance"]),
    "tick": (["dynamodb:PutItem", "dynamodb:UpdateItem"], ["notice", "allowance", "erased-post"]),
    "read_receipts": (["dynamodb:PutItem", "dynamodb:UpdateItem"], ["notice"]),
    "receive_reply": (["dynamodb:PutItem", "dynamodb:UpdateItem"], ["notice"]),
    "watch": (["dynamodb:PutItem", "dynamodb:UpdateItem"], ["notice", "readiness"]),
    "reckon": (["dynamodb:PutItem", "dynamodb:UpdateItem"], ["notice"]),
    "recheck_posts": (
        ["dynamodb:PutItem", "dynamodb:UpdateItem"],
        ["notice", "allowance", "reading"],
    ),
    "api_handler": (
        ["dynamodb:PutItem", "dynamodb:UpdateItem"],
        ["notice", "limit", "attendance", "queue", "allowance"],
    ),
}
"""What each function writes into the table of the desk, and under which partitions."""

PAID = (["dynamodb:BatchGetItem", "dynamodb:BatchWriteItem"], ["paid"])
"""What whoever reads from platforms writes besides: what they charge once a day."""


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_function_may_write_the_desk_itself(name: str) -> None:
    about = [one for one in statements(name) if one.get("Resource") == get_att("DeskTable")]
    reads = [one for one in about if "Condition" not in one]
    assert {action for one in reads for action in one["Action"]} <= {
        "dynamodb:GetItem",
        "dynamodb:Query",
    }
    writes = [
        (one["Action"], one["Condition"]["ForAllValues:StringEquals"]["dynamodb:LeadingKeys"])
        for one in about
        if "Condition" in one and one["Action"] != ["dynamodb:Query"]
    ]
    paid = [PAID] if name in ("pull_source", "recheck_posts") else []
    assert writes == ([DESK_WRITES[name]] if name in DESK_WRITES else []) + paid


@pytest.mark.parametrize("name", FUNCTIONS)
def test_whoever_uses_something_may_keep_a_record_of_it_and_read_none(name: str) -> None:
    (found,) = [one for one in statements(name) if one["Sid"] == "Usage"]
    assert found["Action"] == ["dynamodb:PutItem"]
    assert found["Resource"] == get_att("CostsTable")
    assert found["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["use#*"]}}


BOOKS = {
    "Books": (["dynamodb:PutItem"], ["hour", "hour-about#*", "day", "standing"]),
    "BooksOfTicketsAndIncidents": (["dynamodb:BatchWriteItem"], ["about#*"]),
    "Comparisons": (["dynamodb:PutItem"], ["reconciled", "bill", "price", "sms-day#*"]),
    "Marks": (["dynamodb:PutItem"], ["cap", "fetched", "told"]),
}
"""What is written of the books, and under which partitions."""


def test_only_who_reckons_writes_the_books_and_reads_what_others_have_used() -> None:
    for sid, (asked, keys) in BOOKS.items():
        assert [name for name in FUNCTIONS if sid in {one["Sid"] for one in statements(name)}] == [
            "reckon"
        ]
        (found,) = [one for one in statements("reckon") if one["Sid"] == sid]
        assert (found["Action"], found["Resource"]) == (asked, get_att("CostsTable"))
        assert found["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": keys}}
    assert {"dynamodb:DescribeTable", "logs:DescribeLogGroups"} <= actions("reckon")
    assert [name for name in FUNCTIONS if "dynamodb:DescribeTable" in actions(name)] == ["reckon"]


def test_whoever_watches_the_pager_may_ask_for_the_newest_hour_of_the_books_and_no_more() -> None:
    of_costs = [one for one in statements("watch") if one.get("Resource") == get_att("CostsTable")]
    (found,) = [one for one in of_costs if "dynamodb:Query" in one["Action"]]
    assert (found["Sid"], found["Action"]) == ("BooksNewestHour", ["dynamodb:Query"])
    assert found["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["hour"]}}
    asking = [name for name in FUNCTIONS if "BooksNewestHour" in str(statements(name))]
    assert asking == ["watch"]


def test_only_who_reckons_asks_for_the_bill_and_searches_the_logs_of_functions() -> None:
    for action in ("ce:GetCostAndUsage", "cloudwatch:GetMetricData", "logs:FilterLogEvents"):
        assert [name for name in FUNCTIONS if action in actions(name)] == ["reckon"]
    (reports,) = [one for one in statements("reckon") if one["Sid"] == "Reports"]
    groups = {
        logical_id
        for logical_id, one in of_type("AWS::Logs::LogGroup").items()
        if "/aws/lambda/" in one["LogGroupName"]["Fn::Sub"]
    }
    assert len(groups) == len(FUNCTIONS)
    assert {one["Fn::GetAtt"][0] for one in reports["Resource"]} == groups


@pytest.mark.parametrize(
    ("policy", "parameter"),
    [("BillBucketPolicy", "BillBucket"), ("SmsReportsPolicy", "SmsReportsBucket")],
)
def test_a_bucket_of_the_company_is_read_only_where_it_is_named_and_only_to_reckon(
    policy: str, parameter: str
) -> None:
    template = packaged()[0]
    assert template["Parameters"][parameter]["Default"] == ""
    for name in FUNCTIONS:
        assert not [action for action in actions(name) if action.startswith("s3:")]
    one = resources()[policy]
    assert template["Conditions"][one["Condition"]] == {
        "Fn::Not": [{"Fn::Equals": [{"Ref": parameter}, ""]}]
    }
    role = resources()[FUNCTIONS["reckon"]]["Properties"]["Role"]["Fn::GetAtt"][0]
    assert one["Properties"]["Roles"] == [{"Ref": role}]
    found = {
        (tuple(statement["Action"]), statement["Resource"]["Fn::Sub"])
        for statement in one["Properties"]["PolicyDocument"]["Statement"]
    }
    arn = f"arn:${{AWS::Partition}}:s3:::${{{parameter}}}"
    assert found == {(("s3:GetObject",), f"{arn}/*"), (("s3:ListBucket",), arn)}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_who_sends_sms_keeps_what_they_cost_and_looks_whether_they_may(name: str) -> None:
    found = {
        one["Sid"]: (
            one["Action"],
            one["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"],
        )
        for one in statements(name)
        if one["Sid"] in ("SmsLedger", "SmsCap")
    }
    expected = {
        "SmsLedger": (["dynamodb:GetItem", "dynamodb:PutItem"], ["sms", "sms-day#*"]),
        "SmsCap": (["dynamodb:GetItem"], ["cap"]),
    }
    assert found == (expected if name in SENDERS else {})


TICKETS = {
    "triage_mentions": (["BatchGetItem", "GetItem", "PutItem"], []),
    "follow_tickets": (["GetItem"], []),
    "send_replies": (["GetItem", "PutItem"], []),
    "recheck_posts": (["BatchGetItem"], []),
    "tick": (["BatchGetItem", "GetItem", "PutItem", "Query"], ["due", "unsettled"]),
    "api_handler": (
        ["BatchGetItem", "GetItem", "PutItem", "Query"],
        ["queue", "held", "owed"],
    ),
}
"""What each function does with the table of conversations, and which of its indexes it reads: that
by customer is for `nightdesk forget`, which nobody may do but with rights of their own."""


@pytest.mark.parametrize("name", FUNCTIONS)
def test_who_touches_tickets_reads_the_lists_it_needs_and_no_other(name: str) -> None:
    whole = [one for one in statements(name) if one.get("Resource") == get_att("TicketsTable")]
    listed = [
        (one["Action"], value["Fn::Sub"].rpartition("/")[2])
        for one in statements(name)
        for _, value in inside(one.get("Resource", {}))
        if isinstance(value, dict) and "TicketsTable.Arn}/index" in value.get("Fn::Sub", "")
    ]
    actions_, indexes = TICKETS.get(name, ([], []))
    assert [one["Action"] for one in whole] == (
        [[f"dynamodb:{action}" for action in actions_]] if actions_ else []
    )
    assert listed == [(["dynamodb:Query"], index) for index in indexes]


KEYS = {
    "triage_mentions": {"code-key"},
    "tick": {"code-key"},
    "read_receipts": {"code-key"},
    "receive_reply": {"code-key"},
    "watch": {"code-key"},
    "api_handler": {"token-key", "code-key"},
}
"""Who reads which key: whoever knows `token-key` knows the addresses of all calendars. The API has
it and pages too, when somebody there asks for the next person."""


@pytest.mark.parametrize("name", FUNCTIONS)
def test_of_those_who_read_the_codes_of_phones_only_the_api_knows_the_calendars(name: str) -> None:
    text = json.dumps(statements(name))
    path = "parameter/nightdesk/${Stage}/"
    read = {key for key in ("token-key", "code-key") if path + key in text}
    assert read == KEYS.get(name, set())


def test_only_who_judges_may_ask_a_model_and_only_where_a_second_reader_is_switched_on() -> None:
    template = packaged()[0]
    assert template["Parameters"]["SecondReader"]["Default"] == "false"
    for name in FUNCTIONS:
        assert "bedrock" not in json.dumps(statements(name)), "off, nobody may"
    policy = of_type("AWS::IAM::Policy")["SecondReaderPolicy"]
    resource = resources()["SecondReaderPolicy"]
    assert template["Conditions"][resource["Condition"]] == {
        "Fn::Equals": [{"Ref": "SecondReader"}, "true"]
    }
    roles = {one["Ref"] for one in policy["Roles"]}
    judging = ("triage_mentions", "tick")
    assert roles == {
        resources()[FUNCTIONS[name]]["Properties"]["Role"]["Fn::GetAtt"][0] for name in judging
    }
    ask, count = policy["PolicyDocument"]["Statement"]
    assert ask["Action"] == ["bedrock:InvokeModel"]
    own = "arn:${AWS::Partition}:bedrock:${AWS::Region}:${AWS::AccountId}"
    assert [one["Fn::Sub"] for one in ask["Resource"]] == [
        "arn:${AWS::Partition}:bedrock:*::foundation-model/*",
        f"{own}:inference-profile/*",
        f"{own}:application-inference-profile/*",
    ]
    assert (count["Action"], count["Resource"]) == (["dynamodb:UpdateItem"], get_att("DeskTable"))
    assert count["Condition"] == {
        "ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["second-reading"]}
    }


def test_nobody_can_delete_what_is_stored() -> None:
    for name in FUNCTIONS:
        assert not [one for one in actions(name) if "Delete" in one and one[:4] != "sqs:"]


@pytest.mark.parametrize(
    ("name", "queue"),
    [
        ("pull_mentions", "SchedulesDeadQueue"),
        ("tick", "SchedulesDeadQueue"),
        ("triage_mentions", "TriageDeadQueue"),
        ("follow_tickets", "FollowDeadQueue"),
        ("follow_incidents", "FollowDeadQueue"),
        ("deliver", "DeliveriesDeadQueue"),
        ("read_receipts", "ReceiptsDeadQueue"),
        ("receive_reply", "RepliesDeadQueue"),
        ("watch", "SchedulesDeadQueue"),
        ("recheck_posts", "SchedulesDeadQueue"),
    ],
)
def test_who_has_dead_letters_may_put_them_away(name: str, queue: str) -> None:
    (found,) = [one for one in statements(name) if one["Sid"] == "DeadLetters"]
    assert found["Action"] == ["sqs:SendMessage"]
    assert found["Resource"] == {"Fn::GetAtt": [queue, "Arn"]}


def test_every_policy_file_belongs_to_a_function() -> None:
    files = {path.name for path in PROJECT.joinpath(".chalice").glob("policy-*.json")}
    assert files == {f"policy-{name}.json" for name in FUNCTIONS}
