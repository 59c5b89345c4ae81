"""Tags by which a bill tells Nightdesk, and each of its stages, from everything else.

CloudFormation puts those of the stack to whatever takes tags; what is made beside the stack is
tagged where it is made. A bill shows them once they are switched on as cost allocation tags (AWS
Billing guide, "Activating user-defined cost allocation tags").
"""

STAGE_TAG = "nightdesk-stage"
"""Of nobody else: bills, and the budget in the template, are told apart by it."""


def tags(stage: str = "") -> list[dict[str, str]]:
    """As most services of AWS take them; without a stage, of what all stages share."""
    found = {"application": "nightdesk"}
    if stage:
        found |= {"stage": stage, STAGE_TAG: stage}
    return [{"Key": key, "Value": value} for key, value in found.items()]
